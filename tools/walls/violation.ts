/** One broken law, as a person reads it. */
export interface Violation {
  readonly law: string;
  /** Path from the root of the project, with the line where it is known. */
  readonly where: string;
  readonly what: string;
}
