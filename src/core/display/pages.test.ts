import assert from "node:assert/strict";
import fc from "fast-check";
import { FAULTS } from "#core/evse/faults";
import { KNOWN_REASONS } from "../../../nodes/shared/status-text.ts";
import { COLUMNS, codeOf, showable } from "./characters.ts";
import { displayOf } from "./pages.ts";
import { NOTHING_SEEN, type Seen, type SeenState } from "./seen.ts";
import { FAULT_WORDS, REASON_WORDS, WORDS } from "./words.ts";

const STATES: readonly SeenState[] = [
  ...(["notConnected", "preparing", "waiting", "paused", "charging"] as const),
  ...(["resting", "stopping", "stopped", "needsYou", "unknown"] as const),
];
const seen = (part: Partial<Seen>): Seen => ({ ...NOTHING_SEEN, ...part });
const fault = (name: string, part = {}) => ({ name, needs: null, retryIn: null, ...part });
const face = (part: Partial<Seen>, language: "en" | "de" = "en") => {
  const { led, pages } = displayOf(seen(part), language);
  return [led.colour, led.effect, ...(pages[0] ?? [])];
};
const pagesOf = (part: Partial<Seen>, language: "en" | "de" = "en") => displayOf(seen(part), language).pages.slice(1);

describe("a display's first page", () => {
  const charge = { currentA: 15.84, chargingMs: 2_527_999, energyWh: 4_160 };
  for (const [part, expected] of [
    [{ state: "notConnected", offeredA: 30 }, ["green", "steady", "EVSE Ready   30A", "Not Connected   "]],
    [{ state: "notConnected" }, ["green", "steady", "EVSE Ready      ", "Not Connected   "]],
    [{ state: "waiting", offeredA: 16.9 }, ["yellow", "steady", "EVSE Ready   16A", "Waiting for EV  "]],
    [{ state: "waiting", offeredA: 15.996 }, ["yellow", "steady", "EVSE Ready   16A", "Waiting for EV  "]],
    [{ state: "preparing" }, ["yellow", "steady", "EVSE Checking   ", "Please wait     "]],
    [{ state: "paused", limitedBy: "sun" }, ["violet", "steady", "Paused          ", "Sun             "]],
    [{ state: "paused", limitedBy: "grandmother's fuse box" }, ["violet", "steady", "Paused          ", "grandmother's fu"]],
    [{ state: "charging", ...charge }, ["blue", "steady", "Charging   15.8A", "0:42:07   4.2kWh"]],
    [{ state: "charging", offeredA: 30, chargingMs: 0 }, ["blue", "steady", "Charging     30A", "0:00:00         "]],
    [
      { state: "charging", ...charge, chargingMs: 443_000_000, energyWh: 1_234_567 },
      ["blue", "steady", "Charging   15.8A", "123h   1234.6kWh"],
    ],
    [{ state: "resting", ...charge, currentA: -0.04 }, ["blue", "dim", "Charging    0.0A", "0:42:07   4.2kWh"]],
    [{ state: "stopping" }, ["blue", "steady", "Stopping        ", "Please wait     "]],
    [{ state: "stopped", fault: fault("VentilationNotAvailable") }, ["red", "blink", "EVSE Error      ", "VENT REQUIRED   "]],
    [{ state: "stopped", fault: fault("GroundFault") }, ["red", "blink", "EVSE Error      ", "GFCI FAULT      "]],
    [{ state: "stopped", fault: fault("ProtectiveEarthLost") }, ["red", "blink", "EVSE Error      ", "NO GROUND       "]],
    [{ state: "needsYou", fault: fault("DiodeFault") }, ["red", "steady", "SERVICE REQUIRED", "DIODE CHK FAILED"]],
    [{ state: "needsYou", fault: fault("ContactorWelded") }, ["red", "steady", "SERVICE REQUIRED", "STUCK RELAY     "]],
    [{ state: "stopped", fault: fault("toString") }, ["red", "blink", "EVSE Error      ", "toString        "]],
    [{ state: "stopped" }, ["red", "blink", "EVSE Error      ", "UNKNOWN FAULT   "]],
    [{ state: "unknown", currentA: 16 }, ["off", "steady", "---             ", "No charger news "]],
  ] as const satisfies readonly (readonly [Partial<Seen>, readonly string[]])[]) {
    it(`is ${expected.join(" | ")} for ${JSON.stringify(part)}`, () => assert.deepEqual(face(part), expected));
  }

  it("speaks German, with umlauts and a decimal comma", () => {
    assert.deepEqual(face({ state: "charging", ...charge }, "de").slice(2), ["Lädt       15,8A", "0:42:07   4,2kWh"]);
    assert.deepEqual(face({ state: "stopped", fault: fault("VentilationNotAvailable") }, "de").slice(2), [
      "Störung         ",
      "LÜFTUNG NÖTIG   ",
    ]);
  });
});

describe("a display's further pages", () => {
  it("are energy, sun, limit and temperature while a car charges", () => {
    const part = {
      state: "charging",
      energyWh: 4_160,
      powerW: 3_640,
      sunPercent: 72.6,
      offeredA: 16,
      limitedBy: "sun",
      temperatureC: 31.4,
    } as const;
    assert.deepEqual(pagesOf(part), [
      ["Energy    4.2kWh", "Power      3.6kW"],
      ["Sun share    73%", "of this charge  "],
      ["Limit        16A", "Sun             "],
      ["Temperature     ", "Inside      31°C"],
    ]);
  });
  it("say what comes next, never sooner than it does", () => {
    const next = (what: "starts" | "stops", ms: number) => pagesOf({ state: "paused", next: { what, in: ms } })[0];
    assert.deepEqual(next("starts", 180_001), ["Starts in       ", "4 min           "]);
    assert.deepEqual(next("stops", 5_400_000), ["Stops in        ", "1 h 30 min      "]);
    assert.deepEqual(next("starts", -5), ["Starts in       ", "a moment        "]);
  });
  it("say when a fault is tried again, or what a person does about it", () => {
    const step = (part: object) => pagesOf({ state: "needsYou", fault: fault("GroundFault", part) })[0];
    assert.deepEqual(step({ retryIn: 240_000, needs: "reset" }), ["Next try in     ", "4 min           "]);
    assert.deepEqual(step({ needs: "reset" }), ["Next step       ", "Fix, then reset "]);
    assert.deepEqual(step({ needs: "unplug" }), ["Next step       ", "Unplug the car  "]);
    assert.equal(step({}), undefined);
  });
  it("warn of a fault that does not stop the charge", () =>
    assert.deepEqual(pagesOf({ state: "charging", fault: fault("TemperatureSensorFault") }), [["Warning         ", "TEMP SENSOR     "]]));
  it("are not there with nothing to say, nor without news", () => {
    assert.deepEqual(pagesOf({ state: "notConnected", energyWh: 5, sunPercent: 5, offeredA: 30, limitedBy: "breaker" }), []);
    assert.deepEqual(pagesOf({ state: "unknown", temperatureC: 30, energyWh: 5 }), []);
  });
});

describe("every page", () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
  const figure = maybe(fc.oneof(fc.double(), fc.constantFrom(0, -0.04, 99_999_999, 3.6e8, 1e21)));
  const word = fc.oneof(
    fc.string({ unit: "binary", maxLength: 64 }),
    fc.constantFrom("sun", "__proto__", "A\u0308o\u0308", "🚗⚡", "ÄÖÜäöüß°"),
  );
  const anything: fc.Arbitrary<Seen> = fc.record({
    state: fc.constantFrom(...STATES),
    offeredA: figure,
    currentA: figure,
    powerW: figure,
    temperatureC: figure,
    limitedBy: maybe(word),
    chargingMs: figure,
    energyWh: figure,
    sunPercent: figure,
    fault: maybe(
      fc.record({
        name: fc.oneof(word, fc.constantFrom(...Object.keys(FAULTS))),
        needs: fc.constantFrom("reset" as const, "unplug" as const, null),
        retryIn: figure,
      }),
    ),
    next: maybe(fc.record({ what: fc.constantFrom("starts" as const, "stops" as const), in: fc.double() })),
  });

  it("is two rows of sixteen characters that the display has, whatever is seen", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom("en" as const, "de" as const), (what, language) => {
        const { pages } = displayOf(what, language);
        assert.ok(pages.length >= 1);
        for (const rows of pages) {
          assert.equal(rows.length, 2);
          for (const row of rows) {
            assert.equal(row.length, COLUMNS, JSON.stringify(row));
            assert.equal(showable(row), row);
            for (const character of row) assert.notEqual(codeOf(character), null, character);
            assert.doesNotMatch(row, /NaN|Infinity/);
          }
        }
      }),
      { numRuns: 2000, seed: 16 },
    );
  });
});

describe("words of a display", () => {
  const rows = [...Object.values(WORDS), ...Object.values(FAULT_WORDS)].flatMap((table) => Object.values(table));
  it("fit a row and have only characters of the display", () => {
    for (const text of [...rows, ...Object.values(REASON_WORDS).flatMap(({ en, de }) => [en, de])]) {
      assert.ok(text.length <= COLUMNS, text);
      assert.equal(showable(text), text);
    }
  });
  it("are there for each fault, all different, and for each reason a node has a word for", () => {
    for (const table of Object.values(FAULT_WORDS)) {
      assert.deepEqual(Object.keys(table), Object.keys(FAULTS));
      assert.equal(new Set(Object.values(table)).size, Object.keys(FAULTS).length);
    }
    assert.deepEqual(Object.keys(REASON_WORDS).toSorted(), [...KNOWN_REASONS].toSorted());
  });
});
