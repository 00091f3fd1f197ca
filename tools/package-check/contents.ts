/** What the package carries: everything a user needs, nothing of the workshop. */

import { posix } from "node:path";

/** As `npm pack --json` lists it; `size` in bytes. */
export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

export interface Manifest {
  readonly imports: Readonly<Record<string, { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly "node-red": { readonly nodes: Readonly<Record<string, string>> };
}

/** Largest unpacked package, bytes. A Raspberry Pi's SD card and a palette install over mobile data should not notice it. */
export const LARGEST_UNPACKED = 3_000_000;
/** Every palette entry speaks at least these. */
export const LANGUAGES = ["en-US", "de"] as const;

/** The controller as a service. */
const UNIT = "deploy/systemd/j1772-controller@.service";
const ALLOWED: readonly RegExp[] = [
  /^package\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^dist\/src\/[\w/-]+\.js$/,
  /^dist\/nodes\/[\w-]+\/[\w-]+\.js$/,
  /^dist\/nodes\/[\w-]+\/[\w-]+\.html$/,
  /^dist\/nodes\/[\w-]+\/openapi\.json$/,
  /^dist\/nodes\/[\w-]+\/locales\/[a-zA-Z-]+\/[\w-]+\.(json|html)$/,
  /^dist\/nodes\/[\w-]+\/icons\/[\w-]+\.svg$/,
  /^deploy\/systemd\/[\w@.-]+\.(service|conf|json)$/,
  /^examples\/[\w &,'()-]+\.json$/,
  /^resources\/[\w.-]+\.(js|svg)$/,
];
/** Parts of bundles, which have no source of their own; each build removes those of the one before. */
const BUNDLED = /^dist\/nodes\/shared\//;
const WORKSHOP = /\.(test|editor|spec)\.|\.tsbuildinfo$|\.map$|\.ts$/;

/** @returns one line for each file that must not be in the package. */
export function strangersIn(files: readonly PackedFile[]): readonly string[] {
  return files
    .filter(({ path }) => WORKSHOP.test(path) || !ALLOWED.some((pattern) => pattern.test(path)))
    .map(({ path }) => `${path} does not belong in the package`);
}

/** @returns one line for each compiled file whose source is gone: left over from an older build. */
export function leftoversIn(files: readonly PackedFile[], sourceExists: (path: string) => boolean): readonly string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => path.startsWith("dist/") && path.endsWith(".js") && !BUNDLED.test(path))
    .filter((path) => !sourceExists(path.replace(/^dist\//, "").replace(/\.js$/, ".ts")))
    .map((path) => `${path} has no source any more: build afresh`);
}

/** @returns one line for each thing a user would miss: node files, both languages, help, icons, examples, the command. */
export function missingFrom(files: readonly PackedFile[], manifest: Manifest, text: (path: string) => string): readonly string[] {
  const packed = new Set(files.map(({ path }) => path));
  const wanted = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", UNIT, ...Object.values(manifest.bin)];
  for (const [name, file] of Object.entries(manifest["node-red"].nodes)) {
    const folder = file.slice(0, file.lastIndexOf("/"));
    const html = file.replace(/\.js$/, ".html");
    wanted.push(file, html);
    for (const language of LANGUAGES) {
      wanted.push(`${folder}/locales/${language}/${name}.json`, `${folder}/locales/${language}/${name}.html`);
    }
    if (packed.has(html)) {
      const page = text(html);
      const icon = /icon:\s*"([\w-]+\.svg)"/.exec(page)?.[1];
      wanted.push(...(icon === undefined ? [] : [`${folder}/icons/${icon}`]));
      wanted.push(...[...page.matchAll(/"resources\/@[\w-]+\/[\w-]+\/([\w.-]+)"/g)].map(([, name]) => `resources/${name}`));
    }
  }
  const missing = wanted.map((path) => path.replace(/^\.\//, "")).filter((path) => !packed.has(path));
  if (!files.some(({ path }) => path.startsWith("examples/"))) {
    missing.push("examples/*.json");
  }
  return missing.map((path) => `${path} is missing from the package`);
}

/** @returns one line for each import that leads to a file which is not packed: what only bundles need is left out. */
export function looseEndsIn(files: readonly PackedFile[], { imports }: Manifest, text: (path: string) => string): readonly string[] {
  const packed = new Set(files.map(({ path }) => path));
  const rooms = Object.entries(imports).map(([name, { default: place }]) => [name.slice(0, -1), place.slice("./".length)] as const);
  return [...packed]
    .filter((path) => path.startsWith("dist/") && path.endsWith(".js"))
    .flatMap((path) => {
      const named = [...text(path).matchAll(/(?:\bfrom|^import|\bimport\(|import\.meta\.resolve\() ?"([.#][^"]+)"/gm)].map(
        ([, name]) => name ?? "",
      );
      return named
        .map((name) => {
          const [prefix, place] = rooms.find(([prefix]) => name.startsWith(prefix)) ?? [];
          return prefix === undefined ? posix.join(path, "..", name) : (place ?? "").replace("*", name.slice(prefix.length));
        })
        .filter((leadsTo) => !packed.has(leadsTo))
        .map((leadsTo) => `${path} needs ${leadsTo}, which is not packed`);
    });
}

/** @returns one line when the package is larger than it should be. */
export function weightOf(files: readonly PackedFile[]): readonly string[] {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return bytes <= LARGEST_UNPACKED ? [] : [`the package is ${bytes} bytes unpacked, at most ${LARGEST_UNPACKED} are wanted`];
}
