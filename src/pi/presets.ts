/** Boards that are known by name. */
import type { PilotDivider } from "#core/pilot/calibration";
import { Ohms, Volts } from "#core/units/units";
import type { BoardLayout } from "#pi/layout";

/** A divider that stays within 3.3 V: 200 kΩ from the pilot, 54.9 kΩ to ground, 43.2 kΩ to 3.3 V. @see conformance 5.4 */
export const DIVIDER_3V3: PilotDivider = { pilotOhm: Ohms(200_000), groundOhm: Ohms(54_900), supplyOhm: Ohms(43_200) };

/**
 * The well-known Arduino build moved to a Pi: rail-to-rail pilot driver, buffered divider within 3.3 V, ground-fault comparator with a latch,
 * relay driver behind latch, one-shot and emergency stop.
 */
const BUILD_GUIDE: BoardLayout = {
  pilotGpio: 18,
  relays: [{ gpio: 17, active: "high" }],
  relayHold: null,
  liveness: { gpio: 22, drive: "pulse" },
  // A broken wire reads as tripped, blocked or pressed.
  gfciTripped: { gpio: 23, active: "high", pull: "up" },
  gfciTest: { gpio: 24, active: "high", toggleHz: null },
  gfciReset: { gpio: 25, active: "high" },
  coilInhibited: { gpio: 16, active: "high", pull: "up" },
  // Optocouplers pull down while there are mains.
  loadSide: [
    { gpio: 20, active: "low", pull: "up" },
    { gpio: 21, active: "low", pull: "up" },
  ],
  groundPresent: { gpio: 26, active: "low", pull: "up" },
  emergencyStop: { gpio: 27, active: "high", pull: "up" },
  ventilationOk: null,
  shuntTrip: null,
  pilotOpen: null,
  adc: { chip: "MCP3208", chipSelect: 0, referenceV: Volts(3.3), highestHz: null, pilotInput: 0 },
  divider: DIVIDER_3V3,
  temperature: { sensor: "MCP9808", bus: 1, address: 0x18 },
  // Pulled down at reset: dark until something lights them.
  statusLight: { red: 12, green: 13, blue: 19 },
};

/**
 * Nick Sayer's "Raspberry Pi EVSE Hat". Its watchdog wants an edge every few milliseconds and counts a silence as a ground fault; its level
 * shifter wants 1 MHz at most; its divider is not published. Source: the project's README and log.
 */
const EVSE_HAT: BoardLayout = {
  pilotGpio: 18,
  relays: [{ gpio: 17, active: "high" }],
  relayHold: null,
  liveness: { gpio: 4, drive: "heartbeat" },
  gfciTripped: { gpio: 22, active: "high", pull: "none" },
  gfciTest: { gpio: 24, active: "high", toggleHz: 50 },
  gfciReset: { gpio: 27, active: "high" },
  coilInhibited: null,
  loadSide: [{ gpio: 23, active: "high", pull: "none" }],
  groundPresent: null,
  emergencyStop: null,
  ventilationOk: null,
  shuntTrip: null,
  pilotOpen: null,
  adc: { chip: "MCP3004", chipSelect: 0, referenceV: Volts(5), highestHz: 1_000_000, pilotInput: 0 },
  divider: null,
  temperature: null,
  statusLight: null,
};

/** Presets by the name they have in settings. */
export const PRESETS = { buildGuide: BUILD_GUIDE, evseHat: EVSE_HAT } as const satisfies Readonly<Record<string, BoardLayout>>;
export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];
