import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Divider } from "./divider.ts";
import { edgeV, type PilotBranch, type PilotDriver, type PilotLine, type PilotWaveform, plateauV, waveformOf } from "./pilot-circuit.ts";
import { driverOn, LF353 } from "./pilot-driver.ts";

const divider = new Divider();
const ideal = driverOn(12, -12);
const weak = driverOn(12, -12, LF353);

const parallel = (...ohms: number[]) => 1 / ohms.reduce((siemens, ohm) => siemens + 1 / ohm, 0);
const car = (ohm: number): PilotBranch => ({ ohm, volts: 0.7, oneWay: true });
const shorted = (ohm: number): PilotBranch => ({ ohm, volts: 0, oneWay: false });
const B = 2740;
const C = parallel(2740, 1300);
const D = parallel(2740, 270);

const line = (branches: readonly PilotBranch[], driver: PilotDriver = ideal, nanofarad = 3): PilotLine => ({
  driver,
  branches,
  nanofarad,
  divider,
});

/** Volts of a settled waveform, `ms` after a rising edge of the driver. */
function volts(waveform: PilotWaveform, ms: number): number {
  if (waveform.kind === "steady") return waveform.volts;
  const phase = ((ms % waveform.periodMs) + waveform.periodMs) % waveform.periodMs;
  if (phase < waveform.highMs) return edgeV(waveform.rise, phase);
  return edgeV(waveform.fall, phase - waveform.highMs);
}

function near(actual: number, expected: number, tolerance: number, what: string) {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} should be ${expected} ± ${tolerance}, is ${actual.toFixed(4)}`);
}

/** Rise or fall time from 10 % to 90 % of the swing, µs. */
function swingUs(waveform: PilotWaveform, which: "rise" | "fall"): number {
  assert.equal(waveform.kind, "pwm");
  if (waveform.kind !== "pwm") return Number.NaN;
  const edge = waveform[which];
  const [from, to] = which === "rise" ? [waveform.lowV, waveform.highV] : [waveform.highV, waveform.lowV];
  const reaches = (share: number) => {
    for (let us = 0; ; us += 0.01) if ((edgeV(edge, us / 1000) - from) / (to - from) >= share) return us;
  };
  return reaches(0.9) - reaches(0.1);
}

describe("pilot circuit", () => {
  // Tolerance: the circuit simulation has an exponential diode, this model a constant drop.
  const plateaus: readonly [string, PilotDriver, readonly PilotBranch[], number, number, number, string?][] = [
    ["A", ideal, [], 11.93, -11.9, 0.01, "[VW-A] [VW-L]"],
    ["B", ideal, [car(B)], 8.92, -11.9, 0.02, "[VW-B] [VW-L]"],
    ["C", ideal, [car(C)], 5.96, -11.9, 0.02, "[VW-C] [VW-L]"],
    ["D", ideal, [car(D)], 2.91, -11.9, 0.02, "[VW-D] [VW-L]"],
    ["E, pilot to earth through 1 ohm", ideal, [car(C), shorted(1)], 0.01, -0.01, 0.005, "[VW-E]"],
    ["B with its diode shorted", ideal, [shorted(B)], 8.75, -8.73, 0.01, "[VW-Ds]"],
    ["C with its diode shorted", ideal, [shorted(C)], 5.6, -5.59, 0.01, "[VW-Ds]"],
    ["A on an LF353", weak, [], 10.45, -10.42, 0.02],
    ["B on an LF353", weak, [car(B)], 7.69, -10.42, 0.03],
    ["C on an LF353", weak, [car(C)], 5.08, -10.42, 0.03],
    ["D on an LF353", weak, [car(D)], 2.5, -10.42, 0.03],
  ];
  for (const [name, driver, branches, highV, lowV, tolerance, rows] of plateaus) {
    it(`${name} stands at ${highV} V and ${lowV} V ${rows ?? ""}`.trimEnd(), () => {
      near(plateauV(driver.highV, line(branches, driver)), highV, tolerance, "high");
      near(plateauV(driver.lowV, line(branches, driver)), lowV, tolerance, "low");
    });
  }

  it("the divider shows A, B, C, D and the low phase at the ADC volts of the circuit simulation", () => {
    const expected: readonly [number, number][] = [
      [11.93, 4.533],
      [8.92, 4.075],
      [5.96, 3.624],
      [2.91, 3.161],
      [0, 2.717],
      [-11.9, 0.906],
    ];
    for (const [pilotV, adcV] of expected) near(divider.adcV(pilotV), adcV, 0.002, `${pilotV} V`);
  });

  it("a current that cannot flow back through the car's diode leaves the low phase untouched", () => {
    near(plateauV(ideal.lowV, line([car(C)])), plateauV(ideal.lowV, line([])), 0, "low");
  });

  it("a one-way path to earth holds the high phase at 0 V and leaves the low phase [VW-17]", () => {
    const held = line([car(C), { ohm: 1, volts: 0, oneWay: true }]);
    near(plateauV(ideal.highV, held), 0, 0.02, "high");
    near(plateauV(ideal.lowV, held), -11.9, 0.01, "low");
  });

  // The figures of the circuit simulation, whose driver needs a moment of its own: it weighs most where the line is quickest.
  const edges: readonly [number, number, number, number][] = [
    [B, 1, 1.9, 2.1],
    [C, 1, 1.5, 2.1],
    [D, 1, 1.2, 2.1],
    [B, 3, 5.0, 6.3],
    [C, 3, 3.5, 6.3],
    [D, 3, 2.6, 6.3],
    [B, 5.5, 8.9, 12.0],
    [C, 5.5, 6.4, 12.0],
    [D, 5.5, 4.3, 12.0],
  ];
  for (const [ohm, nanofarad, rise, fall] of edges) {
    it(`${ohm.toFixed(0)} ohm and ${nanofarad} nF rise in about ${rise} us and fall in about ${fall} us [CP-05]`, () => {
      const waveform = waveformOf({ dutyPercent: 50, frequencyHz: 1000 }, line([car(ohm)], ideal, nanofarad));
      const roseIn = swingUs(waveform, "rise");
      const fellIn = swingUs(waveform, "fall");
      const quickest = nanofarad === 1 ? 0.5 : 0.8;
      assert.ok(roseIn <= rise * 1.1 && roseIn >= rise * quickest, `rise: ${roseIn.toFixed(2)} us`);
      assert.ok(fellIn <= fall * 1.1 && fellIn >= fall * quickest, `fall: ${fellIn.toFixed(2)} us`);
    });
  }

  it("a low phase of 30 us at 5.5 nF does not settle, as in the circuit simulation", () => {
    const waveform = waveformOf({ dutyPercent: 97, frequencyHz: 1000 }, line([car(B)], ideal, 5.5));
    near(volts(waveform, 0.99999), -11.71, 0.15, "end of low phase");
    assert.ok(volts(waveform, 0.99999) > -11.85);
  });

  it("the waveform has no jump at either edge", () => {
    for (const dutyPercent of [10, 50, 85, 96]) {
      const waveform = waveformOf({ dutyPercent, frequencyHz: 1000 }, line([car(C)]));
      for (const edgeMs of [1, dutyPercent / 100]) {
        near(volts(waveform, edgeMs + 1e-7), volts(waveform, edgeMs - 1e-7), 0.01, `edge at ${edgeMs} ms, ${dutyPercent} %`);
      }
    }
  });

  it("100 % is steady high and 0 % steady low", () => {
    assert.deepEqual(waveformOf({ dutyPercent: 100, frequencyHz: 1000 }, line([])).kind, "steady");
    near(volts(waveformOf({ dutyPercent: 0, frequencyHz: 1000 }, line([])), 0.5), -11.9, 0.01, "F");
  });
});

const captures = new URL("../../../shared/data/pilot/", import.meta.url);
if (existsSync(captures)) {
  describe("pilot circuit beside waveforms of a circuit simulator", () => {
    const loads: Readonly<Record<string, readonly PilotBranch[]>> = {
      A: [],
      B: [car(B)],
      C: [car(C)],
      D: [car(D)],
      B_diode_short: [shorted(B)],
      C_diode_short: [shorted(C)],
    };
    /** What the tails of the captures' edges say: 1.64 nF of charger and cable, 1 nF more in the car. */
    const nanofaradOf = (load: string) => (load === "A" ? 1.64 : 2.64);
    /** A sample on an edge may be this early or late: the captures' drivers slew, an LF353 for almost 2 us. */
    const slackUs = { ideal: 0.45, LF353: 1.6 };

    for (const file of readdirSync(captures).filter((name) => name.endsWith(".csv"))) {
      it(`${file}: every sample within 40 mV of the model, edges within what the driver slews`, () => {
        const [, amp, load, duty] = /^(ideal|LF353)_pm12_3n_(.+)_(\d+)\.csv$/.exec(file) ?? [];
        const branches = loads[load ?? ""];
        assert.ok(branches && (amp === "ideal" || amp === "LF353"), `unknown case in ${file}`);
        const slackMs = slackUs[amp] / 1000;
        const waveform = waveformOf(
          { dutyPercent: Number(duty), frequencyHz: 1000 },
          line(branches, amp === "LF353" ? weak : ideal, nanofaradOf(load ?? "")),
        );
        const rows = readFileSync(new URL(file, captures), "utf8").trim().split("\n").slice(1);
        assert.ok(rows.length >= 999);
        for (const row of rows) {
          const [us, pilotV] = row.split(",").map(Number);
          assert.ok(us !== undefined && pilotV !== undefined);
          const around = [-slackMs, 0, slackMs].map((slack) => volts(waveform, us / 1000 + slack));
          const low = Math.min(...around) - 0.04;
          const high = Math.max(...around) + 0.04;
          assert.ok(pilotV >= low && pilotV <= high, `${us} us: ${pilotV} V is outside ${low.toFixed(3)}..${high.toFixed(3)} V`);
        }
      });
    }
  });
}
