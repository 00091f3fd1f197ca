/**
 * How the house is wired, by what the meter answers when the car starts or stops. A meter that is read the wrong way round shows a start as
 * more sun, and would have the car charge from the grid all night; a car that uses one of three phases shows a third of what it is taken for.
 */
import { after, Hours, type Instant, type Millis, Seconds } from "#core/units/units";

export interface Answer {
  /** Mean export of the last moments and its mean distance from single readings, W, up to the newest reading; null before the first. */
  readonly lately: Lately | null;
  /** The start or stop whose answer is awaited; null when none is. */
  readonly watched: Watched | null;
  /** Answers the wrong way round less answers the right way, within bounds, and when the newest of the wrong ones came. */
  readonly wrong: number;
  readonly wrongAt: Instant | null;
  /** How many of three phases the car seems to use. */
  readonly lines: 1 | 2 | 3;
}

interface Lately {
  readonly exportW: number;
  readonly swingW: number;
  readonly at: Instant;
}

/** What was true before the car started or stopped, and when its answer counts. */
interface Watched {
  readonly before: Lately;
  /** What the car drew, A. */
  readonly amps: number;
  readonly started: boolean;
  readonly until: Instant;
}

export const NO_ANSWER: Answer = { lately: null, watched: null, wrong: 0, wrongAt: null, lines: 3 };

/** After this even a car that is late to begin has followed, and one whose contactor opened has gone. */
const STARTED: Millis = Seconds(150);
const STOPPED: Millis = Seconds(45);
const MEAN_TIME: Millis = Seconds(20);
const SWING_TIME: Millis = Seconds(120);
/** A smaller change of the car tells nothing beside a house that changes too, A. */
const LEAST_MOVE = 3;
/** Shares of the car's change that the meter showed: further than this the wrong way, and further than this the right way. */
const TURNED_ROUND = -0.4;
const RIGHT_WAY = 0.5;
/** The sky is calm when one phase of the car is so many times what single readings are off their mean. */
const CALM = 5;
/** An answer of the weather's making is outweighed by so many right ones before; one wrong asks for a second look, two are believed. */
const TRUST = -2;
const BELIEVED = 2;
/** Then the meter is given another chance after this: the mistake may be mended by then. */
const REST: Millis = Hours(3);

/** A start or stop at `at`; the car drew `amps` before. */
export function watch(known: Answer, started: boolean, amps: number, at: Instant): Answer {
  const { lately } = known;
  if (lately === null) return known;
  return { ...known, watched: { before: lately, amps, started, until: after(at, started ? STARTED : STOPPED) } };
}

function averaged(known: Lately | null, exportW: number, at: Instant): Lately {
  if (known === null) return { exportW, swingW: 0, at };
  const elapsed = Math.max(0, at - known.at);
  const away = exportW - known.exportW;
  return {
    exportW: known.exportW + (elapsed / (elapsed + MEAN_TIME)) * away,
    swingW: known.swingW + (elapsed / (elapsed + SWING_TIME)) * (Math.abs(away) - known.swingW),
    at,
  };
}

/** A reading of the meter while the car was believed to draw `amps`, each of `volts` V on as many `phases` as it is given. */
export function answered(known: Answer, exportW: number, amps: number, volts: number, phases: 1 | 3, at: Instant): Answer {
  const lately = averaged(known.lately, exportW, at);
  const { watched } = known;
  if (watched === null || at < watched.until) return { ...known, lately };
  const moved = amps - watched.amps;
  const heard = { ...known, lately, watched: null };
  if (Math.abs(moved) < LEAST_MOVE) return heard;
  const shown = (watched.before.exportW - lately.exportW) / (moved * volts);
  const calm = watched.started && CALM * watched.before.swingW < Math.abs(moved * volts);
  return { ...heard, ...wayOf(known, shown / phases, at), lines: phases === 3 ? linesOf(known, shown, calm) : known.lines };
}

function wayOf({ wrong, wrongAt }: Answer, share: number, at: Instant): Pick<Answer, "wrong" | "wrongAt"> {
  if (share < TURNED_ROUND) return { wrong: Math.min(BELIEVED, wrong + 1), wrongAt: at };
  return { wrong: share > RIGHT_WAY ? Math.max(TRUST, wrong - 1) : Math.min(0, wrong), wrongAt };
}

/** Too many phases are only imprecise, too few would make the offer swing: so down one at a time and under a calm sky, up at once. */
function linesOf({ lines }: Answer, shown: number, calm: boolean): Answer["lines"] {
  const seen = Math.min(3, Math.round(shown));
  return Math.max(seen, calm && seen > 0 ? lines - 1 : lines) as Answer["lines"];
}

/** Why the sun is not followed now: the meter seems turned round. A first wrong answer ends the run, to see what the stop answers. */
export const isTurned = ({ wrong, wrongAt, watched }: Answer, running: boolean, at: Instant): boolean =>
  running ? wrong > 0 && watched === null : wrong >= BELIEVED && wrongAt !== null && at - wrongAt < REST;
