/** What each charger said last. Chargers that tell one thing at a time are completed with what they said a moment ago. */
import type { ChargerReport } from "#core/session/observation";
import { between, type Instant, Minutes } from "#core/units/units";
import type { Figure } from "../shared/charger-report.ts";

/** A power, current or offer counts for this long unless it is said again. */
const COUNTS_FOR = Minutes(1);

type Heard = { readonly value: number; readonly at: Instant } | null;

export interface Said {
  readonly state: ChargerReport["state"];
  readonly figures: Readonly<Record<Figure, Heard>>;
  readonly faults: ChargerReport["faults"];
}

const NOTHING: Said = { state: null, figures: { powerW: null, currentA: null, offeredA: null }, faults: [] };

export class Reports {
  readonly #said: Map<string, Said>;
  readonly #volts: number | null;

  /** @param volts of all phases together; null leaves currents out of account @param said what earlier reports came to, by charger */
  constructor(volts: number | null, said: ReadonlyMap<string, Said> = new Map()) {
    this.#volts = volts;
    this.#said = new Map(said);
  }

  get said(): ReadonlyMap<string, Said> {
    return this.#said;
  }

  isCharging(charger: string): boolean {
    return this.#said.get(charger)?.state === "charging";
  }

  /** What all chargers draw together, as far as they said lately, W. */
  carsW(now: Instant): number {
    let sum = 0;
    for (const said of this.#said.values()) {
      const amps = figure(said, "currentA", now);
      const power = figure(said, "powerW", now) ?? (amps === null || this.#volts === null ? null : amps * this.#volts);
      sum += Math.max(0, power ?? 0);
    }
    return sum;
  }

  /**
   * The report with the figures that it leaves out, where they were said a moment ago. A car that does not charge draws nothing. A
   * fault that is said again and again is one.
   */
  complete(report: ChargerReport, leftOut: readonly Figure[], now: Instant): ChargerReport {
    const before = this.#said.get(report.charger) ?? NOTHING;
    const rests = report.state === "connected" || report.state === "notConnected";
    const said = (name: Figure): Heard => {
      if (leftOut.includes(name)) return rests && name !== "offeredA" ? null : before.figures[name];
      const value = report[name];
      return value === null ? null : { value, at: now };
    };
    const faults = report.faults.map((fault) => sinceFirstSaid(fault, before.faults));
    const after: Said = {
      state: report.state ?? before.state,
      figures: { powerW: said("powerW"), currentA: said("currentA"), offeredA: said("offeredA") },
      // A part of a report that speaks of something else ends no fault.
      faults: report.state === null && faults.length === 0 ? before.faults : faults,
    };
    this.#said.set(report.charger, after);
    return { ...report, faults, ...Object.fromEntries(leftOut.map((name) => [name, figure(after, name, now)])) };
  }
}

type Fault = ChargerReport["faults"][number];

/** A charger of this package says itself since when; of another one each report has only its own time. */
const sinceFirstSaid = (fault: Fault, before: readonly Fault[]): Fault =>
  fault.mrec !== null ? fault : { ...fault, since: before.find(({ name }) => name === fault.name)?.since ?? fault.since };

function figure({ figures }: Said, name: Figure, now: Instant): number | null {
  const said = figures[name];
  return said !== null && between(said.at, now) <= COUNTS_FOR ? said.value : null;
}
