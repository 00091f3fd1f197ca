import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const SCENARIO = fileURLToPath(new URL("../../test/scenarios/F-11-unplugged-at-full-current.scenario", import.meta.url));
const ARGS = ["--conditions=source", MAIN];

interface Outcome {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

const j1772 = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...ARGS, ...args], (error, out, err) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), out, err }),
    );
  });

describe("the command j1772", () => {
  it("--help › lists its commands", async () => {
    const { code, out } = await j1772("--help");
    assert.equal(code, 0);
    for (const command of ["controller", "simulate", "pilot-check", "sessions"]) assert.ok(out.includes(`j1772 ${command}`), command);
  });

  it("--version › says the package's version", async () => {
    const { code, out } = await j1772("--version");
    assert.equal(code, 0);
    assert.match(out, /^\d+\.\d+\.\d+\S*\n$/);
  });

  for (const name of ["charge", "__proto__", "constructor"]) {
    it(`an unknown command "${name}" › is named, with the ones there are, and exits with 2`, async () => {
      const { code, err } = await j1772(name);
      assert.equal(code, 2);
      assert.ok(err.startsWith(`There is no command "${name}".`), err);
    });
  }

  it("no command › says that one is missing", async () => {
    const { code, err } = await j1772();
    assert.equal(code, 2);
    assert.ok(err.startsWith("A command is missing."), err);
  });

  it("a reader that goes away › ends it without a word", async () => {
    const child = spawn(process.execPath, [...ARGS, "simulate", SCENARIO], { stdio: ["ignore", "pipe", "pipe"] });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout.destroy();
    const [code] = await once(child, "close");
    assert.deepEqual({ code, err }, { code: 0, err: "" });
  });
});
