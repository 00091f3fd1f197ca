/** Every row of the conformance list, by chapter. */
import type { Row } from "./row.ts";
import { FAULT_MATRIX, INTERLOCKS, INVARIANTS } from "./rows/faults.ts";
import { DUTY, PILOT_GENERATOR, PILOT_WINDOWS } from "./rows/pilot.ts";
import { CONTACTOR, CURRENT_AND_HEAT, GROUND_FAULT, POWER_AND_WATCHDOG } from "./rows/protection.ts";
import { DIODE_VENTILATION_EARTH, PROXIMITY, SEQUENCES } from "./rows/sequence.ts";

export interface Chapter {
  readonly title: string;
  readonly rows: readonly Row[];
}

export const CHAPTERS: readonly Chapter[] = [
  { title: "Pilot generator", rows: PILOT_GENERATOR },
  { title: "Voltage windows", rows: PILOT_WINDOWS },
  { title: "Duty cycle and current", rows: DUTY },
  { title: "Sequences and times", rows: SEQUENCES },
  { title: "Diode, ventilation, earth and shorts", rows: DIODE_VENTILATION_EARTH },
  { title: "Proximity and lock", rows: PROXIMITY },
  { title: "Contactor and earth monitor", rows: CONTACTOR },
  { title: "Ground fault", rows: GROUND_FAULT },
  { title: "Current and temperature", rows: CURRENT_AND_HEAT },
  { title: "Power, watchdogs, meter, names, code", rows: POWER_AND_WATCHDOG },
  { title: "Fault matrix", rows: FAULT_MATRIX },
  { title: "Invariants", rows: INVARIANTS },
  { title: "Hardware interlocks", rows: INTERLOCKS },
];

export const ROWS: readonly Row[] = CHAPTERS.flatMap((chapter) => chapter.rows);
