/** Every cell of the machine: what each event does in each phase, the ones where nothing happens too. */
import assert from "node:assert/strict";
import type { EvseEvent, EvseView, Phase } from "#core/evse/types";
import { type Amps, Millis } from "#core/units/units";
import { LOOP, Rig } from "../../../test/support/evse-rig.ts";

/** A charger in each phase, reached the way a charger gets there. */
const IN: Readonly<Record<Phase, () => Rig>> = {
  selfTest: () =>
    new Rig()
      .with((rig) => rig.limit(32))
      .line("B")
      .advance(1000),
  notConnected: () => Rig.ready(),
  paused: () =>
    Rig.offering()
      .with((rig) => rig.apply({ type: "pause", by: "user" }))
      .advance(5000),
  waiting: () => Rig.offering(),
  preparing: () => Rig.offering().line("C").advance(200),
  closing: () => {
    const rig = Rig.offering()
      .set({ stuckOpen: [0] })
      .line("C");
    return rig.advanceUntil(() => rig.coil, 2000);
  },
  charging: () => Rig.charging(),
  stopping: () =>
    Rig.charging()
      .with((rig) => rig.apply({ type: "pause", by: "user" }))
      .advance(1000),
  opening: () =>
    Rig.charging()
      .line("B")
      .with((rig) => rig.msUntilOpen()),
  waking: () => {
    const rig = Rig.offering();
    return rig.advanceUntil(() => rig.phase === "waking", 40_000).advance(1000);
  },
  faulted: () =>
    Rig.charging()
      .set({ diode: "shorted" })
      .with((rig) => rig.msUntilOpen())
      .advance(3000),
};

const ask = (event: EvseEvent) => (rig: Rig) => rig.apply(event)?.code;
const passes =
  (ms: number, change: (rig: Rig) => unknown = () => null) =>
  (rig: Rig) => {
    change(rig);
    rig.advance(ms);
    return undefined;
  };
const limit = (amps: number) => ask({ type: "limit", lease: { limit: amps as Amps, validFor: Millis(60_000), by: "sun" } });
const shows = (line: Parameters<Rig["line"]>[0], ms: number) => passes(ms, (rig) => rig.line(line));

/** @returns the code of a refusal, if there was one */
type Cause = (rig: Rig) => string | undefined;

const EVENTS: Readonly<Record<string, Cause>> = {
  "boot again": ask({ type: "boot", run: "again", restored: null, delay: Millis(0) }),
  "nothing new": passes(LOOP),
  "car leaves": shows("A", 3 * LOOP),
  "car asks": shows("C", 3 * LOOP),
  "car stops": shows("B", 3 * LOOP),
  "car wants air": shows("D", 3 * LOOP),
  "pilot short": shows("E", 3 * LOOP),
  "no readings": shows("silent", 1200),
  trip: passes(LOOP, (rig) => rig.trip()),
  "limit 10 A": limit(10),
  "limit 0 A": limit(0),
  "limit NaN": limit(Number.NaN),
  pause: ask({ type: "pause", by: "flow" }),
  resume: ask({ type: "resume", by: "flow" }),
  authorise: ask({ type: "authorise", tag: "card" }),
  deauthorise: ask({ type: "deauthorise", reason: "expired" }),
  reset: ask({ type: "reset", by: "user" }),
  "self-test": ask({ type: "selfTest", by: "user" }),
  "wake-up": ask({ type: "wakeUp", by: "user" }),
  "late 30 ms": ask({ type: "late", by: Millis(30) }),
  "late 40 ms": ask({ type: "late", by: Millis(40) }),
  "late 61 ms": ask({ type: "late", by: Millis(61) }),
  shutdown: ask({ type: "shutdown" }),
};

/** What is driven, in words; "=" when it is what was driven before. */
function outcome({ phase, outputs }: EvseView, before: EvseView): string {
  if (phase === before.phase && outputs === before.outputs) return "=";
  const { pilot, coil, gfciTest, gfciReset } = outputs;
  return [phase, pilot.kind, coil ? "closed" : "", gfciTest ? "testing" : "", gfciReset ? "resetting" : ""].filter(Boolean).join(" ");
}

/** Phase | event | phase and outputs after it, "=" for none changed, or the refusal | what is told of it. */
const CELLS = `
selfTest | boot again | refused busy |
selfTest | nothing new | = |
selfTest | car leaves | = | stateChanged unplugged
selfTest | car asks | = | stateChanged
selfTest | car stops | = |
selfTest | car wants air | = | stateChanged fault:VentilationNotAvailable
selfTest | pilot short | = | stateChanged fault:PilotFault
selfTest | no readings | = | stateChanged fault:PilotFault
selfTest | trip | selfTest steadyHigh resetting |
selfTest | limit 10 A | = | limitChanged
selfTest | limit 0 A | = | limitChanged
selfTest | limit NaN | refused outOfRange |
selfTest | pause | = | paused
selfTest | resume | = |
selfTest | authorise | = |
selfTest | deauthorise | = | deauthorised
selfTest | reset | refused nothingToReset |
selfTest | self-test | = |
selfTest | wake-up | refused busy |
selfTest | late 30 ms | = |
selfTest | late 40 ms | = |
selfTest | late 61 ms | = |
selfTest | shutdown | = | shutdown
notConnected | boot again | refused busy |
notConnected | nothing new | = |
notConnected | car leaves | = |
notConnected | car asks | paused steadyHigh | stateChanged plugged
notConnected | car stops | paused steadyHigh | stateChanged plugged
notConnected | car wants air | faulted steadyHigh | stateChanged plugged fault:VentilationNotAvailable
notConnected | pilot short | faulted steadyHigh | stateChanged fault:PilotFault
notConnected | no readings | faulted steadyHigh | stateChanged fault:PilotFault
notConnected | trip | notConnected steadyHigh resetting |
notConnected | limit 10 A | = | limitChanged
notConnected | limit 0 A | = | limitChanged
notConnected | limit NaN | refused outOfRange |
notConnected | pause | = | paused
notConnected | resume | = |
notConnected | authorise | = | authorised
notConnected | deauthorise | refused notPlugged |
notConnected | reset | refused nothingToReset |
notConnected | self-test | = |
notConnected | wake-up | refused notPlugged |
notConnected | late 30 ms | = |
notConnected | late 40 ms | = |
notConnected | late 61 ms | = |
notConnected | shutdown | = | shutdown
paused | boot again | refused busy |
paused | nothing new | = |
paused | car leaves | notConnected steadyHigh | stateChanged unplugged
paused | car asks | = | stateChanged
paused | car stops | = |
paused | car wants air | faulted steadyHigh | stateChanged fault:VentilationNotAvailable
paused | pilot short | faulted steadyHigh | stateChanged fault:PilotFault
paused | no readings | faulted steadyHigh | stateChanged fault:PilotFault
paused | trip | paused steadyHigh resetting |
paused | limit 10 A | = | limitChanged
paused | limit 0 A | = | limitChanged
paused | limit NaN | refused outOfRange |
paused | pause | = |
paused | resume | waiting pwm | resumed offered
paused | authorise | = |
paused | deauthorise | = | deauthorised
paused | reset | refused nothingToReset |
paused | self-test | = |
paused | wake-up | refused busy |
paused | late 30 ms | = |
paused | late 40 ms | = |
paused | late 61 ms | = |
paused | shutdown | = | shutdown
waiting | boot again | refused busy |
waiting | nothing new | = |
waiting | car leaves | notConnected steadyHigh | stateChanged unplugged
waiting | car asks | preparing pwm | stateChanged
waiting | car stops | = |
waiting | car wants air | faulted steadyHigh | stateChanged fault:VentilationNotAvailable paused
waiting | pilot short | faulted steadyHigh | stateChanged fault:PilotFault paused
waiting | no readings | faulted steadyHigh | stateChanged fault:PilotFault paused
waiting | trip | waiting pwm resetting |
waiting | limit 10 A | waiting pwm | limitChanged offered
waiting | limit 0 A | paused steadyHigh | limitChanged paused
waiting | limit NaN | refused outOfRange |
waiting | pause | paused steadyHigh | paused
waiting | resume | = |
waiting | authorise | = |
waiting | deauthorise | paused steadyHigh | deauthorised paused
waiting | reset | refused nothingToReset |
waiting | self-test | = |
waiting | wake-up | waking steadyLow | wakeUpSent
waiting | late 30 ms | = |
waiting | late 40 ms | = |
waiting | late 61 ms | = |
waiting | shutdown | paused steadyHigh | shutdown paused
preparing | boot again | refused busy |
preparing | nothing new | = |
preparing | car leaves | notConnected steadyHigh testing | stateChanged unplugged
preparing | car asks | = |
preparing | car stops | waiting pwm testing | stateChanged
preparing | car wants air | faulted steadyHigh testing | stateChanged fault:VentilationNotAvailable paused
preparing | pilot short | faulted steadyHigh testing | stateChanged fault:PilotFault paused
preparing | no readings | faulted steadyHigh | selfTestPassed stateChanged fault:PilotFault paused
preparing | trip | = |
preparing | limit 10 A | preparing pwm testing | limitChanged offered
preparing | limit 0 A | paused steadyHigh testing | limitChanged paused
preparing | limit NaN | refused outOfRange |
preparing | pause | paused steadyHigh testing | paused
preparing | resume | = |
preparing | authorise | = |
preparing | deauthorise | paused steadyHigh testing | deauthorised paused
preparing | reset | refused nothingToReset |
preparing | self-test | refused busy |
preparing | wake-up | refused busy |
preparing | late 30 ms | = |
preparing | late 40 ms | = |
preparing | late 61 ms | = |
preparing | shutdown | paused steadyHigh testing | shutdown paused
closing | boot again | refused busy |
closing | nothing new | = |
closing | car leaves | opening steadyHigh | stateChanged unplugged
closing | car asks | = |
closing | car stops | opening pwm | stateChanged
closing | car wants air | opening steadyHigh | stateChanged fault:VentilationNotAvailable paused
closing | pilot short | opening steadyHigh | stateChanged fault:PilotFault paused
closing | no readings | faulted steadyHigh | relayOpened selfTestPassed stateChanged fault:PilotFault paused
closing | trip | opening steadyLow | fault:GroundFault paused
closing | limit 10 A | closing pwm closed | limitChanged offered
closing | limit 0 A | opening steadyHigh | limitChanged paused
closing | limit NaN | refused outOfRange |
closing | pause | opening steadyHigh | paused
closing | resume | = |
closing | authorise | = |
closing | deauthorise | opening steadyHigh | deauthorised paused
closing | reset | refused nothingToReset |
closing | self-test | refused busy |
closing | wake-up | refused busy |
closing | late 30 ms | = |
closing | late 40 ms | = | late
closing | late 61 ms | opening steadyHigh | late fault:ControllerLate paused
closing | shutdown | opening steadyHigh | shutdown paused
charging | boot again | refused busy |
charging | nothing new | = |
charging | car leaves | opening steadyHigh | stateChanged chargingStopped unplugged
charging | car asks | = |
charging | car stops | opening pwm | stateChanged chargingStopped
charging | car wants air | opening steadyHigh | stateChanged fault:VentilationNotAvailable chargingStopped:VentilationNotAvailable openedUnderLoad paused
charging | pilot short | opening steadyHigh | stateChanged fault:PilotFault chargingStopped:PilotFault openedUnderLoad paused
charging | no readings | faulted steadyHigh | chargingStopped relayOpened selfTestPassed stateChanged fault:PilotFault paused
charging | trip | opening steadyLow | fault:GroundFault chargingStopped:GroundFault openedUnderLoad paused
charging | limit 10 A | charging pwm closed | limitChanged offered
charging | limit 0 A | stopping steadyHigh closed | limitChanged paused
charging | limit NaN | refused outOfRange |
charging | pause | stopping steadyHigh closed | paused
charging | resume | = |
charging | authorise | = |
charging | deauthorise | stopping steadyHigh closed | deauthorised paused
charging | reset | refused nothingToReset |
charging | self-test | refused busy |
charging | wake-up | refused busy |
charging | late 30 ms | = |
charging | late 40 ms | = | late
charging | late 61 ms | opening steadyHigh | late fault:ControllerLate chargingStopped:ControllerLate openedUnderLoad paused
charging | shutdown | stopping steadyHigh closed | shutdown paused
stopping | boot again | refused busy |
stopping | nothing new | = |
stopping | car leaves | opening steadyHigh | stateChanged chargingStopped unplugged
stopping | car asks | = |
stopping | car stops | opening steadyHigh | stateChanged chargingStopped
stopping | car wants air | opening steadyHigh | stateChanged fault:VentilationNotAvailable chargingStopped:VentilationNotAvailable openedUnderLoad
stopping | pilot short | opening steadyHigh | stateChanged fault:PilotFault chargingStopped:PilotFault openedUnderLoad
stopping | no readings | faulted steadyHigh | chargingStopped relayOpened stateChanged fault:PilotFault
stopping | trip | opening steadyHigh | fault:GroundFault chargingStopped:GroundFault openedUnderLoad
stopping | limit 10 A | = | limitChanged
stopping | limit 0 A | = | limitChanged
stopping | limit NaN | refused outOfRange |
stopping | pause | = |
stopping | resume | = | resumed
stopping | authorise | = |
stopping | deauthorise | = | deauthorised
stopping | reset | refused nothingToReset |
stopping | self-test | refused busy |
stopping | wake-up | refused busy |
stopping | late 30 ms | = |
stopping | late 40 ms | = | late
stopping | late 61 ms | opening steadyHigh | late fault:ControllerLate chargingStopped:ControllerLate openedUnderLoad
stopping | shutdown | = | shutdown
opening | boot again | refused busy |
opening | nothing new | = |
opening | car leaves | opening steadyHigh | stateChanged unplugged
opening | car asks | = | stateChanged
opening | car stops | = |
opening | car wants air | opening steadyHigh | stateChanged fault:VentilationNotAvailable paused
opening | pilot short | opening steadyHigh | stateChanged fault:PilotFault paused
opening | no readings | faulted steadyHigh | relayOpened stateChanged fault:PilotFault paused
opening | trip | opening steadyLow | fault:GroundFault paused
opening | limit 10 A | opening pwm | limitChanged offered
opening | limit 0 A | opening steadyHigh | limitChanged paused
opening | limit NaN | refused outOfRange |
opening | pause | opening steadyHigh | paused
opening | resume | = |
opening | authorise | = |
opening | deauthorise | opening steadyHigh | deauthorised paused
opening | reset | refused nothingToReset |
opening | self-test | refused busy |
opening | wake-up | refused busy |
opening | late 30 ms | = |
opening | late 40 ms | = |
opening | late 61 ms | = |
opening | shutdown | opening steadyHigh | shutdown paused
waking | boot again | refused busy |
waking | nothing new | = |
waking | car leaves | = |
waking | car asks | = |
waking | car stops | = |
waking | car wants air | = |
waking | pilot short | = |
waking | no readings | = |
waking | trip | waking steadyLow resetting |
waking | limit 10 A | = | limitChanged
waking | limit 0 A | paused steadyHigh | limitChanged
waking | limit NaN | refused outOfRange |
waking | pause | paused steadyHigh | paused
waking | resume | = |
waking | authorise | = |
waking | deauthorise | paused steadyHigh | deauthorised
waking | reset | refused nothingToReset |
waking | self-test | = |
waking | wake-up | refused busy |
waking | late 30 ms | = |
waking | late 40 ms | = |
waking | late 61 ms | = |
waking | shutdown | paused steadyHigh | shutdown
faulted | boot again | refused busy |
faulted | nothing new | = |
faulted | car leaves | = | stateChanged unplugged
faulted | car asks | = |
faulted | car stops | = | stateChanged
faulted | car wants air | = | stateChanged fault:VentilationNotAvailable
faulted | pilot short | = | stateChanged fault:PilotFault
faulted | no readings | = | stateChanged fault:PilotFault
faulted | trip | faulted steadyHigh resetting |
faulted | limit 10 A | = | limitChanged
faulted | limit 0 A | = | limitChanged
faulted | limit NaN | refused outOfRange |
faulted | pause | = | paused
faulted | resume | = |
faulted | authorise | = |
faulted | deauthorise | = | deauthorised
faulted | reset | selfTest steadyHigh | reset faultCleared:DiodeFault
faulted | self-test | = |
faulted | wake-up | refused busy |
faulted | late 30 ms | = |
faulted | late 40 ms | = |
faulted | late 61 ms | = |
faulted | shutdown | = | shutdown`;

interface Cell {
  readonly phase: Phase;
  readonly event: string;
  readonly outcome: string;
  readonly told: string;
}

const isPhase = (word: string): word is Phase => word in IN;

function cellOf(line: string): Cell {
  const [phase = "", event = "", then = "", told = ""] = line.split("|").map((word) => word.trim());
  assert.ok(isPhase(phase), line);
  return { phase, event, outcome: then, told };
}

describe("every (phase, event) cell", () => {
  const cells = CELLS.trim().split("\n").map(cellOf);

  it("has an expectation", () => {
    const wanted = Object.keys(IN).flatMap((phase) => Object.keys(EVENTS).map((event) => `${phase} | ${event}`));
    assert.deepEqual(cells.map(({ phase, event }) => `${phase} | ${event}`).sort(), wanted.sort());
  });

  for (const { phase, event, outcome: expected, told } of cells) {
    const what =
      expected === "=" && told === ""
        ? "nothing happens"
        : `${expected === "=" ? "stays" : expected}${told === "" ? "" : `, tells ${told}`}`;
    it(`in ${phase}, on ${event}: ${what}`, () => {
      const rig = IN[phase]();
      assert.equal(rig.phase, phase);
      const before = rig.forget().view;
      const refusal = EVENTS[event]?.(rig);
      assert.equal(typeof refusal === "string" ? `refused ${refusal}` : outcome(rig.view, before), expected);
      assert.equal(rig.told.map((each) => (each.fault === undefined ? each.type : `${each.type}:${each.fault}`)).join(" "), told);
      if (typeof refusal === "string") assert.equal(rig.state.outputs, before.outputs);
    });
  }
});
