import assert from "node:assert/strict";
import { GLYPHS } from "#core/display/characters";
import type { SimAction } from "#simulator/actions";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { coloursOf, firstPage, glass, reads, startWithPanel } from "./panel-rig.ts";
import { type PigpiodCharger, pigpiodConfig } from "./pigpiod-charger.ts";
import type { PiTruth } from "./virtual-pi-process.ts";

const fault = (name: string, needs: "reset" | "unplug" | null = null) => ({ name, needs, retryIn: null });

/** What a charge's clock shows in its first minutes, ms, by what stands on the glass then. */
const CLOCK = new Map(
  Array.from({ length: 180 }, (_, seconds) => [
    glass(firstPage({ state: "charging", offeredA: 16, chargingMs: seconds * 1_000 })).join(),
    seconds * 1_000,
  ]),
);

describe("the front panel of a charger on a Raspberry Pi", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  let charger: PigpiodCharger;

  afterEach(() => charger?.dispose());

  const shows = (seen: Parameters<typeof firstPage>[0], language: "en" | "de" = "en"): Promise<PiTruth> => {
    const rows = firstPage(seen, language);
    return charger.pi.until((now) => reads(now, rows), 30_000);
  };
  /** Waits until a charge's clock shows more than `ms`. @returns what it shows, ms */
  const clockBeyond = async (ms: number): Promise<number> => {
    const shown = ({ display }: PiTruth): number => CLOCK.get(display.lines.join()) ?? Number.NaN;
    return shown(await charger.pi.until((now) => shown(now) > ms, 30_000));
  };
  /** Waits for backlight and light, which follow within a few hundredths of a second. */
  const lit = (colours: string): Promise<PiTruth> => charger.pi.until((now) => coloursOf(now) === colours);

  it("says what core/display says of it in A, B and C, in its colours, and the clock runs", async () => {
    charger = await startWithPanel();
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await shows({ state: "notConnected", offeredA: 16 });
    await lit("G/G");
    // It waits for as long as the button of its plug is held.
    await charger.pi.apply({ do: "pressButton" });
    await charger.pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await shows({ state: "waiting", offeredA: 16 });
    await lit("RG/RG");
    await charger.pi.apply({ do: "releaseButton" });
    const shown = await clockBeyond(0);
    await lit("B/B");
    await clockBeyond(await clockBeyond(shown));
    await charger.controller.link.command({ command: "pause", by: "user" });
    await shows({ state: "paused", limitedBy: "paused" });
    await lit("RB/RB");
    await charger.pi.apply({ do: "unplug" });
    await shows({ state: "notConnected", offeredA: 16 });
  });

  const faults: readonly (readonly [string, readonly (SimAction | "charge")[], Parameters<typeof firstPage>[0], string])[] = [
    [
      "VENT REQUIRED",
      [{ do: "plug", preset: "ventilated", car: QUICK_CAR }],
      { state: "stopped", fault: fault("VentilationNotAvailable") },
      "EVSE Error",
    ],
    [
      "DIODE CHK FAILED",
      [
        { do: "plug", preset: "polite", car: { ...QUICK_CAR, decideMs: 3_000 } },
        { do: "inject", fault: "diodeShort" },
      ],
      { state: "needsYou", fault: fault("DiodeFault", "unplug") },
      "SERVICE REQUIRED",
    ],
    [
      "GFCI FAULT",
      ["charge", { do: "inject", fault: "gfciTrip" }],
      { state: "needsYou", fault: fault("GroundFault", "reset") },
      "SERVICE REQUIRED",
    ],
    ["NO GROUND", [{ do: "inject", fault: "earthLost" }], { state: "stopped", fault: fault("ProtectiveEarthLost") }, "EVSE Error"],
    ["STUCK RELAY", [{ do: "inject", fault: "weld" }], { state: "needsYou", fault: fault("ContactorWelded", "reset") }, "SERVICE REQUIRED"],
  ];
  for (const [words, actions, seen, first] of faults) {
    it(`says ${words}, lit red, when that is so [ER-01]`, async () => {
      assert.deepEqual(
        firstPage(seen).map((row) => row.trim()),
        [first, words],
      );
      charger = await startWithPanel();
      await charger.controller.until(({ state }) => state === "A");
      await charger.controller.link.command({ command: "limit", limitA: 16 });
      for (const action of actions) await (action === "charge" ? charger.charge() : charger.pi.apply(action));
      await shows(seen);
      await lit("R/R");
    });
  }

  it("speaks German, with characters of its own", async () => {
    charger = await startWithPanel({ language: "de" });
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await shows({ state: "notConnected", offeredA: 16 }, "de");
    await charger.pi.apply({ do: "plug", preset: "ventilated", car: QUICK_CAR });
    const { display } = await shows({ state: "stopped", fault: fault("VentilationNotAvailable") }, "de");
    assert.equal(display.lines[1].charCodeAt(1), 2, "Ü is its own character 2");
    assert.deepEqual(display.custom, Object.fromEntries(GLYPHS.map(({ rows }, code) => [code, [...rows]])));
  });

  it("pauses, goes on and turns pages by its buttons, and the log knows who asked", async () => {
    charger = await startWithPanel();
    await charger.charge(16);
    const { pi, controller } = charger;
    /** Holds a button until it has done what it is for. */
    const press = async (button: string, done: Promise<unknown>): Promise<void> => {
      await pi.hold(button, true);
      await done;
      await pi.hold(button, false);
    };
    const limit = ["Limit        16A", "User            "] as const;
    await press(
      "right",
      pi.until((now) => reads(now, limit)),
    );
    await press(
      "select",
      pi.until(({ display }) => display.lines[0] === "Charging     16A"),
    );
    await press(
      "down",
      controller.until(({ phase }) => phase === "paused"),
    );
    await shows({ state: "paused", limitedBy: "paused" });
    await pi.until(({ truth }) => !truth.coilEnergised);
    await press("up", controller.untilCharging());
    const asked = () => controller.logged.filter(({ kind, client }) => kind === "request" && client === "panel");
    // The log is written when there is time.
    await controller.until(() => asked().length >= 2);
    assert.deepEqual(
      asked().map(({ asked, reply }) => [asked, reply]),
      [
        [{ command: "pause", by: "panel" }, { ok: true }],
        [{ command: "resume", by: "panel" }, { ok: true }],
      ],
    );
  });

  it("has pages for the sun's share and the next step, which somebody tells it", async () => {
    charger = await startWithPanel();
    await charger.charge(16);
    const { pi, controller } = charger;
    assert.deepEqual(await controller.link.show({ sunPercent: 72.6, startsInMs: null, stopsInMs: 240_000 }), { ok: true });
    for (const rows of [
      ["Stops in        ", "4 min           "],
      ["Sun share    73%", "of this charge  "],
    ] as const) {
      await pi.hold("right", true);
      await pi.until((now) => reads(now, rows));
      await pi.hold("right", false);
      // As long as a finger is off it, on the controller's own clock: it looks every 40 ms.
      const released = controller.status.at;
      await controller.until(({ at }) => at > released + 500);
    }
    assert.equal(controller.status.phase, "charging");
  });

  it("closes nothing by a button: where no limit is set, resume changes nothing", async () => {
    charger = await startWithPanel();
    const { pi, controller } = charger;
    await controller.until(({ state }) => state === "A");
    await pi.apply({ do: "plug", preset: "polite", car: QUICK_CAR });
    await shows({ state: "paused", limitedBy: "lease" });
    await pi.hold("up", true);
    await controller.until(() => controller.logged.some(({ client }) => client === "panel"));
    await pi.hold("up", false);
    const after = controller.status.at + 1_500;
    await controller.until(({ at }) => at > after);
    assert.equal(controller.status.phase, "paused");
    assert.equal((await pi.truth()).outputs.coil, false);
  });

  it("says that there is no charger when it ends, and puts the light out", async () => {
    charger = await startWithPanel();
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await shows({ state: "notConnected", offeredA: 16 });
    charger.controller.kill("SIGTERM");
    assert.deepEqual(await charger.controller.ended, { code: 0, signal: null });
    await shows({});
    await lit("RGB/");
  });

  it("killed a few times, leaves its last words and nothing else; the next controller says what is so [F-30]", async () => {
    charger = await startWithPanel();
    const { pi } = charger;
    await charger.charge(16);
    await clockBeyond(0);
    const config = pigpiodConfig(pi.port, { panel: { lcd: {}, led: {}, turnAfterMs: null } });
    for (let time = 0; time < 3; time += 1) {
      charger.controller.kill("SIGKILL");
      await charger.controller.ended;
      await pi.until(({ truth }) => !truth.coilEnergised);
      await charger.controller.dispose(true);
      const { folder } = charger.controller;
      const { display } = await pi.truth();
      assert.ok(display.on && /^(Charging|Paused|EVSE)/.test(display.lines[0]), `its last words stand: ${display.lines[0]}`);
      charger.controller = await ControllerUnderTest.start({ configText: config }, folder);
      // What was set has ended with the controller; the session has not.
      await shows({ state: "paused", limitedBy: "lease" });
    }
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await charger.controller.untilCharging();
    await pi.until((now) => now.display.lines[0] === "Charging     16A" && coloursOf(now) === "B/B");
  });
});
