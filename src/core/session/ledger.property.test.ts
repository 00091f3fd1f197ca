import assert from "node:assert/strict";
import fc from "fast-check";
import { checkpointOf, resumeLedger } from "#core/session/ledger";
import type { ChargerReport, LedgerInput } from "#core/session/observation";
import type { SessionRecord, SessionSample } from "#core/session/record";
import { WallTime } from "#core/units/units";
import { eventWith, LedgerRig, MINUTE, NOON, reportWith, SECOND } from "../../../test/support/ledger-rig.ts";

/** A message and when it was sent, ms after noon. */
interface Sent {
  readonly at: number;
  readonly input: LedgerInput;
}

const MOST_W = 7200;
const PRICES = { gridPerKwh: 0.3, sunPerKwh: 0.08, batteryPerKwh: null, co2GPerKwh: 400 };

type Vehicle = "notConnected" | "connected" | "charging" | "fault" | "unknown";

/** What a charger and a house say in some minutes: stretches of one state each, a report a second, a site reading every five. */
const stories = (hasCounter: boolean): fc.Arbitrary<readonly Sent[]> =>
  fc
    .array(
      fc.record({
        state: fc.constantFrom<Vehicle>("notConnected", "connected", "charging", "charging", "charging", "fault", "unknown"),
        seconds: fc.integer({ min: 1, max: 90 }),
        powerW: fc.integer({ min: 1000, max: MOST_W }),
        offeredA: fc.constantFrom(0, 6, 16, 32),
        sunW: fc.option(fc.integer({ min: 0, max: 9000 })),
        gridW: fc.option(fc.integer({ min: -6000, max: 9000 })),
        batteryW: fc.option(fc.integer({ min: -3000, max: 3000 })),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((stretches) => told(stretches, hasCounter));

function told(
  stretches: readonly {
    readonly state: Vehicle;
    readonly seconds: number;
    readonly powerW: number;
    readonly offeredA: number;
    readonly sunW: number | null;
    readonly gridW: number | null;
    readonly batteryW: number | null;
  }[],
  hasCounter: boolean,
): readonly Sent[] {
  const sent: Sent[] = [];
  let at = 0;
  let energyWh = 1000;
  let before: Vehicle = "unknown";
  for (const { state, seconds, powerW, offeredA, sunW, gridW, batteryW } of stretches) {
    for (let second = 0; second < seconds; second += 1) {
      at += SECOND;
      const wall = WallTime(NOON + at);
      const drawn = state === "charging" ? powerW : 0;
      energyWh += drawn / 3600;
      if (second === 0 && before === "charging" && state === "connected")
        sent.push({ at, input: { kind: "event", event: eventWith({ type: "chargingStopped", at: wall, reason: "sun" }) } });
      if (second === 0 && state === "notConnected" && before !== "notConnected")
        sent.push({ at, input: { kind: "event", event: eventWith({ type: "unplugged", at: wall }) } });
      const report: Partial<ChargerReport> = { at: wall, state, powerW: drawn, offeredA, energyWh: hasCounter ? energyWh : null };
      sent.push({ at, input: { kind: "report", report: reportWith(report) } });
      if (at % 5000 === 0) sent.push({ at, input: { kind: "site", reading: { at: wall, sunW, gridW, batteryW } } });
      before = state;
    }
  }
  const wall = WallTime(NOON + at + SECOND);
  const left = { at: wall, state: "notConnected" as const, powerW: 0, offeredA: 0, energyWh: hasCounter ? energyWh : null };
  return [...sent, { at: at + SECOND, input: { kind: "report", report: reportWith(left) } }];
}

/** What a person is told of sessions: all but the names and numbers that the writing of it makes. */
const figures = (sessions: readonly SessionRecord[]) => sessions.map(({ id: _, revision: __, ...rest }) => rest);
const drawn = (samples: readonly SessionSample[]) => samples.map(({ session: _, ...rest }) => rest);

/** Delivers each message when it arrives, in the order of arrival. */
function delivered(arrivals: readonly Sent[], rig = new LedgerRig({ prices: PRICES })): LedgerRig {
  for (const { at, input } of arrivals) {
    rig.pass(NOON + at - rig.wall);
    rig.input(input);
  }
  return rig.ticks(20 * SECOND);
}

describe("ledger: properties", () => {
  for (const hasCounter of [true, false]) {
    const meter = hasCounter ? "a counter" : "power alone";

    it(`with ${meter}, messages that come late, twice and in any order within 2 s tell the same`, () => {
      const delays = fc.array(
        fc.record({ late: fc.integer({ min: 0, max: 1900 }), again: fc.option(fc.integer({ min: 0, max: 20_000 })) }),
        {
          minLength: 1,
          maxLength: 60,
        },
      );
      fc.assert(
        fc.property(stories(hasCounter), delays, (sent, posts) => {
          const straight = delivered(sent);
          const arrivals = sent.flatMap(({ at, input }, index) => {
            const { late, again } = posts[index % posts.length] ?? { late: 0, again: null };
            return [{ at: at + late, input }, ...(again === null ? [] : [{ at: at + late + again, input }])];
          });
          const shuffled = delivered(arrivals.toSorted((one, other) => one.at - other.at));
          assert.deepEqual(figures(shuffled.sessions), figures(straight.sessions));
          assert.deepEqual(drawn(shuffled.sampled), drawn(straight.sampled));
        }),
        { seed: 4, numRuns: 60 },
      );
    });

    it(`with ${meter}, a ledger cut at any step and resumed from its own state tells the same`, () => {
      fc.assert(
        fc.property(
          stories(hasCounter),
          fc.array(fc.nat(700), { minLength: 1, maxLength: 6 }),
          fc.integer({ min: -9e9, max: 9e9 }),
          (sent, cuts, run) => {
            const straight = delivered(sent);
            const rig = new LedgerRig({ prices: PRICES });
            for (const [index, { at, input }] of sent.entries()) {
              rig.pass(NOON + at - rig.wall);
              if (cuts.includes(index)) {
                rig.state = resumeLedger(rig.config, checkpointOf(rig.state)).state;
                rig.at += run;
              }
              rig.input(input);
            }
            rig.ticks(20 * SECOND);
            assert.deepEqual(figures(rig.sessions), figures(straight.sessions));
            assert.deepEqual(drawn(rig.sampled), drawn(straight.sampled));
          },
        ),
        { seed: 4, numRuns: 60 },
      );
    });
  }

  const kills = fc.array(fc.record({ after: fc.integer({ min: 1, max: 400 }), awayMs: fc.integer({ min: 0, max: 10 * MINUTE }) }), {
    maxLength: 4,
  });

  it("with a counter, any kills cost nothing that the counter can prove", () => {
    fc.assert(
      fc.property(kills, (deaths) => {
        const rig = new LedgerRig();
        let shown = 500;
        const said = (): Partial<ChargerReport> => ({ state: "charging", powerW: null, energyWh: shown, session: "a" });
        const charge = (seconds: number): void => {
          for (let second = 0; second < seconds; second += 1) {
            rig.pass(SECOND);
            shown += 2;
            rig.report(said());
          }
        };
        charge(60);
        for (const { after, awayMs } of deaths) {
          charge(after);
          shown += awayMs / 500;
          rig.kill(awayMs);
        }
        charge(10);
        assert.ok(Math.abs(rig.session.energyWh - (shown - 500 - 2)) <= 2 * 5 + 0.01, `${rig.session.energyWh} of ${shown - 502} Wh`);
      }),
      { seed: 4, numRuns: 80 },
    );
  });

  it("with power alone, each kill costs at most 8 s and the time away, and nothing is made up", () => {
    fc.assert(
      fc.property(kills, (deaths) => {
        const rig = new LedgerRig();
        let chargedMs = 0;
        let lostMs = 0;
        const charge = (seconds: number): void => {
          for (let second = 0; second < seconds; second += 1) {
            rig.pass(SECOND);
            rig.report({ at: WallTime(rig.wall), state: "charging", powerW: MOST_W });
            chargedMs += SECOND;
          }
        };
        charge(60);
        for (const { after, awayMs } of deaths) {
          charge(after);
          rig.kill(awayMs);
          chargedMs += awayMs;
          lostMs += 8 * SECOND + awayMs;
        }
        charge(60);
        rig.ticks(20 * SECOND);
        const most = (MOST_W * chargedMs) / 3_600_000;
        const least = (MOST_W * (chargedMs - lostMs - SECOND)) / 3_600_000;
        const { energyWh } = rig.session;
        assert.ok(energyWh <= most + 0.01 && energyWh >= least - 0.01, `${energyWh}, between ${least} and ${most}`);
      }),
      { seed: 4, numRuns: 80 },
    );
  });

  it("a checkpoint damaged anywhere is either noticed or means the same", () => {
    const rig = new LedgerRig({ prices: PRICES }).reports(3 * MINUTE, () => ({ state: "charging", powerW: MOST_W }));
    const whole = checkpointOf(rig.state);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 3 }), fc.nat(30), (at, put, cut) => {
        const { state, afresh } = resumeLedger(rig.config, whole.slice(0, at) + put + whole.slice(at + cut));
        if (afresh === null) assert.equal(checkpointOf(state), checkpointOf(resumeLedger(rig.config, whole).state));
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it("whatever anybody says: no NaN, no negative energy, no shrinking, the split is the sum, and no throw", () => {
    // JSON knows no negative zero.
    const value = fc
      .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -10_000, max: 100_000 }))
      .map((drawn) => drawn + 0);
    const number = fc.option(value);
    const time = fc.option(fc.integer({ min: -2 * MINUTE, max: 2 * MINUTE }));
    const report = fc.record({
      at: time,
      state: fc.option(fc.constantFrom<Vehicle>("notConnected", "connected", "charging", "fault", "unknown")),
      powerW: number,
      energyWh: number,
      counterOf: fc.constantFrom("life" as const, "session" as const),
      currentA: number,
      offeredA: number,
      session: fc.option(fc.constantFrom("a", "b")),
    });
    const site = fc.record({ at: time, sunW: number, gridW: number, batteryW: number, carsW: number });
    const event = fc.record({
      type: fc.constantFrom("plugged", "unplugged", "chargingStopped", "booted", "authorised", "deauthorised", "fault", "stateChanged"),
      reason: fc.option(fc.constantFrom("sun", "fault", "unplugged", "carStopped", "paused")),
      session: fc.option(fc.constantFrom("a", "b")),
      ago: fc.integer({ min: -MINUTE, max: MINUTE }),
    });
    const step = fc.record({
      passMs: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 30 * MINUTE })),
      stepMs: fc.oneof(
        { weight: 20, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -60 * MINUTE, max: 60 * MINUTE }) },
      ),
      said: fc.oneof(report, site, event, fc.constant(null)),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 10, maxLength: 150 }),
        fc.constantFrom("houseFirst" as const, "carFirst" as const, "proportional" as const),
        (steps, attribution) => {
          const rig = new LedgerRig({ attribution, voltsTotal: 240, prices: PRICES });
          const placed = (at: number | null): WallTime | null => (at === null ? null : WallTime(rig.wall + at));
          for (const { passMs, stepMs, said } of steps) {
            rig.pass(passMs);
            rig.wall += stepMs;
            if (said === null) rig.input({ kind: "tick" });
            else if ("sunW" in said) rig.site({ ...said, at: placed(said.at) });
            else if ("ago" in said) rig.event(said.type, { reason: said.reason, session: said.session, at: WallTime(rig.wall - said.ago) });
            else rig.report({ ...said, at: placed(said.at) });
          }
          rig.ticks(10 * SECOND);
        },
      ),
      { seed: 4, numRuns: 150 },
    );
  });
});
