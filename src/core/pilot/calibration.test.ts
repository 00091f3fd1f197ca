import { ok, throws } from "node:assert/strict";
import { ConfigError } from "#core/errors";
import { adcOfPilot, calibrationOfDivider, calibrationOfTwoPoints, DEFAULT_DIVIDER, pilotOfAdc } from "#core/pilot/calibration";
import { Ohms, Volts } from "#core/units/units";

const near = (actual: number, expected: number, tolerance: number): void =>
  ok(Math.abs(actual - expected) <= tolerance, `${actual} should be within ${tolerance} of ${expected}`);

const refuses = (code: string, message: RegExp, run: () => unknown): void =>
  throws(run, (error: unknown) => error instanceof ConfigError && error.code === code && message.test(error.message));

describe("calibrationOfDivider", () => {
  it("gives the ADC voltages of the build guide's divider at 5.00 V [VW-A] [VW-B] [VW-C] [VW-D] [VW-L]", () => {
    const calibration = calibrationOfDivider();
    for (const [pilot, adc] of [
      [-12, 0.891],
      [0, 2.717],
      [3, 3.174],
      [6, 3.63],
      [9, 4.087],
      [12, 4.543],
    ] as const) {
      near(adcOfPilot(calibration, Volts(pilot)), adc, 0.0006);
      near(pilotOfAdc(calibration, Volts(adc)), pilot, 0.004);
    }
  });

  it("follows the measured supply: one volt of supply is 3.57 V of pilot", () => {
    const nominal = calibrationOfDivider({ vcc: Volts(5) });
    const measured = calibrationOfDivider({ vcc: Volts(4.9) });
    const adc = Volts(4.087);
    near(pilotOfAdc(measured, adc) - pilotOfAdc(nominal, adc), 0.357, 0.001);
  });

  it("serves the 3.3 V divider", () => {
    const calibration = calibrationOfDivider({
      vcc: Volts(3.3),
      divider: { pilotOhm: Ohms(200_000), groundOhm: Ohms(54_900), supplyOhm: Ohms(43_200) },
    });
    for (const [pilot, adc] of [
      [11.93, 2.934],
      [8.92, 2.609],
      [5.96, 2.29],
      [2.91, 1.962],
      [0, 1.648],
      [-11.9, 0.364],
    ] as const) {
      near(adcOfPilot(calibration, Volts(pilot)), adc, 0.001);
    }
  });

  it("refuses a supply or a resistor that is none", () => {
    refuses("calibration.divider", /vcc must be more than zero, got 0/, () => calibrationOfDivider({ vcc: Volts(0) }));
    refuses("calibration.divider", /groundOhm must be more than zero, got -1/, () =>
      calibrationOfDivider({ divider: { ...DEFAULT_DIVIDER, groundOhm: Ohms(-1) } }),
    );
  });

  it("refuses a divider that drives the ADC out of its range, as swapped resistors do", () => {
    refuses("calibration.divider", /must stay within 0 to 5 V at the ADC.*order of the resistors/, () =>
      calibrationOfDivider({ divider: { pilotOhm: Ohms(56_000), groundOhm: Ohms(100_000), supplyOhm: Ohms(200_000) } }),
    );
  });
});

describe("calibrationOfTwoPoints", () => {
  const high = { adcV: Volts(4.543), pilotV: Volts(12) };
  const low = { adcV: Volts(0.891), pilotV: Volts(-12) };

  it("passes through both points", () => {
    const calibration = calibrationOfTwoPoints({ high, low });
    near(pilotOfAdc(calibration, high.adcV), 12, 1e-9);
    near(pilotOfAdc(calibration, low.adcV), -12, 1e-9);
  });

  it("agrees with the divider it was measured on", () => {
    const nominal = calibrationOfDivider();
    const calibration = calibrationOfTwoPoints({ high, low, nominal });
    near(calibration.gain, nominal.gain, 0.01);
    near(calibration.offsetV, nominal.offsetV, 0.02);
  });

  it("removes the error of a supply that is 4 % low", () => {
    const real = calibrationOfDivider({ vcc: Volts(4.8) });
    const points = {
      high: { adcV: adcOfPilot(real, Volts(11.9)), pilotV: Volts(11.9) },
      low: { adcV: adcOfPilot(real, Volts(-12.1)), pilotV: Volts(-12.1) },
    };
    const calibration = calibrationOfTwoPoints({ ...points, nominal: calibrationOfDivider() });
    near(pilotOfAdc(calibration, adcOfPilot(real, Volts(8.92))), 8.92, 1e-9);
  });

  it("keeps a weak op-amp's true levels when they are measured, not assumed", () => {
    const real = calibrationOfDivider();
    const weakHigh = { adcV: Volts(4.307), pilotV: Volts(10.45) };
    const weakLow = { adcV: Volts(1.132), pilotV: Volts(-10.42) };
    const calibration = calibrationOfTwoPoints({ high: weakHigh, low: weakLow, nominal: real });
    near(pilotOfAdc(calibration, Volts(3.888)), 7.69, 0.05);
  });

  it("refuses a weak op-amp passed off as ±12 V", () => {
    refuses("calibration.points", /expected about 6\.57 pilot volts per ADC volt as the divider has, got 7\.56/, () =>
      calibrationOfTwoPoints({
        high: { adcV: Volts(4.307), pilotV: Volts(12) },
        low: { adcV: Volts(1.132), pilotV: Volts(-12) },
        nominal: calibrationOfDivider(),
      }),
    );
  });

  it("refuses points that are too close, swapped, of one sign or of no possible divider", () => {
    refuses("calibration.points", /at least 1 V higher/, () => calibrationOfTwoPoints({ high: { ...high, adcV: Volts(1.2) }, low }));
    refuses("calibration.points", /at least 1 V higher/, () => calibrationOfTwoPoints({ high: low, low: high }));
    refuses("calibration.points", /a positive and a negative pilot/, () =>
      calibrationOfTwoPoints({ high, low: { ...low, pilotV: Volts(3) } }),
    );
    refuses("calibration.points", /1 to 24 pilot volts per ADC volt/, () =>
      calibrationOfTwoPoints({ high: { adcV: Volts(4), pilotV: Volts(0.5) }, low: { adcV: Volts(1), pilotV: Volts(-0.5) } }),
    );
  });

  it("refuses points whose zero lies elsewhere than the divider's", () => {
    refuses("calibration.points", /expected a pilot of about 0 V at 2\.717 V of ADC/, () =>
      calibrationOfTwoPoints({
        high: { adcV: Volts(4.843), pilotV: Volts(12) },
        low: { adcV: Volts(1.191), pilotV: Volts(-12) },
        nominal: calibrationOfDivider(),
      }),
    );
  });
});
