/** What the page has words for. What a person reads is said in these; what a program reads is in the interface. */
import type { SeenState } from "../api.ts";

/** What happened, what it means, what to do. */
export interface FaultWords {
  readonly what: string;
  readonly means: string;
  readonly act: string;
}

export interface Words {
  readonly language: "en" | "de";
  readonly title: string;
  readonly states: Readonly<Record<SeenState, string>>;
  readonly page: {
    readonly chargers: string;
    readonly toDark: string;
    readonly toLight: string;
    readonly connecting: string;
    readonly lostSince: (time: string) => string;
    readonly noChargers: string;
    readonly howToWire: string;
    readonly more: string;
    readonly asTable: string;
    readonly time: string;
  };
  readonly now: {
    readonly thisCharge: string;
    readonly cost: string;
    readonly sunShare: string;
    readonly today: string;
    readonly plugged: (since: string, ago: string) => string;
    readonly last: (energy: string, when: string) => string;
    readonly of: (drawn: string, offered: string) => string;
    readonly offered: (amps: string) => string;
    readonly until: (time: string) => string;
    readonly silentSince: (when: string) => string;
    readonly startsIn: (time: string) => string;
    readonly stopsIn: (time: string) => string;
    readonly temperature: string;
    readonly meter: string;
    readonly voltage: string;
    readonly unpriced: string;
  };
  /** What comes after the limit in amps; a reason that nobody knows is said by its own name. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly otherReason: (name: string) => string;
  readonly faults: Readonly<Record<string, FaultWords>>;
  readonly otherFault: (name: string) => FaultWords;
  readonly fault: {
    readonly retry: (time: string) => string;
    readonly untilReset: string;
    readonly untilUnplugged: string;
    readonly since: (time: string) => string;
  };
  readonly control: {
    readonly pause: string;
    readonly resume: string;
    readonly limit: string;
    readonly set: string;
    readonly sent: string;
    readonly failed: (why: string) => string;
    readonly unprotected: string;
  };
  readonly curve: {
    readonly heading: string;
    readonly car: string;
    readonly sun: string;
    readonly house: string;
    readonly empty: string;
    readonly none: string;
  };
  /** Heading of the picture of a charger's display. */
  readonly panel: string;
  readonly pilot: {
    readonly heading: string;
    readonly about: string;
    readonly pwm: (duty: string, amps: string) => string;
    readonly steadyHigh: string;
    readonly steadyLow: string;
    readonly noValue: string;
    readonly state: string;
  };
  readonly history: {
    readonly heading: string;
    readonly byDay: string;
    readonly byMonth: string;
    readonly byYear: string;
    readonly allYears: string;
    readonly previous: string;
    readonly next: string;
    readonly energy: string;
    readonly sun: string;
    readonly grid: string;
    readonly battery: string;
    readonly unknown: string;
    readonly cost: string;
    readonly sessions: string;
    readonly chartOf: (period: string, energy: string) => string;
    readonly empty: string;
    readonly none: string;
    readonly states: Readonly<Record<"opening" | "away" | "full" | "unusable", string>>;
    readonly sample: string;
    readonly sampleAbout: string;
    readonly showSample: string;
    readonly showOwn: string;
    readonly ownEmpty: string;
    readonly failed: (why: string) => string;
    readonly again: string;
  };
  readonly sessions: {
    readonly heading: string;
    readonly began: string;
    readonly lasted: string;
    readonly charged: string;
    readonly ended: string;
    readonly charger: string;
    readonly user: string;
    readonly filter: string;
    readonly all: string;
    readonly onlyFaults: string;
    readonly csv: string;
    readonly more: string;
    readonly open: (when: string) => string;
    readonly empty: string;
    readonly underWay: string;
    readonly endReasons: Readonly<Record<string, string>>;
    readonly close: string;
    readonly power: string;
    readonly maximum: string;
    readonly mean: string;
    readonly offered: string;
    readonly noSamples: string;
    readonly price: string;
    readonly interruptions: string;
    readonly faults: string;
    readonly events: string;
    readonly gaps: (count: number) => string;
    readonly count: (count: number) => string;
  };
}
