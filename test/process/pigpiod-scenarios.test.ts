import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RunResult } from "#cli/scenario/run";
import { REAL_TIME_FLAGS } from "./virtual-pi-process.ts";

const PLAYER = join(import.meta.dirname, "pigpiod-play.ts");
const SCENARIOS = join(import.meta.dirname, "../scenarios");
/** Played at the same time. */
const TOGETHER = 3;
/** A run in which the machine held one of the two processes up for longer than this says nothing of the charger, ms. */
const SPOILED_FROM_MS = 25;
const TRIES = 3;
const LONGEST_MS = 180_000;

/** Scenarios of the in-process suite that are played on a virtual Pi too: what opens at once, what must not, what keeps from closing. */
const CHOSEN: readonly (readonly [file: string, index: number])[] = [
  ["F-11-unplugged-at-full-current", 0],
  ["ST-08-car-stops", 0],
  ["F-06-diode-shorts-while-charging", 0],
  ["F-07-pilot-short", 1],
  ["F-09-pilot-held-high", 0],
  ["F-12-pilot-in-a-gap", 0],
  ["F-12-pilot-in-a-gap", 2],
  ["F-14-ventilation", 0],
  ["F-15-ground-fault", 0],
  ["F-16-ground-fault-self-test", 1],
  ["F-28-converter-stuck", 1],
];

interface Played extends RunResult {
  readonly title: string;
  readonly rows: readonly string[];
  readonly worstLateMs: number;
}

async function play(file: string, index: number): Promise<Played> {
  const args = [...REAL_TIME_FLAGS, "--conditions=source", PLAYER, join(SCENARIOS, `${file}.scenario`), String(index)];
  for (let tries = 1; ; tries += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LONGEST_MS, maxBuffer: 10_000_000 });
    const played: Played = JSON.parse(stdout);
    if (played.passed || played.worstLateMs < SPOILED_FROM_MS || tries === TRIES) return played;
  }
}

const told = ({ broken, verdicts, worstLateMs }: Played): string =>
  [
    ...broken,
    ...verdicts.filter(({ passed }) => !passed).map(({ text, instead }) => `${text}: ${instead}`),
    `late by ${worstLateMs} ms`,
  ].join("; ");

describe("scenarios on a virtual Pi, in real time", () => {
  const results = new Map<string, Promise<Played>>();

  before(() => {
    // As many players as may play at once; each takes the next scenario when it is done with one.
    const waiting = [...CHOSEN];
    const finish = new Map<string, (played: Promise<Played>) => void>();
    for (const [file, index] of CHOSEN) results.set(`${file} ${index}`, new Promise((resolve) => finish.set(`${file} ${index}`, resolve)));
    const player = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const played = play(...next);
        finish.get(next.join(" "))?.(played);
        await played.catch(() => undefined);
      }
    };
    for (let count = 0; count < TOGETHER; count += 1) void player();
  });

  for (const [file, index] of CHOSEN) {
    it(`${file}, ${index + 1}. scenario: as in the process`, async () => {
      const played = await results.get(`${file} ${index}`);
      assert.ok(played);
      assert.ok(played.passed, told(played));
    });
  }
});
