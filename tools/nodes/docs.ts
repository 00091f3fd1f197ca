/** A node's page in `docs/nodes`: its English help, with definitions as tables, because GitHub has none. */

const DEFINITION = /^\s*: (.+?) \((.+)\) : (.+)$/;
const GENERATED = "<!-- Generated from the node's schema and help by `npm run generate`. -->";

/** @param help the English help as Node-RED's markdown. */
export function docsPage(type: string, help: string): string {
  const lines: string[] = [GENERATED, "", `# ${type}`, ""];
  let inTable = false;
  for (const line of help.trimEnd().split("\n")) {
    const definition = DEFINITION.exec(line);
    if (!definition) {
      inTable = false;
      lines.push(...proseLines(line));
      continue;
    }
    const [, name = "", facts = "", text = ""] = definition;
    const isProperty = name.startsWith("payload");
    if (!inTable) lines.push(isProperty ? "| property | type | meaning |" : "| setting | values | meaning |", "| --- | --- | --- |");
    inTable = true;
    lines.push(`| ${isProperty ? `\`${name}\`` : name} | ${cell(facts)} | ${cell(text)} |`);
  }
  return `${lines.join("\n")}\n`;
}

/** The first lines of all pages, as a table of contents. */
export function docsIndex(pages: readonly { readonly type: string; readonly help: string }[]): string {
  const rows = pages.map(({ type, help }) => `| [${type}](${type}.md) | ${cell(help.split("\n")[0] ?? "")} |`);
  return [GENERATED, "", "# The nodes", "", "| node | |", "| --- | --- |", ...rows, ""].join("\n");
}

/** Headings rise by one level, and a numbered output becomes a heading of its own. */
function proseLines(line: string): string[] {
  const output = /^(\d+)\. ([^:]+): (.+)$/.exec(line);
  if (!output) return [line.replace(/^### /, "## ")];
  const [, number, name, text = ""] = output;
  return [`### Output ${number}, ${name}`, "", text.charAt(0).toUpperCase() + text.slice(1)];
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
