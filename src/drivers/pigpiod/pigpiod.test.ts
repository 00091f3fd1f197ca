import assert from "node:assert/strict";
import { createServer } from "node:net";
import fc from "fast-check";
import { Instant } from "#core/units/units";
import { SAFE } from "#pi/outputs";
import { PRESETS } from "#pi/presets";
import { COMMAND } from "#pi/protocol/commands";
import { openToNetwork } from "./board-facts.ts";
import { holdRequests, plainRequests, relayRequests } from "./outputs.ts";
import { openPigpiodDriver } from "./pigpiod-driver.ts";
import { TickClock } from "./tick-clock.ts";

const commandsOf = (requests: readonly Uint8Array[]) =>
  requests.map((request) => {
    const view = new DataView(request.buffer, request.byteOffset);
    return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  });

describe("pigpiod driver", () => {
  describe("outputs", () => {
    it("three relays go on together, then hold on 68 %", () => {
      const relays = [17, 20, 21].map((gpio) => ({ gpio, active: "high" as const }));
      const layout = { ...PRESETS.buildGuide, relays, relayHold: { percent: 68, afterMs: 500 } };
      assert.deepEqual(
        commandsOf(relayRequests(layout, true)),
        relays.map(({ gpio }) => [COMMAND.WRITE, gpio, 1]),
      );
      assert.deepEqual(
        commandsOf(holdRequests(layout)).filter(([command]) => command === COMMAND.PWM),
        relays.map(({ gpio }) => [COMMAND.PWM, gpio, 173]),
      );
    });

    it("a test winding that wants alternating current gets it, and a level to end it", () => {
      const { evseHat } = PRESETS;
      const tested = { ...SAFE, gfciTest: true };
      assert.deepEqual(commandsOf(plainRequests(evseHat, SAFE, tested)), [
        [COMMAND.PFS, 24, 50],
        [COMMAND.PWM, 24, 128],
      ]);
      assert.deepEqual(commandsOf(plainRequests(evseHat, tested, SAFE)), [[COMMAND.WRITE, 24, 0]]);
    });
  });

  describe("the daemon's clock on ours", () => {
    it("what arrives late happened before, as soon as something arrived in time", () => {
      const clock = new TickClock();
      clock.learn(1_000, Instant(100));
      assert.equal(clock.learn(11_000, Instant(110)), 110);
      assert.equal(clock.learn(21_000, Instant(150)), 120 + 0.004);
    });

    it("nothing happens after it arrived, over the lap of the ticks too", () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(50_000), fc.nat(40)), { minLength: 1 }), (steps) => {
          const clock = new TickClock();
          let tick = 0xffff_0000;
          let now = 0;
          for (const [us, lateMs] of steps) {
            tick = (tick + us) % 2 ** 32;
            now = Math.max(now + us / 1000, now + lateMs);
            assert.ok(clock.learn(tick, Instant(now)) <= now);
          }
        }),
        { seed: 1772 },
      );
    });
  });

  it("finds where a daemon answers beside its own address, and nothing once it does not", async () => {
    const daemon = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => daemon.listen(0, "127.0.0.1", resolve));
    const address = daemon.address();
    assert.ok(typeof address === "object" && address !== null);
    const place = { host: "localhost", port: address.port };
    // The machine's own address stands for one on the network.
    assert.deepEqual(await openToNetwork(place, ["127.0.0.1"]), [`127.0.0.1:${place.port}`]);
    await new Promise((resolve) => daemon.close(resolve));
    assert.deepEqual(await openToNetwork(place, ["127.0.0.1"]), []);
  });

  it("a daemon on another machine is open to the network by itself", async () =>
    assert.deepEqual(await openToNetwork({ host: "charger.local", port: 8888 }, []), ["charger.local:8888"]));

  it("refuses pins that do not fit together before it looks for a daemon", async () => {
    const layout = { ...PRESETS.buildGuide, relays: [{ gpio: 18, active: "high" as const }] };
    const board = openPigpiodDriver({ clock: { now: () => Instant(0), wall: () => assert.fail() }, layout, port: 1 });
    await assert.rejects(board.open(), { code: "layoutInvalid", message: /GPIO 18 is already pilotGpio/ });
  });
});
