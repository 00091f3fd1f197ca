/** What members can do from their page, and owners from a link in a message. Each returns whether it did anything. */

import { ENDPOINT_KINDS, type EndpointKind, type Person } from "#core/bays/person";
import { cleanNickname } from "#core/bays/register";
import type { Answer } from "#core/bays/reply";
import { readTagId } from "#core/bays/tag-id";
import { Minutes, WallTime } from "#core/units/units";
import type { Keeper } from "./keeper.ts";
import { readPlace } from "./places.ts";
import { readSubscription } from "./push.ts";
import { nextTimeOfDay } from "./time-of-day.ts";

type Fields = ReadonlyMap<string, string>;

/** How long "later" is. */
const SNOOZE = Minutes(30);
/** The most that a link or a form may say for being back. */
const BACK = /^back-(\d{1,3})$/;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
const LONGEST_ADDRESS = 200;
/** A name with a dot that ends in letters: neither a number nor a name of this network. */
const PUBLIC_NAME = /^(?!.*\.(?:local|internal|lan|home|arpa|localhost)$)(?:[\w-]+\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** The answer that a form or link names; null for none. */
export function answerOf(does: string, time: string | undefined, keeper: Keeper): Answer | null {
  const minutes = BACK.exec(does)?.[1];
  if (minutes !== undefined) return { answer: "back", by: WallTime(keeper.now().wall + Minutes(Math.min(240, Number(minutes)))) };
  if (does === "backAt") {
    const by = timeOf(time, keeper);
    return by === null ? null : { answer: "back", by };
  }
  return does === "mayUnplug" || does === "needMore" || does === "notMe" || does === "block" ? { answer: does } : null;
}

function timeOf(text: string | undefined, keeper: Keeper): WallTime | null {
  const clock = CLOCK.exec(text ?? "");
  return clock === null ? null : nextTimeOfDay(keeper.now().wall, Number(clock[1]), Number(clock[2]), keeper.site.timeZone);
}

/** Answers and queue: what a link in a message may do, too. What is so already, as for a button that is pressed twice, counts as done. */
export function takePart(keeper: Keeper, person: string, does: string, fields: Fields): boolean {
  const channel = fields.get("channel") ?? "";
  const group = fields.get("group") ?? "";
  const bay = fields.get("bay") ?? "";
  const answer = answerOf(does, fields.get("time"), keeper);
  if (answer !== null) return keeper.turn((desk, now) => desk.answer(channel, person, answer, now) === null);
  switch (does) {
    case "accept":
      return keeper.turn((desk, now) => desk.accept(group, person, now));
    case "snooze":
      keeper.turn((desk, now) => desk.snooze(group, person, WallTime(now.wall + SNOOZE), now));
      return true;
    case "leave":
      keeper.turn((desk, now) => desk.leave(group, person, now));
      return true;
    case "mine":
      return keeper.turn((desk) => desk.yard.confirmArrival(person, bay) || desk.yard.bay(bay)?.occupant === person);
    case "notMine":
      return keeper.turn((desk, now) => desk.yard.notMine(person, bay, now) || desk.yard.isWaitingFor(person, bay));
    default:
      return false;
  }
}

/** Everything else on a member's own page, but what changes who they are to this browser. */
export function manage(keeper: Keeper, person: Person, does: string, fields: Fields): boolean {
  const { id } = person;
  const bay = fields.get("bay") ?? "";
  switch (does) {
    case "join":
      return join(keeper, id, fields);
    case "claim":
      return keeper.turn((desk, now) => desk.claim(bay, id, now));
    case "unclaim":
      keeper.turn((desk, now) => desk.unclaim(bay, id, now));
      return true;
    case "allow": {
      const at = timeOf(fields.get("time"), keeper);
      return at !== null && keeper.turn((desk, now) => desk.allowUnplugging(bay, id, at, now));
    }
    case "disallow":
      return keeper.turn((desk, now) => desk.allowUnplugging(bay, id, null, now));
    case "newTag":
      return keeper.turn((desk, now) => desk.addTag(id, cleanNickname(fields.get("label") ?? "") ?? "", now).ok);
    case "revoke": {
      const tag = readTagId(fields.get("tag") ?? "");
      return tag.ok && keeper.turn((desk, now) => desk.register.revokeTag(tag.id, id, now.wall).ok);
    }
    case "rename":
      return rename(keeper, person, fields);
    case "addEndpoint":
      return addEndpoint(keeper, id, fields.get("kind") ?? "", fields.get("address") ?? "");
    case "push":
      return addEndpoint(keeper, id, "push", readSubscription(fields.get("subscription") ?? "") ?? "");
    case "removeEndpoint":
      return keeper.turn((desk) => desk.register.removeEndpoint(id, fields.get("endpoint") ?? "").ok);
    default:
      return takePart(keeper, id, does, fields);
  }
}

function join(keeper: Keeper, person: string, fields: Fields): boolean {
  const kwh = Number(fields.get("needKwh") || Number.NaN);
  const needWh = kwh > 0 && kwh <= 200 ? Math.round(kwh * 1000) : null;
  const departure = timeOf(fields.get("departure"), keeper);
  const place = readPlace(fields.get("place") ?? "");
  if (place === null) return false;
  return keeper.turn((desk, now) => desk.join(place.group, person, { bay: place.bay, needWh, departure }, now));
}

function rename(keeper: Keeper, person: Person, fields: Fields): boolean {
  const nickname = cleanNickname(fields.get("nickname") ?? "") ?? person.nickname;
  const language = fields.get("language") === "de" ? "de" : "en";
  return keeper.turn((desk) => desk.register.rename(person.id, nickname, language).ok);
}

/** A number as networks write it, or its STOP would not find it. A server that a stranger names is a public one, or it is none. */
function cleanAddress(kind: EndpointKind, address: string): string | null {
  if (kind === "sms") {
    const number = address.replace(/[\s()./-]/g, "").replace(/^00/, "+");
    return /^\+\d{6,15}$/.test(number) ? number : null;
  }
  if (kind !== "ntfy" || !address.includes(":")) return address;
  const server = URL.canParse(address) ? new URL(address) : null;
  return server?.protocol === "https:" && server.port === "" && server.username === "" && PUBLIC_NAME.test(server.hostname)
    ? address
    : null;
}

/** An address becomes part of headers and commands elsewhere: one line of visible signs, or it is none. */
export function addEndpoint(keeper: Keeper, person: string, kind: string, address: string): boolean {
  const known = ENDPOINT_KINDS.find((one) => one === kind);
  const clean = known === undefined ? null : cleanAddress(known, address.trim());
  const longest = known === "push" ? 2000 : LONGEST_ADDRESS;
  if (known === undefined || clean === null || clean === "" || clean.length > longest || /[\p{C}\p{Zl}\p{Zp}]/u.test(clean)) return false;
  const { secrets } = keeper;
  const mark = secrets.mark("address", clean);
  const sealed = secrets.sealAddress(clean);
  return keeper.turn((desk, now) => {
    const confirmedAt = known === "push" ? now.wall : null;
    return desk.addEndpoint(person, { id: mark.slice(0, 12), kind: known, sealed, mark, confirmedAt }, now).ok;
  });
}
