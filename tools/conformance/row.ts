/** One row of the conformance list, and how a table of rows is read. */

/** How a row is met. */
export type Means =
  /** The rules decide alone: a passing test means it is met. */
  | "software"
  /** Rules and simulated hardware together: a passing test shows the software's part, and real hardware must be measured again. */
  | "simulator"
  /** No software can meet it. */
  | "hardware"
  | "not-applicable";

export interface Row {
  readonly id: string;
  /** What is required, in the project's own words. */
  readonly requirement: string;
  readonly means: Means;
  /** What hardware must meet it or measure it again, or why it does not apply; empty for software. */
  readonly note: string;
}

const MEANS: readonly Means[] = ["software", "simulator", "hardware", "not-applicable"];
const ID = /^(?:[A-Z]{2}-(?:\d{2}|[A-Z][a-z]?)|F-\d{2}|[IH]\d{1,2})$/;

/**
 * Reads rows written one a line: `id | means | requirement | note`.
 * @throws Error when a line does not read, so that no row can be lost.
 */
export function rowsOf(table: string): Row[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [id = "", means = "", requirement = "", note = "", ...more] = line.split("|").map((cell) => cell.trim());
      const known = MEANS.find((each) => each === means);
      if (!ID.test(id) || known === undefined || requirement === "" || more.length > 0)
        throw new Error(`not a row of the conformance list: ${line}`);
      if ((known === "software") !== (note === "")) throw new Error(`a note is wanted for all but software, and only there: ${line}`);
      return { id, means: known, requirement, note };
    });
}
