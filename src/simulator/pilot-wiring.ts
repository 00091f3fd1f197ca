/** From what the charger drives to what stands on the line and what the car reads of it, with the faults in between. */
import { offerOfDuty } from "#core/pilot/duty";
import type { PilotOutput } from "#core/pilot/types";
import { DutyPercent } from "#core/units/units";
import type { Car } from "./car.ts";
import { NO_PILOT, type SeenPilot } from "./car-mind.ts";
import type { Divider } from "./divider.ts";
import type { Faults } from "./faults.ts";
import { type Drive, type PilotBranch, type PilotDriver, type PilotLine, SOURCE_OHM } from "./pilot-circuit.ts";
import { driverOn, LF353, RAIL_TO_RAIL } from "./pilot-driver.ts";

/** Nominal supply of the pilot driver. @see CP-01 */
const RAIL_V = 12;
/** @see CP-04 */
const NOMINAL_HZ = 1000;
/** A short of the pilot is not perfect. */
const SHORT_OHM = 1;
/** On the charger's side of the plug. @see CP-08 */
const CHARGER_NANOFARAD = 0.5;
const CABLE_NANOFARAD = 1.5;

const STEADY_HIGH_DRIVE: Drive = { dutyPercent: 100, frequencyHz: 0 };
const STEADY_LOW_DRIVE: Drive = { dutyPercent: 0, frequencyHz: 0 };

/** The supply of the pilot driver, volts. */
export interface Rails {
  readonly highV: number;
  readonly lowV: number;
}

/** The rails as they are, with their faults. */
export function railsOf(faults: Faults): Rails {
  if (faults.has("mainsLost")) return { highV: 0, lowV: 0 };
  return {
    highV: faults.value("positiveRailLow") ?? RAIL_V,
    lowV: faults.has("negativeRailMissing") ? (faults.value("negativeRailMissing") ?? 0) : -RAIL_V,
  };
}

/** What the PWM hardware produces; a level without edges has no frequency. */
export function producedBy(output: PilotOutput, faults: Faults): Drive {
  if (faults.has("pilotStuckHigh") || output.kind === "steadyHigh") return STEADY_HIGH_DRIVE;
  if (faults.has("pilotStuckLow") || output.kind === "steadyLow") return STEADY_LOW_DRIVE;
  const dutyPercent = output.dutyPercent + (faults.value("dutyError") ?? 0);
  if (dutyPercent >= 100) return STEADY_HIGH_DRIVE;
  if (dutyPercent <= 0) return STEADY_LOW_DRIVE;
  return { dutyPercent, frequencyHz: faults.value("pilotFrequency") ?? NOMINAL_HZ };
}

/** What reaches the driver: without a live safety loop the pilot is steady high. @see conformance 3.4 H7 */
export function gated(produced: Drive, alive: boolean): Drive {
  return alive ? produced : STEADY_HIGH_DRIVE;
}

/** Whether the pilot gets to the car, by the charger's own switch and through the cable. */
export function reachesCar(pilotOpen: boolean, faults: Faults): boolean {
  return !pilotOpen && !faults.has("pilotOpen") && !faults.has("earthLostToCar");
}

/** The line as the charger sees it. @param reached the pilot gets to the car */
export function lineOf(car: Car, reached: boolean, faults: Faults, divider: Divider): PilotLine {
  const { highV, lowV } = railsOf(faults);
  const driver = driverOn(highV, lowV, faults.has("lf353") ? LF353 : RAIL_TO_RAIL);
  const forcedV = faults.value("pilotLevel");
  const nanofarad = CHARGER_NANOFARAD + CABLE_NANOFARAD + (reached ? car.nanofarad : 0);
  if (forcedV !== undefined) return { driver: { ...driver, highV: drivingTo(forcedV, driver, divider) }, branches: [], nanofarad, divider };
  const diode = faults.has("diodeShort") ? "shorted" : faults.has("diodeOpen") ? "open" : "ok";
  const branches = reached ? [...car.branches(diode), ...ties(faults)] : ties(faults);
  return { driver, branches, nanofarad, divider };
}

/** The driver's output at which a line with nothing but the divider stands at `volts`. */
function drivingTo(volts: number, driver: PilotDriver, divider: Divider): number {
  return volts + (SOURCE_OHM + driver.outputOhm) * (volts - divider.loadV) * divider.loadSiemens;
}

function ties(faults: Faults): PilotBranch[] {
  const tied: PilotBranch[] = [];
  if (faults.has("pilotShort")) tied.push({ ohm: SHORT_OHM, volts: 0, oneWay: false });
  if (faults.has("pilotShortAfterDiode")) tied.push({ ohm: SHORT_OHM, volts: 0, oneWay: true });
  if (faults.has("pilotShortToHigh")) tied.push({ ohm: SHORT_OHM, volts: RAIL_V, oneWay: false });
  return tied;
}

/** What a plugged car makes of the pilot. */
export function readByCar(drive: Drive, reached: boolean, faults: Faults): SeenPilot {
  const earthed = faults.has("pilotShort") || faults.has("pilotShortAfterDiode");
  if (!reached || faults.has("diodeOpen") || earthed || faults.has("mainsLost")) return NO_PILOT;
  if (faults.has("pilotShortToHigh") || drive.dutyPercent >= 100) return { kind: "steadyHigh" };
  if (drive.dutyPercent <= 0) return { kind: "steadyLow" };
  return { kind: "pwm", offer: offerOfDuty(DutyPercent(drive.dutyPercent)) };
}
