/** Keeps a part of the panel going: whatever breaks it is told once and tried again, seldom when it goes on breaking. */
import type { PanelTime } from "./panel-time.ts";

/** Before the first try after a failure, and the longest, ms. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** What has worked for so long works, ms. */
const STEADY = 30_000;

export interface Part {
  /** For people, as the beginning of a sentence. */
  readonly name: string;
  /** Works until `over` is aborted, calling `working` now and then. @throws Error whose message is told */
  serve(working: () => void): Promise<void>;
}

export interface PersistenceOptions {
  readonly time: PanelTime;
  readonly over: AbortSignal;
  readonly tell: (what: string) => void;
}

/** Resolves when it is over. Never rejects. */
export async function keepGoing(part: Part, { time, over, tell }: PersistenceOptions): Promise<void> {
  let wait = FIRST_WAIT;
  let isBroken = false;
  while (!over.aborted) {
    const since = time.now();
    const working = (): void => {
      if (time.now() - since < STEADY) return;
      wait = FIRST_WAIT;
      if (isBroken) tell(`${part.name} works again`);
      isBroken = false;
    };
    try {
      await part.serve(working);
    } catch (error) {
      if (!over.aborted && !isBroken)
        tell(`${part.name} does not work: ${(error as Error).message}. It is tried again; the charger goes on without it`);
      isBroken = true;
      await time.pass(wait, over);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
  }
}
