/** Every test of the raw boards' contract on the driver pigpio, as a process with the real addons has found it. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { boardContract } from "../../src/drivers/contract.ts";
import { buildAddons } from "../support/pigpio-stub/addons.ts";
import { PiMachine } from "../support/pigpio-stub/machine.ts";
import { ON_BUILD_GUIDE } from "./pi-capabilities.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

const MOCHA = join(import.meta.dirname, "../../node_modules/mocha/bin/mocha.js");
const SUITE = join(import.meta.dirname, "pigpio-contract-suite.ts");
const BUILD_WITHIN = 300_000;
const RUNS_WITHIN = 240_000;
const NAME = "pigpio, buildGuide";

interface Named {
  readonly title: string;
  readonly isPending: boolean;
}

/** The titles the contract would have, without running anything. */
function titles(): Named[] {
  const found: Named[] = [];
  const path: string[] = [];
  const collector = {
    describe(title: string, body: () => void) {
      path.push(title);
      body();
      path.pop();
    },
    beforeEach: () => {},
    afterEach: () => {},
    it: (title: string, body?: unknown) => found.push({ title: [...path, title].join(" "), isPending: body === undefined }),
  };
  const mochas = { describe, it, beforeEach, afterEach };
  Object.assign(globalThis, collector);
  try {
    boardContract(NAME, () => assert.fail("only its titles are wanted"), ON_BUILD_GUIDE);
  } finally {
    Object.assign(globalThis, mochas);
  }
  return found;
}

describe("pigpio driver, with the real addons on a virtual Pi", () => {
  /** What was wrong, by title; null for what passed. */
  const outcomes = new Map<string, string | null>();
  let complaints = "";

  before(async function () {
    this.timeout(BUILD_WITHIN + RUNS_WITHIN);
    const addons = await buildAddons();
    const machine = await PiMachine.make(addons);
    const pi = await VirtualPiProcess.start();
    try {
      const env = { ...process.env, ...machine.env(pi.port), VIRTUAL_PI_CONTROL: String(pi.controlPort) };
      // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
      const args = ["--no-config", "--reporter", "json-stream", "--timeout", "20000", "--retries", "1", SUITE];
      const child: ChildProcess = spawn(process.execPath, ["--conditions=source", MOCHA, ...args], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: RUNS_WITHIN,
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        complaints += text;
      });
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on("line", (line) => {
          if (!line.startsWith('["')) return;
          const [what, { fullTitle, err }]: [string, { fullTitle: string; err?: string }] = JSON.parse(line);
          if (what === "pass" || what === "fail") outcomes.set(fullTitle, what === "pass" ? null : (err ?? "failed"));
        });
      }
      await once(child, "close");
    } finally {
      await pi.stop();
      await machine.remove();
    }
  });

  for (const { title, isPending } of titles()) {
    if (isPending) it(title);
    else {
      it(title, () => {
        assert.ok(outcomes.has(title), `it was not run: ${complaints.slice(-2_000)}`);
        assert.equal(outcomes.get(title), null);
      });
    }
  }

  it("says nothing on the way that would stand in a log", () => assert.equal(complaints, ""));
});
