import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { drivenPins, PINS_PARAMETER } from "#pi/dead-man";
import type { BoardLayout } from "#pi/layout";
import { PRESETS } from "#pi/presets";
import { COMMAND } from "#pi/protocol/commands";
import { encodeReply, encodeRequest, type Request, requestReader, words, wordsOf } from "#pi/protocol/frames";
import { DaemonLine, reach } from "./daemon-line.ts";
import { DeadManSwitch } from "./dead-man-switch.ts";

const LAYOUT = PRESETS.buildGuide;
const HALTED = 1;
const RUNNING = 2;

/** A daemon's script slots, and nothing more; it does only what a test tells it. */
class Slots {
  readonly slots = new Map<number, { status: number; parameters: number[] }>();
  readonly heard: number[] = [];
  /** A script whose thread has not woken yet still shows as halted. */
  wakesLate = false;
  port = 0;
  readonly #sockets: Socket[] = [];
  readonly #server: Server = createServer((socket) => {
    this.#sockets.push(socket);
    const reader = requestReader();
    socket.on("data", (bytes) => reader.feed(bytes, (request) => socket.write(this.#answer(request))));
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** Says something nobody asked for. */
  blurt(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  #answer(request: Request): Uint8Array {
    this.heard.push(request.command);
    const slot = this.slots.get(request.p1);
    if (request.command === COMMAND.PROC) {
      this.slots.set(0, { status: HALTED, parameters: new Array<number>(10).fill(0) });
      return encodeReply(request, 0);
    }
    if (slot === undefined) return encodeReply(request, -48);
    if (request.command === COMMAND.PROCP) {
      const data = words(slot.status, ...slot.parameters);
      return encodeReply(request, data.length, data);
    }
    for (const [index, value] of wordsOf(request.extension).entries()) slot.parameters[index] = value;
    if (request.command === COMMAND.PROCR && !this.wakesLate) slot.status = RUNNING;
    return encodeReply(request, 0);
  }
}

describe("dead-man in the daemon", () => {
  let daemon: Slots;
  let line: DaemonLine;
  let lost: string[];
  let deadMan: DeadManSwitch;

  beforeEach(async () => {
    daemon = new Slots();
    await daemon.listen();
    lost = [];
    line = new DaemonLine(await reach({ host: "127.0.0.1", port: daemon.port }), (why) => lost.push(why));
    deadMan = await DeadManSwitch.store(line, LAYOUT, []);
  });
  afterEach(() => {
    line.close();
    daemon.close();
  });

  /** Everything sent before has been answered. */
  const answered = (): Promise<unknown> => line.ask(COMMAND.PROCP, 31);
  const look = async () => deadMan.heard(await line.ask(COMMAND.PROCP, 0));

  it("is not armed before its script is seen to run: the daemon takes the order first", async () => {
    daemon.wakesLate = true;
    let armed = 0;
    deadMan.feed(() => {
      armed += 1;
    });
    await answered();
    assert.deepEqual([deadMan.isArmed, armed], [false, 0]);
    daemon.wakesLate = false;
    deadMan.feed(() => {
      armed += 1;
    });
    await answered();
    assert.deepEqual([deadMan.isArmed, armed], [true, 1]);
  });

  it("says that it has acted, once, when its script stands still or has failed", async () => {
    for (const status of [HALTED, 4]) {
      deadMan.feed(() => {});
      await answered();
      assert.equal(await look(), null);
      daemon.slots.set(0, { ...(daemon.slots.get(0) ?? assert.fail()), status });
      assert.equal(await look(), "acted");
      assert.equal(deadMan.isArmed, false);
      assert.equal(await look(), null);
    }
  });

  it("is gone when somebody has deleted its script: a relay must not stay on behind nothing", async () => {
    deadMan.feed(() => {});
    await answered();
    daemon.slots.delete(0);
    assert.equal(await look(), "gone");
  });

  it("is gone when its slot is another controller's, though the same board's, and feeding it does not hide that", async () => {
    const other = await DeadManSwitch.store(line, LAYOUT, []);
    assert.equal(await look(), "gone");
    deadMan.feed(() => {});
    await answered();
    assert.equal(deadMan.isArmed, false);
    assert.equal(await look(), "gone");
    assert.equal(other.heard(await line.ask(COMMAND.PROCP, 0)), null);
  });

  it("gives way when two controllers have stored one for the same pins", async () => {
    await deadMan.yieldToRivals(LAYOUT);
    daemon.slots.set(7, { ...(daemon.slots.get(0) ?? assert.fail()) });
    await assert.rejects(deadMan.yieldToRivals(LAYOUT), { code: "boardBusy" });
  });

  it("gives way to a board with another pilot that drives one of its pins, and not to one that drives others", async () => {
    const elsewhere: BoardLayout = {
      ...LAYOUT,
      ...{ pilotGpio: 19, relays: [{ gpio: 12, active: "high" }], liveness: { gpio: 13, drive: "pulse" }, gfciTest: null, gfciReset: null },
    };
    await deadMan.yieldToRivals(LAYOUT);
    const slot = daemon.slots.get(0) ?? assert.fail();
    const drives = (layout: BoardLayout) =>
      daemon.slots.set(7, { ...slot, parameters: slot.parameters.with(PINS_PARAMETER, drivenPins(layout)) });
    drives(elsewhere);
    await deadMan.yieldToRivals(LAYOUT);
    drives({ ...elsewhere, relays: LAYOUT.relays });
    await assert.rejects(deadMan.yieldToRivals(LAYOUT), { code: "boardBusy" });
  });

  it("an answer to something else loses the line: a tick must not be taken for levels", async () => {
    line.send(encodeRequest(COMMAND.PROCP, 31), () => assert.fail("took an answer to something else"));
    daemon.blurt(encodeReply({ command: COMMAND.TICK, p1: 0, p2: 0 }, 77));
    await new Promise((resolve) => setImmediate(resolve));
    while (lost.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.match(lost[0] ?? "", /expected an answer to 45, got one to 16/);
  });
});
