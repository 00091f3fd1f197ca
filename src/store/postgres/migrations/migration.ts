/** A step between two versions of the schema; `schema` is a name that needs no quotes. */
export interface Migration {
  up(schema: string): string;
  /** Back to what the step before left; what only the newer version knows is lost. */
  down(schema: string): string;
}
