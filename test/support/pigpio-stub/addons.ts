/**
 * The real npm packages `pigpio` and `spi-device`, compiled for the Node that runs this, against a library of our own that forwards to a
 * virtual Pi. Compiled once and kept under `artifacts/`; another Node or another line of this folder compiles anew.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const HERE = import.meta.dirname;
const CACHE = join(HERE, "../../../artifacts/pigpio-addons");
const C_FILES = ["line.c", "pigpio.c", "machine.c"] as const;
const LIBRARY = "libpigpio.so.1";
const BUILT = ["pigpio/build/Release/pigpio.node", "spi-device/build/Release/spi.node"] as const;
const COMPILES_WITHIN = 300_000;
const NEEDED = "these tests compile C and C++: they need gcc, g++, make and python3 (Debian: see .ci/debian-packages), and npm's registry";

export interface Addons {
  /** For NODE_PATH. */
  readonly modules: string;
  /** For LD_PRELOAD: the library, and a Raspberry Pi around it. */
  readonly library: string;
}

/** Headers of the Node that runs this: beside its binary, or where the npm package `node` keeps them. @throws Error */
async function headersOf(): Promise<string> {
  const root = dirname(dirname(process.execPath));
  const packages = await readdir(join(root, "node_modules")).catch(() => []);
  const { major, minor, patch } = /^v(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)/.exec(process.version)?.groups ?? {};
  for (const place of [root, ...packages.map((name) => join(root, "node_modules", name))]) {
    const text = await readFile(join(place, "include/node/node_version.h"), "utf8").catch(() => "");
    const is = (name: string, number = ""): boolean => new RegExp(`define NODE_${name}_VERSION ${number}\\b`).test(text);
    if (is("MAJOR", major) && is("MINOR", minor) && is("PATCH", patch)) return place;
  }
  throw new Error(`expected the headers of Node ${process.version} beside ${process.execPath}`);
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(`${process.version} ${process.arch}`);
  for (const name of (await readdir(HERE)).sort()) if (/\.(?:c|h|json)$/.test(name)) hash.update(await readFile(join(HERE, name)));
  return hash.digest("hex").slice(0, 16);
}

async function compileLibrary(folder: string): Promise<void> {
  await mkdir(folder);
  const flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", `-Wl,-soname,${LIBRARY}`];
  await run("gcc", [...flags, "-o", join(folder, LIBRARY), ...C_FILES, "-ldl"], { cwd: HERE });
  await symlink(LIBRARY, join(folder, "libpigpio.so"));
}

/** As a person does it, but for the place of the library; the package wants to see a program "pigpiod" before it compiles. */
async function installPackages(folder: string, lib: string): Promise<void> {
  for (const name of ["package.json", "package-lock.json"]) await copyFile(join(HERE, name), join(folder, name));
  const bin = join(folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "pigpiod"), "#!/bin/sh\n");
  await chmod(join(bin, "pigpiod"), 0o755);
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")));
  const env = {
    ...own,
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(":"),
    CPLUS_INCLUDE_PATH: HERE,
    LIBRARY_PATH: lib,
    npm_config_nodedir: await headersOf(),
    npm_config_ignore_scripts: "false",
  };
  await run("npm", ["ci", "--no-audit", "--no-fund", "--foreground-scripts"], {
    cwd: folder,
    env,
    timeout: COMPILES_WITHIN,
    maxBuffer: 1 << 26,
  });
}

/** @throws Error saying what is needed: whoever cannot compile cannot test */
export async function buildAddons(): Promise<Addons> {
  const folder = join(CACHE, await fingerprint());
  const modules = join(folder, "node_modules");
  const addons: Addons = { modules, library: join(folder, "lib", LIBRARY) };
  if (existsSync(folder)) return addons;
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, "making-"));
  try {
    await compileLibrary(join(making, "lib"));
    await installPackages(making, join(making, "lib"));
    const missing = BUILT.filter((file) => !existsSync(join(making, "node_modules", file)));
    if (missing.length > 0) throw new Error(`npm did not build ${missing.join(" and ")}`);
    // Whole or not at all: another process may make the same.
    await rename(making, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
    return addons;
  } catch (cause) {
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    throw new Error(`${NEEDED}. ${message}\n${stderr.slice(-3_000)}`, { cause });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** A copy of the packages that may be spoiled. */
export async function copyPackages(addons: Addons, folder: string): Promise<string> {
  const modules = join(folder, "node_modules");
  await cp(addons.modules, modules, { recursive: true });
  return modules;
}
