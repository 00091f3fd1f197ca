/** What a command of the CLI may say, and where; a test hands in its own. */
export interface Io {
  /** Results, to standard output. */
  readonly out: (text: string) => void;
  /** Complaints and progress, to standard error. */
  readonly err: (text: string) => void;
}
