/** What people send to the simulated car, read into one action. */
import * as v from "valibot";
import { MessageError } from "#core/errors";
import { explain } from "#link/explain";
import { CarPresetMessage, SimActionMessage, SimFaultMessage } from "#link/sim-action";
import { readPayload } from "../shared/payload.ts";
import { shown } from "../shared/shown.ts";

/** A kind of car. */
export type CarPreset = (typeof CarPresetMessage.options)[number];

const WANTED = '"plug", "unplug", "inject weld", "clear" or an action such as {do: "plug", preset: "rude"}';

/** Words of one action, compared without blanks, dashes and case. */
const PHRASES: Readonly<Record<string, SimActionMessage>> = {
  unplug: { do: "unplug" },
  pressbutton: { do: "pressButton" },
  releasebutton: { do: "releaseButton" },
  clear: { do: "clear", fault: "all" },
  clearall: { do: "clear", fault: "all" },
};

/** Faults and presets by their name in small letters. */
const byName = <T extends string>(names: readonly T[]): ReadonlyMap<string, T> => new Map(names.map((name) => [name.toLowerCase(), name]));
const FAULTS = byName(SimFaultMessage.options);
const PRESETS = byName(CarPresetMessage.options);

/**
 * Reads `msg.payload` as an action on the simulation: "plug", "plug rude", "unplug", "inject leakage 30", "clear weld",
 * true, false, or an action object.
 * @param plug what "plug" means without a kind of car: the car of the form.
 * @throws MessageError as `readPayload`; unknownText, badShape from what it says.
 */
export function parseCarInput(payload: unknown, plug: (preset?: CarPreset) => SimActionMessage): SimActionMessage {
  const read = readPayload(payload, WANTED);
  if (typeof read === "boolean") return read ? plug() : { do: "unplug" };
  if (typeof read === "object") {
    const parsed = v.safeParse(SimActionMessage, read);
    if (!parsed.success) throw new MessageError("badShape", `msg.payload: ${explain(parsed.issues)}.`);
    return parsed.output;
  }
  const action = typeof read === "string" ? readWords(read.toLowerCase(), plug) : null;
  if (action === null) throw new MessageError("unknownText", `msg.payload: expected ${WANTED}, got ${shown(read)}.`);
  return action;
}

function readWords(words: string, plug: (preset?: CarPreset) => SimActionMessage): SimActionMessage | null {
  const joined = words.replace(/[\s_-]/g, "");
  const phrase = Object.hasOwn(PHRASES, joined) ? PHRASES[joined] : undefined;
  if (phrase) return phrase;
  if (joined === "plug" || joined === "plugin") return plug();
  const [verb = "", name = "", amount, ...more] = words.split(/\s+/);
  if (more.length > 0) return null;
  const preset = PRESETS.get(name);
  if (verb === "plug" && preset && amount === undefined) return plug(preset);
  const fault = FAULTS.get(name);
  if (verb === "clear" && fault && amount === undefined) return { do: "clear", fault };
  if (verb !== "inject" || !fault) return null;
  if (amount === undefined) return { do: "inject", fault };
  return /^-?\d{1,6}(\.\d{1,3})?$/.test(amount) ? { do: "inject", fault, value: Number(amount) } : null;
}
