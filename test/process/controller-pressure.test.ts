import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RawClient } from "../support/raw-client.ts";
import { ControllerUnderTest } from "./controller-under-test.ts";
import { trialsOf } from "./trials.ts";

/** Lateness that a flood may cause, ms. @see F-33 */
const LATENESS = 10;
/** On a machine that is uneven by itself, a flood may make it worse by this factor. */
const FACTOR = 3;
/** Seconds that are looked at. One lateness shows in two of them, and the middle one counts. */
const SECONDS = 5;
/** Statuses this far apart are a second apart, give or take a loop, ms. */
const SECOND = 900;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe("controller process under pressure", () => {
  let controller: ControllerUnderTest;
  const clients: RawClient[] = [];
  const trial = trialsOf(() => controller.wasHeldUp);

  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await controller.dispose();
  });

  const rawClient = (): RawClient => {
    const client = new RawClient(controller.socket);
    clients.push(client);
    return client;
  };

  /** The worst lateness of each of so many seconds, as the controller's own status tells it. */
  async function latenesses(seconds: number): Promise<number[]> {
    const worst: number[] = [];
    for (let at = Number.NEGATIVE_INFINITY; worst.length < seconds; ) {
      const [status] = await once(controller.link, "status");
      // What happens is told at once, too: those are no seconds.
      if (status.at - at < SECOND) continue;
      at = status.at;
      worst.push(status.loopLatenessMs);
    }
    return worst;
  }

  trial("keeps its beat and charges on in a flood of 10 kHz, malformed, replayed and duplicated [F-33]", async () => {
    controller = await ControllerUnderTest.start();
    await controller.charge();
    const before = median(await latenesses(SECONDS));
    const flooder = rawClient();
    flooder.hello();
    await flooder.hear("welcome");
    let sent = 0;
    const began = performance.now();
    const flood = setInterval(() => {
      const lines: string[] = [];
      for (; sent < (performance.now() - began) * 10; sent += 1) {
        const id = sent % 3 === 0 ? "again" : String(sent);
        const ask = sent % 5 === 0 ? { command: "limit", limitA: "lots" } : { command: "limit", limitA: 16, limitedBy: "flood" };
        lines.push(JSON.stringify({ frame: "command", id, ask }));
      }
      flooder.socket.write(`${lines.join("\n")}\n`);
      flooder.heard.length = 0;
      const malformed = rawClient();
      malformed.socket.write('{"frame":"hello","protocol":1,"client":"mad"}\n{"__proto__":{"coil":true}}\n');
    }, 10);
    const late = await latenesses(SECONDS);
    assert.deepEqual(await controller.link.command({ command: "resume" }), { ok: true });
    clearInterval(flood);
    flooder.socket.destroy();
    assert.ok(sent > 25_000, `only ${sent} frames sent`);
    const worst = `worst lateness of each second: ${late.map((ms) => ms.toFixed(1)).join(", ")} ms, before ${before.toFixed(1)} ms`;
    assert.ok(median(late) < Math.max(LATENESS, FACTOR * before), worst);
    assert.equal(controller.status.phase, "charging");
    assert.ok(!controller.events.some(({ type }) => type === "fault"));
    await controller.link.command({ command: "limit", limitA: 20 });
    await controller.until(({ offeredCurrentA }) => offeredCurrentA > 19);
  });

  trial("hears a stop through another client's flood [F-33]", async () => {
    controller = await ControllerUnderTest.start();
    await controller.charge();
    const flooder = rawClient();
    flooder.hello();
    await flooder.hear("welcome");
    const frames = Array.from({ length: 60_000 }, (_, n) => JSON.stringify({ frame: "command", id: `${n}`, ask: { command: "resume" } }));
    flooder.socket.write(`${frames.join("\n")}\n`);
    assert.deepEqual(await controller.link.command({ command: "pause" }), { ok: true });
    // By order and not by time: this process reads thousands of answers meanwhile, and may be held up.
    const answered = flooder.heard.filter(({ frame }) => frame === "reply").length;
    assert.ok(answered < frames.length / 4, `${answered} of ${frames.length} were answered before the stop`);
  });

  /** Puts a full disk in the place of a file; false when the controller is writing it just now. */
  async function fills(path: string): Promise<boolean> {
    await new Promise(setImmediate);
    try {
      symlinkSync("/dev/full", path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return false;
    }
  }

  trial("charges on when the disk is full, says so, and saves when it can again [F-43]", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const folder = mkdtempSync(join(tmpdir(), "j1772-process-"));
    symlinkSync("/dev/full", join(folder, "events.log"));
    controller = await ControllerUnderTest.start({}, folder);
    while (!(await fills(join(folder, "safety.json.tmp"))));
    await controller.charge();
    const late = await latenesses(SECONDS);
    assert.equal(controller.status.phase, "charging");
    assert.ok(median(late) < LATENESS, `${late}`);
    await controller.complained(/storeFailed: Cannot save .*safety\.json: ENOSPC/);
    await controller.link.sim({ do: "inject", fault: "gfciTrip" });
    await controller.untilEvent(({ fault }) => fault === "GroundFault");
    await controller.until(({ relay }) => relay === "open");
    assert.ok(!existsSync(controller.stateFile) || !readFileSync(controller.stateFile, "utf8").includes("GroundFault"));
    rmSync(join(folder, "safety.json.tmp"));
    const saved = async (): Promise<boolean> => {
      await once(controller.link, "status");
      return existsSync(controller.stateFile) && readFileSync(controller.stateFile, "utf8").includes("GroundFault");
    };
    while (!(await saved()));
    await controller.dispose(true);
    controller = await ControllerUnderTest.start({}, folder);
    assert.ok(controller.status.faults.some(({ name }) => name === "GroundFault"));
  });

  trial("charges and ends as usual when nobody reads its standard error and the pipe is full [F-43]", async function () {
    if (process.platform === "win32") this.skip();
    const folder = mkdtempSync(join(tmpdir(), "j1772-pipe-"));
    const fifo = join(folder, "stderr");
    execFileSync("mkfifo", [fifo]);
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const block = Buffer.alloc(4_096, "x");
    assert.throws(
      () => {
        for (;;) writeSync(reader, block);
      },
      { code: "EAGAIN" },
    );
    const writer = openSync(fifo, constants.O_WRONLY);
    controller = await ControllerUnderTest.start({ stderr: writer });
    closeSync(writer);
    await controller.charge();
    const late = await latenesses(SECONDS);
    assert.ok(median(late) < LATENESS, `${late}`);
    controller.kill("SIGTERM");
    assert.deepEqual(await controller.ended, { code: 0, signal: null });
    closeSync(reader);
    rmSync(folder, { recursive: true });
  });

  trial("does not mind that the reader of its standard error goes away", async () => {
    controller = await ControllerUnderTest.start();
    controller.child.stderr?.destroy();
    await controller.charge();
    await controller.link.sim({ do: "inject", fault: "gfciTrip" });
    await controller.untilEvent(({ fault }) => fault === "GroundFault");
    controller.kill("SIGTERM");
    assert.deepEqual(await controller.ended, { code: 0, signal: null });
  });
});
