/** A charger in a scenario with somebody who listens: its messages reach the unplug alert as the pilot node would pass them on. */
import type { Observation } from "#cli/scenario/observation";
import { parseScenarios } from "#cli/scenario/parse";
import type { Rig } from "#cli/scenario/rig";
import { runOnce } from "#cli/scenario/run";
import type { Action } from "#cli/scenario/scenario";
import { VirtualRig } from "#cli/scenario/virtual-rig";
import type { UnplugConfig } from "#core/alerts/unplug/config";
import type { UnplugInput } from "#core/alerts/unplug/types";
import { DEFAULT_EVSE_CONFIG } from "#core/evse/config";
import { UnplugUnderTest } from "../support/unplug-watch.ts";

/** The pilot node's interval between two statuses while nothing happens, ms. */
const STATUS_EVERY = 10_000;
const LOOP = 12;

/** A step of a story: lines of a scenario, or something that people do. */
export type Chapter = string | UnplugInput | ((alert: UnplugUnderTest) => void);

class ListenedRig implements Rig {
  readonly seen: Observation;
  readonly alert: UnplugUnderTest;
  readonly #rig: VirtualRig;
  #heard = 0;
  #statusAt = 0;

  constructor(rig: VirtualRig, alert: UnplugUnderTest) {
    this.#rig = rig;
    this.seen = rig.seen;
    this.alert = alert;
  }

  get broken(): readonly string[] {
    return this.#rig.broken;
  }

  async perform(action: Action): Promise<void> {
    await this.#rig.perform(action);
    this.#listen();
  }

  async run(until: number, look: () => boolean): Promise<void> {
    await this.#rig.run(until, () => {
      this.#listen();
      return look();
    });
    this.#listen();
  }

  /** A story goes on after each of its chapters. */
  async end(): Promise<void> {}

  close(): Promise<void> {
    return this.#rig.end();
  }

  #listen(): void {
    const { at, heard, status } = this.seen;
    this.alert.pass(Math.max(0, at - this.alert.ms));
    const news = heard.slice(this.#heard);
    this.#heard = heard.length;
    for (const { event } of news) this.alert.hear(event);
    if (status === null || (news.length === 0 && at - this.#statusAt < STATUS_EVERY)) return;
    this.#statusAt = at;
    this.alert.hear(status);
  }
}

/** Plays the chapters one after the other. @returns what the owner was told; throws when the charger's story itself fails */
export async function tell(
  chapters: readonly Chapter[],
  config: Partial<UnplugConfig>,
  charger: string,
  seed = 1,
): Promise<UnplugUnderTest> {
  const settings = parseScenarios("charger", `title t\n${charger}`).scenarios[0];
  if (settings === undefined) throw new Error(`These are no settings of a charger: ${charger}`);
  const rig = new VirtualRig({ config: settings.charger(DEFAULT_EVSE_CONFIG), seed, firstLoopMs: LOOP });
  await rig.open();
  const listened = new ListenedRig(rig, new UnplugUnderTest(config));
  try {
    for (const chapter of chapters) {
      if (typeof chapter === "function") chapter(listened.alert);
      else if (typeof chapter === "object") listened.alert.take(chapter);
      else await play(chapter, listened, seed);
    }
  } finally {
    await listened.close();
  }
  return listened.alert;
}

async function play(lines: string, rig: ListenedRig, seed: number): Promise<void> {
  const { scenarios, errors } = parseScenarios("story", `title t\n${lines}`);
  const [scenario] = scenarios;
  if (scenario === undefined || errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  const result = await runOnce(scenario, rig, seed);
  const failed = [...result.broken, ...result.verdicts.filter(({ passed }) => !passed).map(({ text, instead }) => `${text}: ${instead}`)];
  if (failed.length > 0) throw new Error(failed.join("\n"));
}
