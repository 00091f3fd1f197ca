import { equal, throws } from "node:assert/strict";
import {
  Amps,
  after,
  between,
  Celsius,
  DutyPercent,
  energyOf,
  Hours,
  Instant,
  least,
  Milliamps,
  Millis,
  Minutes,
  Ohms,
  powerOf,
  Seconds,
  Volts,
  WallTime,
  WattHours,
  Watts,
} from "#core/units/units";

const FACTORIES = {
  Amps,
  Milliamps,
  Volts,
  Watts,
  WattHours,
  Ohms,
  Celsius,
  DutyPercent,
  Millis,
  Seconds,
  Minutes,
  Hours,
  Instant,
  WallTime,
};

describe("units", () => {
  for (const [name, factory] of Object.entries(FACTORIES)) {
    it(`${name} refuses what is not a finite number and says what came`, () => {
      const make = factory as (value: unknown) => number;
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined, {}, "sixteen"]) {
        throws(() => make(bad), { name: "RangeError", message: new RegExp(`^${name}: expected a finite number, got `) });
      }
    });

    it(`${name} keeps zero and negative values`, () => {
      equal(factory(0), 0);
      equal(Math.sign(factory(-3)), -1);
    });
  }

  it("does not take text for a number", () => {
    throws(() => Amps("16" as unknown as number), RangeError);
    throws(() => Volts(null as unknown as number), RangeError);
  });

  it("turns seconds, minutes and hours into milliseconds", () => {
    equal(Seconds(1.5), 1500);
    equal(Minutes(2), 120_000);
    equal(Hours(0.5), 1_800_000);
  });

  it("moves and measures time on the monotonic clock", () => {
    const start = Instant(1000);
    equal(after(start, Seconds(3)), 4000);
    equal(between(start, Instant(1250)), 250);
    equal(between(start, Instant(400)), -600);
  });

  it("gives power of one and of three phases", () => {
    equal(powerOf(Volts(240), Amps(32)), 7680);
    equal(powerOf(Volts(230), Amps(16), 3), 11_040);
  });

  it("gives energy in watt-hours", () => {
    equal(energyOf(Watts(3600), Seconds(1)), 1);
    equal(energyOf(Watts(7200), Millis(0)), 0);
  });

  it("finds the least of one or more", () => {
    equal(least(Amps(32)), 32);
    equal(least(Amps(32), Amps(16), Amps(25.6)), 16);
    equal(least(DutyPercent(-1), DutyPercent(3)), -1);
  });
});
