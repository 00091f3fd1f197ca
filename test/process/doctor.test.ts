import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { PRESETS } from "#pi/presets";
import { COMMAND, commandName } from "#pi/protocol/commands";
import type { Request } from "#pi/protocol/frames";
import { machineMs, VirtualPiServer } from "#virtual-pi/server";
import { VirtualPi } from "#virtual-pi/virtual-pi";
import { PigpiodCharger } from "./pigpiod-charger.ts";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
/** Requests that change no pin. */
const LOOKS = ["HWVER", "PIGPV", "PROCP", "MODEG", "BR1", "TICK"];
const CONVERSIONS = ["SPIO", "SPIX", "SPIC"];

interface Finding {
  readonly about: string;
  readonly verdict: string;
  readonly seen: string;
}

async function doctor(...args: readonly string[]): Promise<{ code: number; findings: readonly Finding[] }> {
  const child = spawn(process.execPath, ["--conditions=source", CLI, "doctor", "--json", "--seconds", "0.5", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  const [code] = await once(child, "close");
  return { code, findings: JSON.parse(out).findings };
}

const findingOf = (findings: readonly Finding[], about: string): Finding => {
  const found = findings.find((finding) => finding.about === about);
  assert.ok(found, `expected ${about} in ${JSON.stringify(findings)}`);
  return found;
};

describe("j1772 doctor on a virtual Pi", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);

  it("looks at a daemon, its pins and its converter, and writes to no pin", async () => {
    const pi = new VirtualPi({ layout: PRESETS.buildGuide, startMs: machineMs() });
    const asked = new Set<string>();
    const execute = pi.execute.bind(pi);
    pi.execute = (request: Request) => {
      asked.add(commandName(request.command) ?? String(request.command));
      return execute(request);
    };
    const server = new VirtualPiServer(pi, { port: 0, controlPort: null, hosts: ["127.0.0.1"] });
    await server.listen();
    try {
      const { findings } = await doctor("--port", String(server.port));
      assert.match(findingOf(findings, "pigpio daemon").seen, /V79 at 127\.0\.0\.1/);
      assert.match(findingOf(findings, "converter").seen, /MCP3208: \d+\.\d conversions a millisecond/);
      assert.equal(findingOf(findings, "levels").verdict, "fine");
    } finally {
      await server.close();
    }
    assert.deepEqual(
      [...asked].filter((name) => ![...LOOKS, ...CONVERSIONS].includes(name)),
      [],
    );
    assert.ok(asked.has(commandName(COMMAND.SPIX) ?? ""));
  });

  it("leaves a charger that charges alone: it looks, and the car goes on", async () => {
    const charger = await PigpiodCharger.start();
    try {
      await charger.charge();
      const { findings } = await doctor("--port", String(charger.pi.port));
      assert.match(findingOf(findings, "controller").seen, /one runs on these pins/);
      assert.equal(findingOf(findings, "converter").verdict, "none");
      assert.ok(!findings.some(({ about }) => about === "relay"));
      const { truth } = await charger.pi.truth();
      const happened = charger.controller.events.map(({ type, reason }) => `${type} ${reason ?? ""}`).join(", ");
      assert.ok(truth.drawA > 8, happened);
      assert.equal(truth.marks.coilOffAt, null, happened);
    } finally {
      await charger.dispose();
    }
  });

  it("does not wait for ever for a daemon that takes connections and hangs", async () => {
    const silent = createServer(() => {});
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const { code, findings } = await doctor("--port", String(port));
    silent.close();
    silent.unref();
    assert.equal(code, 1);
    assert.match(findingOf(findings, "pigpio daemon").seen, /takes connections and does not answer/);
  });

  it("says that nobody answers, and ends with 1", async () => {
    const { code, findings } = await doctor("--port", "1");
    assert.equal(code, 1);
    assert.match(findingOf(findings, "pigpio daemon").seen, /Expected the pigpio daemon, nobody answers/);
  });
});
