/** What a site in a process of its own tells its parent. */
export interface Member {
  /** Opens their page. */
  readonly key: string;
  readonly tag: string;
}

export interface SiteReady {
  readonly port: number;
  readonly members: readonly Member[];
}

export interface Memory {
  readonly residentMiB: number;
}
