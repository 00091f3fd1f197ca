/** The bays of a site, as an operator writes them in one line. */
import type { BayPlan } from "#core/bays/site";
import { ConfigError } from "#core/errors";
import { shown } from "../shared/shown.ts";

/** Of bays nobody grouped. */
const ONE_GROUP = "bays";
const MOST_BAYS = 500;
const LONGEST_NAME = 64;

/**
 * "left, right", or in groups "yard: left, right; street: post". A bay is called as its charger is.
 * @throws ConfigError badBays, twoBays
 */
export function readBays(text: string): readonly BayPlan[] {
  const plans = text.split(";").flatMap((part) => (part.trim() === "" ? [] : groupOf(part)));
  if (plans.length === 0 || plans.length > MOST_BAYS) {
    throw new ConfigError("badBays", `bays: expected 1 to ${MOST_BAYS} names such as "left, right", got ${shown(text)}.`);
  }
  const ids = plans.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ConfigError("twoBays", `bays: expected each name once, got "${twice}" twice.`);
  return plans;
}

function groupOf(part: string): readonly BayPlan[] {
  const colon = part.indexOf(":");
  const group = colon < 0 ? ONE_GROUP : nameOf(part.slice(0, colon), part);
  return part
    .slice(colon + 1)
    .split(",")
    .map((name) => nameOf(name, part))
    .map((id) => ({ id, name: id, group }));
}

function nameOf(text: string, part: string): string {
  const name = text.trim();
  if (name === "" || name.length > LONGEST_NAME || /\p{C}/u.test(name)) {
    throw new ConfigError("badBays", `bays: expected names between commas, such as "yard: left, right", got ${shown(part.trim())}.`);
  }
  return name;
}
