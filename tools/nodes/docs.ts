/** A node's page in `docs/nodes`: its English help, with definitions as tables, because GitHub has none. */

const DEFINITION = /^\s*: (.+?) \((.+)\) : (.+)$/;
const GENERATED = "<!-- Generated from the node's schema and help by `npm run generate`. -->";

/** Where the editor finds pictures of the help; in the project they are in `resources`. */
const RESOURCES = "resources/@opencharge/node-red-j1772/";

type Row = readonly string[];

/** @param help the English help as Node-RED's markdown. */
export function docsPage(type: string, help: string): string {
  const lines: string[] = [GENERATED, "", `# ${type}`, ""];
  let rows: Row[] = [];
  const endTable = (): void => {
    if (rows.length > 0) lines.push(...table(rows));
    rows = [];
  };
  for (const line of help.trimEnd().split("\n")) {
    const [, name, facts = "", text = ""] = DEFINITION.exec(line) ?? [];
    if (name === undefined) {
      endTable();
      lines.push(...proseLines(line));
      continue;
    }
    const isProperty = name.startsWith("payload");
    if (rows.length === 0) rows.push(isProperty ? ["property", "type", "meaning"] : ["setting", "values", "meaning"]);
    rows.push([isProperty ? `\`${name}\`` : name, facts, text]);
  }
  endTable();
  return `${lines.join("\n")}\n`;
}

/** The first lines of all pages, as a table of contents. */
export function docsIndex(pages: readonly { readonly type: string; readonly help: string }[]): string {
  const rows = pages.map(({ type, help }) => [`[${type}](${type}.md)`, help.split("\n")[0] ?? ""]);
  return [GENERATED, "", "# The nodes", "", ...table([["node", "what it does"], ...rows]), ""].join("\n");
}

/** Headings rise by one level, and a numbered output becomes a heading of its own. */
function proseLines(line: string): string[] {
  if (line.startsWith("![")) return [line.replace(`(${RESOURCES}`, "(../../resources/")];
  const output = /^(\d+)\. ([^:]+): (.+)$/.exec(line);
  if (!output) return [line.replace(/^### /, "## ")];
  const [, number, name, text = ""] = output;
  return [`### Output ${number}, ${name}`, "", text.charAt(0).toUpperCase() + text.slice(1)];
}

/** Columns as wide as their widest cell, as the formatter wants them. */
function table([heads = [], ...rows]: readonly Row[]): string[] {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heads.map((_head, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row, filler = " "): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [
    line(first),
    line(
      heads.map(() => ""),
      "-",
    ),
    ...others.map((row) => line(row)),
  ];
}
