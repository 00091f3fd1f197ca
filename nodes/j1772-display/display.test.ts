import assert from "node:assert/strict";
import * as v from "valibot";
import { Instant } from "#core/units/units";
import type { PanelFacts } from "#link/frames";
import type { FaultMessage, StatusMessage } from "#link/messages";
import { MovedTime } from "../../test/flows/support/moved-time.ts";
import { aStatus } from "../../test/support/link-samples.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowMessage, NodeStatus } from "../shared/red.ts";
import { CharacterDisplay, type DisplayTime } from "./display.ts";
import { DisplayReport, WishReport } from "./j1772-display.outputs.ts";
import { J1772DisplayNode } from "./j1772-display.schema.ts";

class DisplayMovedTime extends MovedTime implements DisplayTime {
  now(): Instant {
    return Instant(this.ms - 1_700_000_000_000);
  }
}

class DisplayUnderTest {
  readonly time = new DisplayMovedTime();
  readonly sent: (readonly (FlowMessage | null)[])[] = [];
  readonly shown: NodeStatus[] = [];
  readonly toPanel: PanelFacts[] = [];
  readonly display: CharacterDisplay;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    this.display = new CharacterDisplay(readConfig(J1772DisplayNode.fields, settings), {
      time: this.time,
      send: (messages) => void this.sent.push(messages),
      show: (status) => void this.shown.push(status),
      tellPanel: (facts) => void this.toPanel.push(facts),
    });
  }

  hear(payload: unknown): void {
    this.display.receive({ payload });
  }

  get reports(): readonly DisplayReport[] {
    return this.sent.flatMap(([first]) => (first ? [v.parse(DisplayReport, first.payload)] : []));
  }

  get wishes(): readonly FlowMessage[] {
    return this.sent.flatMap(([, , third]) => (third ? [third] : []));
  }

  /** Rows, colour, page and pages of the newest message. */
  get newest(): string {
    const report = this.reports.at(-1);
    return report ? `${report.lines.join("|")} ${report.led} ${report.page}/${report.pages}` : "nothing";
  }
}

const FAULT: FaultMessage = { name: "PilotFault", mrec: "x", since: 0, clears: "", severity: "emergency", retryAt: null, latched: "no" };
/** A whole status of our own charger. */
const status = (more: Partial<StatusMessage> = {}): StatusMessage => ({
  ...aStatus(),
  charger: "Garage",
  state: "C",
  phase: "charging",
  offeredCurrentA: 30,
  limitedBy: "breaker",
  currentA: 15.8,
  powerW: 3_640,
  temperatureC: null,
  faults: [],
  session: { id: "s-1", startedAt: 1, energyWh: 4_160, chargingMs: 2_527_000 },
  ...more,
});
const EMPTY: Partial<StatusMessage> = { phase: "notConnected", state: "A", offeredCurrentA: 0, currentA: 0, powerW: 0, session: null };

describe("a display in a flow", () => {
  it("knows nothing until a charger is heard", async () => {
    const one = new DisplayUnderTest();
    await one.time.advance(5_000);
    assert.equal(one.newest, "---             |No charger news  off 1/1");
    assert.equal(one.reports.length, 1);
    assert.deepEqual(one.shown, [{ fill: "grey", shape: "ring", text: "No charger news" }]);
  });

  it("shows a car that comes, waits, charges and pauses, with the topic of its charger", async () => {
    const one = new DisplayUnderTest({ readyA: "30", rotateS: "" });
    for (const [more, expected] of [
      [EMPTY, "EVSE Ready   30A|Not Connected    green 1/1"],
      [{ phase: "waiting", currentA: 0, powerW: 0 }, "EVSE Ready   30A|Waiting for EV   yellow 1/3"],
      [{}, "Charging   15.8A|0:42:07   4.2kWh blue 1/3"],
      [{ phase: "paused", offeredCurrentA: 0, limitedBy: "sun" }, "Paused          |Sun              violet 1/2"],
    ] as const) {
      one.hear(status(more));
      assert.equal(one.newest, expected);
    }
    assert.equal(one.sent.at(-1)?.[0]?.topic, "Garage");
    await one.time.advance(2_000);
    assert.deepEqual(one.shown.at(-1), { fill: "blue", shape: "dot", text: "Paused" });
  });

  it("says no figure where nobody named one", () => {
    const one = new DisplayUnderTest();
    one.hear(status(EMPTY));
    assert.equal(one.newest, "EVSE Ready      |Not Connected    green 1/1");
  });

  it("lets the clock run between two statuses, a message a second, and is quiet while nothing changes", async () => {
    const one = new DisplayUnderTest({ rotateS: "" });
    one.hear(status());
    const before = one.reports.length;
    await one.time.advance(3_500);
    assert.equal(one.newest, "Charging   15.8A|0:42:10   4.2kWh blue 1/3");
    assert.equal(one.reports.length - before, 3);
    one.hear(status(EMPTY));
    const calm = one.sent.length;
    await one.time.advance(30_000);
    one.hear(status(EMPTY));
    assert.equal(one.sent.length, calm);
  });

  it("says that it knows nothing when the charger is silent, and shows it again when it is back", async () => {
    const one = new DisplayUnderTest({ staleAfterS: "10", rotateS: "" });
    one.hear(status());
    await one.time.advance(10_000);
    assert.match(one.newest, /^Charging/);
    await one.time.advance(2_000);
    assert.equal(one.newest, "---             |No charger news  off 1/1");
    one.hear(status());
    assert.match(one.newest, /^Charging +15.8A\|0:42:07/);
  });

  it("shows a picture of what it says", () => {
    const one = new DisplayUnderTest();
    one.hear(status());
    const svg = String(one.sent.at(-1)?.[1]?.payload);
    assert.match(svg, /^<svg .*<title>Charging {3}15\.8A \/ 0:42:07 {3}4\.2kWh \(blue\)<\/title>.*<\/svg>$/);
  });

  it("closes with no timer left", async () => {
    const one = new DisplayUnderTest();
    one.hear(status());
    one.display.close();
    const sent = one.sent.length;
    await one.time.advance(60_000);
    assert.deepEqual([one.time.waiting, one.sent.length], [0, sent]);
  });
});

describe("a display's faults", () => {
  for (const [fault, expected] of [
    [{ name: "VentilationNotAvailable" }, "EVSE Error      |VENT REQUIRED    red 1/1"],
    [{ name: "GroundFault", retryAt: 1_767_225_600_000 + 840_001 }, "EVSE Error      |GFCI FAULT       red 1/2"],
    [{ name: "DiodeFault", latched: "untilUnplugged" }, "SERVICE REQUIRED|DIODE CHK FAILED red 1/2"],
    [{ name: "ContactorWelded", latched: "untilReset" }, "SERVICE REQUIRED|STUCK RELAY      red 1/2"],
  ] as const) {
    it(`show ${fault.name} at once, whatever page was shown`, () => {
      const one = new DisplayUnderTest();
      one.hear(status());
      one.hear("page 3");
      one.hear(status({ phase: "faulted", faults: [{ ...FAULT, ...fault }], session: null }));
      assert.equal(one.newest, expected);
    });
  }

  it("count down to the next try", async () => {
    const one = new DisplayUnderTest({ rotateS: "" });
    one.hear(status({ phase: "faulted", faults: [{ ...FAULT, name: "GroundFault", retryAt: one.time.ms + 61_000 }], session: null }));
    one.hear("next");
    assert.equal(one.newest, "Next try in     |2 min            red 2/2");
    await one.time.advance(2_000);
    assert.equal(one.newest, "Next try in     |1 min            red 2/2");
  });

  it("show the worst of several, and a warning without stopping the charge", () => {
    const one = new DisplayUnderTest({ rotateS: "" });
    const warning: FaultMessage = { ...FAULT, name: "TemperatureSensorFault", severity: "warning" };
    one.hear(status({ faults: [warning] }));
    assert.match(one.newest, /^Charging .* blue 1\/4$/);
    one.hear("page 2");
    assert.equal(one.newest, "Warning         |TEMP SENSOR      blue 2/4");
    one.hear(status({ phase: "faulted", faults: [warning, { ...FAULT, name: "EmergencyStop" }] }));
    assert.match(one.newest, /EMERGENCY STOP {3}red/);
  });
});

describe("a display's pages", () => {
  it("follow each other at the interval, round and round", async () => {
    const one = new DisplayUnderTest({ rotateS: "5" });
    one.hear(status());
    await one.time.advance(5_000);
    assert.equal(one.newest, "Energy    4.2kWh|Power      3.6kW blue 2/3");
    await one.time.advance(5_000);
    assert.equal(one.newest, "Limit        30A|Breaker          blue 3/3");
    await one.time.advance(5_000);
    assert.match(one.newest, /blue 1\/3$/);
  });

  it("are told to a charger's own panel as far as it cannot know them, and as they are by then", async () => {
    const one = new DisplayUnderTest({});
    one.hear({ at: 1, mode: "solar", carA: 0, stopsInMs: null, startsInMs: 240_000 });
    await one.time.advance(60_000);
    one.hear({ id: "s-1", revision: 1, charger: "Garage", endedAt: null, energyWh: 100, sunWh: 50 });
    one.hear({ at: 1, mode: "solar", carA: 0, stopsInMs: null, startsInMs: 1e12 });
    assert.deepEqual(one.toPanel, [
      { sunPercent: null, startsInMs: 240_000, stopsInMs: null },
      { sunPercent: 50, startsInMs: 180_000, stopsInMs: null },
      { sunPercent: 50, startsInMs: null, stopsInMs: null },
    ]);
  });

  it("stay when they were chosen, and go on afterwards", async () => {
    const one = new DisplayUnderTest({ rotateS: "5" });
    one.hear(status());
    one.hear("next");
    await one.time.advance(14_000);
    assert.match(one.newest, /2\/3$/);
    await one.time.advance(2_000);
    assert.match(one.newest, /3\/3$/);
  });

  it("never turn by themselves without an interval, and take the last for one that is not there", async () => {
    const one = new DisplayUnderTest({ rotateS: "" });
    one.hear(status());
    one.hear("page 9");
    await one.time.advance(20_000);
    assert.match(one.newest, /3\/3$/);
    one.hear("NEXT");
    assert.match(one.newest, /1\/3$/);
  });

  it("have the sun's share of this charge only, and what the limiter will do", () => {
    const one = new DisplayUnderTest({ rotateS: "", language: "de" });
    const record = {
      news: "changed",
      id: "s-1",
      revision: 2,
      charger: "Garage",
      startedAt: 1,
      endedAt: null,
      energyWh: 4_000,
      sunWh: 2_920,
    };
    one.hear(status());
    one.hear({ ...record, charger: "Other", sunWh: 1 });
    one.hear(record);
    one.hear({ at: 1, mode: "solar", carA: 15, stopsInMs: 240_000, startsInMs: null });
    one.hear("page 2");
    assert.equal(one.newest, "Ende in         |4 min            blue 2/5");
    one.hear("page 4");
    assert.equal(one.newest, "Sonne        73%|dieser Ladung    blue 4/5");
    assert.deepEqual(one.toPanel, [
      { sunPercent: 73, startsInMs: null, stopsInMs: null },
      { sunPercent: 73, startsInMs: null, stopsInMs: 240_000 },
    ]);
    one.hear(status(EMPTY));
    one.hear(status());
    assert.match(one.newest, /blue 1\/4$/);
  });
});

describe("a display's input", () => {
  it("passes pause and resume on as a pilot takes them", () => {
    const one = new DisplayUnderTest();
    one.hear(status());
    one.hear("pause");
    one.hear(" Resume ");
    assert.deepEqual(
      one.wishes.map(({ topic, payload }) => [topic, v.parse(WishReport, payload).command]),
      [
        ["Garage", "pause"],
        ["Garage", "resume"],
      ],
    );
  });

  it("takes any other charger's small message, and what it leaves out stays", () => {
    const one = new DisplayUnderTest({ rotateS: "" });
    one.hear({ state: "connected", offeredCurrentA: 16 });
    assert.equal(one.newest, "EVSE Ready   16A|Waiting for EV   yellow 1/1");
    one.hear('{"state": "charging", "currentA": "15,5 A", "energyWh": "1.2 kWh", "counterOf": "session"}');
    assert.equal(one.newest, "Charging   15.5A|          1.2kWh blue 1/2");
    one.hear({ currentA: 0.1 });
    one.hear({ state: "charging" });
    assert.match(one.newest, /^Charging {4}0\.1A/);
    assert.equal(one.reports.at(-1)?.effect, "dim");
    one.hear({ state: "fault", faults: ["Überhitzt"] });
    assert.equal(one.newest, "EVSE Error      |Überhitzt        red 1/2");
    one.hear({ state: "Available" });
    assert.equal(one.newest, "EVSE Ready      |Not Connected    green 1/1");
  });

  it("keeps to its charger", () => {
    const one = new DisplayUnderTest({ charger: "Garage" });
    one.hear(status());
    one.hear(status({ ...EMPTY, charger: "Yard" }));
    assert.match(one.newest, /^Charging/);
  });

  it("lets an event of a charger change nothing", () => {
    const one = new DisplayUnderTest();
    one.hear(status());
    const sent = one.sent.length;
    one.hear({ id: "e", charger: "Garage", at: 1, monotonicMs: 1, type: "unplugged", session: null });
    assert.equal(one.sent.length, sent);
  });

  for (const [payload, code] of [
    ["off", "unknownWord"],
    ["page 0", "unknownWord"],
    [2, "unknownWord"],
    [true, "unknownWord"],
    ["", "emptyMessage"],
    [{}, "notNews"],
    [{ state: "flying" }, "unknownState"],
    [{ state: "charging", powerW: "5 A" }, "unit"],
    ['{"state":', "badJson"],
    [["charging"], "wrongType"],
    ['{"__proto__": {"state": "charging"}}', "forbiddenKey"],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)} with ${code}, and shows what it did`, () => {
      const one = new DisplayUnderTest();
      one.hear(status());
      const sent = one.sent.length;
      assert.throws(() => one.hear(payload), { code });
      assert.equal(one.sent.length, sent);
    });
  }
});
