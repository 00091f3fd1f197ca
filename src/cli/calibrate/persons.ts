/** Who holds the meter: somebody at a terminal, a program that speaks JSON lines, or the command line itself. */
import { createInterface, type Interface } from "node:readline";
import type { Io } from "../io.ts";
import { CalibrationRefused } from "./bench.ts";
import type { Person, Result, Step } from "./procedure.ts";

/** Nobody leaves a charger in state F by forgetting a question, ms. */
const PATIENCE = 120_000;

const signed = (volts: number): string => `${volts < 0 ? "−" : "+"}${Math.abs(volts).toFixed(2)} V`;

/** Values given on the command line. */
export class Scripted implements Person {
  readonly mayCorrect = false;
  readonly #volts: { readonly high: number; readonly low: number };
  readonly #tell: (step: Step) => void;
  readonly #echo: (volts: number) => void;

  constructor(volts: { readonly high: number; readonly low: number }, tell: (step: Step) => void, echo: (volts: number) => void) {
    this.#volts = volts;
    this.#tell = tell;
    this.#echo = echo;
  }

  tell(step: Step): void {
    this.#tell(step);
  }

  async ask(step: Extract<Step, { step: "ask" }>): Promise<number> {
    this.#tell(step);
    const volts = this.#volts[step.point];
    this.#echo(volts);
    return volts;
  }
}

/** One line of an answer after another, from a stream that may end. */
class Lines {
  readonly #reader: Interface;
  #hear: ((line: string | null) => void) | null = null;
  readonly #early: string[] = [];
  #isOver = false;

  constructor(input: NodeJS.ReadableStream) {
    this.#reader = createInterface({ input });
    this.#reader.on("line", (line) => {
      if (this.#hear === null) this.#early.push(line);
      else this.#hear(line);
    });
    this.#reader.on("close", () => {
      this.#isOver = true;
      this.#hear?.(null);
    });
  }

  /** @throws CalibrationRefused when nobody answers */
  next(stopped?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (line: string | null): void => {
        clearTimeout(patience);
        this.#hear = null;
        if (line === null)
          reject(new CalibrationRefused({ why: "stopped", what: "expected an answer, whoever was asked is gone; begin again" }));
        else resolve(line);
      };
      const patience = setTimeout(() => {
        this.#hear = null;
        reject(
          new CalibrationRefused({ why: "stopped", what: `expected an answer within ${PATIENCE / 60_000} minutes, got none; begin again` }),
        );
      }, PATIENCE);
      stopped?.addEventListener("abort", () => {
        clearTimeout(patience);
        this.#hear = null;
      });
      const early = this.#early.shift();
      if (early !== undefined) settle(early);
      else if (this.#isOver) settle(null);
      else this.#hear = settle;
    });
  }

  /** Calls `then` when there will be no more lines. */
  onEnd(then: () => void): void {
    this.#reader.on("close", then);
  }

  close(): void {
    this.#reader.close();
  }
}

/** Somebody who is asked, and answers by a line. */
abstract class Asked implements Person {
  readonly mayCorrect = true;
  protected readonly lines: Lines;
  protected readonly io: Io;

  constructor(io: Io, input: NodeJS.ReadableStream = process.stdin) {
    this.io = io;
    this.lines = new Lines(input);
  }

  abstract tell(step: Step): void;

  /** The volts in a line; not a number where it says none. */
  protected abstract heard(line: string): number;

  async ask(step: Extract<Step, { step: "ask" }>, stopped: AbortSignal): Promise<number> {
    this.tell(step);
    return this.heard(await this.lines.next(stopped));
  }

  close(): void {
    this.lines.close();
  }
}

/** Tells steps as JSON lines, and takes `{"volts": 11.97}` for an answer. */
export class Program extends Asked {
  tell(step: Step): void {
    this.io.out(`${JSON.stringify(step)}\n`);
  }

  protected heard(line: string): number {
    try {
      const volts: unknown = JSON.parse(line)?.volts;
      return typeof volts === "number" ? volts : Number.NaN;
    } catch {
      return Number.NaN;
    }
  }

  onGone(then: () => void): void {
    this.lines.onEnd(then);
  }
}

const PLACES = { high: "1 of 2  The pilot is steady high.", low: "2 of 2  The pilot is steady low (state F)." } as const;

/** Somebody with a meter at a terminal. */
export class Terminal extends Asked {
  tell(step: Step): void {
    this.io.out(inWords(step));
  }

  protected heard(line: string): number {
    // A terminal shows what is typed; a pipe does not.
    if (!process.stdin.isTTY) this.io.out(`${line}\n`);
    return Number(line.trim().replace(",", ".").replace("−", "-").replace(/\s*V$/i, "") || Number.NaN);
  }

  /** A question that Enter says yes to. */
  async agrees(question: string): Promise<boolean> {
    this.io.out(`${question} [Y/n] `);
    return !/^\s*n/i.test(await this.lines.next());
  }
}

/** A step in words. */
export function inWords(step: Step): string {
  switch (step.step) {
    case "measuring":
      return step.point === "again" ? "        Both once more, then a PWM of 50 % as proof …\n" : "";
    case "ask": {
      const reads =
        step.readsV === null ? `the converter shows ${step.adcV.toFixed(4)} V` : `it is read as ${signed(step.readsV)} until now`;
      return `${PLACES[step.point]} What does the meter say? (${reads}) `;
    }
    case "notTaken":
      return `        ${step.message}\n`;
    case "result":
      return resultText(step);
  }
}

function resultText({ points, before, proof }: Result): string {
  const { high, low } = points;
  const was = (volts: number | undefined): string => (volts === undefined ? "unknown" : signed(volts)).padEnd(12);
  const proven = `${signed(proof.highV ?? 0)}, ${signed(proof.lowV ?? 0)}, duty ${(proof.dutyPercent ?? 0).toFixed(1)} %`;
  return [
    "",
    "                     until now   from now on",
    `  open pilot, high   ${was(before?.highV)}${signed(high.pilotV)}`,
    `  state F, low       ${was(before?.lowV)}${signed(low.pilotV)}`,
    `  PWM of ${proof.drivenPercent} %                    ${proven}`,
    "",
    `For the form of a charger node: highAdcV ${high.adcV}, highPilotV ${high.pilotV}, lowAdcV ${low.adcV}, lowPilotV ${low.pilotV}`,
    "",
  ].join("\n");
}
