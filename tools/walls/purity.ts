/** The law of purity: core, ports and simulator take time and chance as arguments and touch nothing of the machine they run on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { sourceFiles } from "./source-files.ts";
import type { Violation } from "./violation.ts";

const PURE_ROOMS = ["src/core", "src/ports", "src/simulator"];

/** Globals that are a clock, a timer, chance, or the machine. */
const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  "Date",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "process",
  "globalThis",
  "global",
  "fetch",
  "crypto",
  "console",
  "Buffer",
  "require",
  "eval",
  "Function",
]);
/** Members of an otherwise pure global. */
const IMPURE_MEMBERS: ReadonlySet<string> = new Set(["Math.random", "Atomics.wait"]);

/** @returns each use of a clock, a timer, chance or the machine in the pure rooms under `root`, tests aside. */
export function findImpurities(root: string): readonly Violation[] {
  return PURE_ROOMS.flatMap((room) => sourceFiles(root, room))
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => impuritiesOf(file, readFileSync(join(root, file), "utf8")));
}

function impuritiesOf(file: string, text: string): Violation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const ownNames = declaredNames(source);
  const found: Violation[] = [];
  const report = (node: ts.Node, what: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ law: "rules-are-pure", where: `${file}:${line + 1}`, what });
  };
  const visit = (node: ts.Node): void => {
    const member = memberPath(node);
    if (member !== null && IMPURE_MEMBERS.has(member)) {
      report(node, `uses ${member}`);
    }
    if (ts.isIdentifier(node) && IMPURE_GLOBALS.has(node.text) && !ownNames.has(node.text) && isRead(node)) {
      report(node, `uses ${node.text}`);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      report(node, "imports at run time");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `Math.random` for both `Math.random` and `Math["random"]`; null for anything else. */
function memberPath(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    return `${node.expression.getText()}.${node.name.text}`;
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return `${node.expression.getText()}.${node.argumentExpression.text}`;
  }
  return null;
}

/** Names the file itself gives to variables, functions, parameters and imports: those are not the globals. */
function declaredNames(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name)) {
      names.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** A name after a dot, a key, or the name of a type is not a use of the global. */
function isRead(name: ts.Identifier): boolean {
  const parent = name.parent;
  const isType = ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent);
  const isName = "name" in parent && parent.name === name && !ts.isShorthandPropertyAssignment(parent);
  return !isType && !isName;
}
