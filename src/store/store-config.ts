/** Which store, and where. */
export type StoreConfig =
  | { readonly kind: "sqlite"; readonly file: string }
  /** `url`: `postgres://user:password@host:port/database`; never shown or logged. */
  | { readonly kind: "postgres"; readonly url: string };
