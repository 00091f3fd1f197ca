/** The question of the evening: is the car plugged in? Asked once a day, and never of somebody who is away with it. */
import { localTimeOf } from "#core/alerts/local-time";
import { EVENING_LASTS } from "./config.ts";
import { close, raise } from "./desk.ts";
import type { Turn } from "./turn.ts";

export function passEvening(turn: Turn): void {
  const { pluggedBy, zone } = turn.config;
  if (pluggedBy === null) return;
  const watches = Object.entries(turn.state.watches).filter(([, { blind, state }]) => blind === null && state !== null);
  const plugged = watches.some(([, { state }]) => state !== "A");
  if (plugged) closeQuestions(turn);
  const { date, minute } = localTimeOf(turn.wall, zone);
  if (minute < pluggedBy || minute >= pluggedBy + EVENING_LASTS || turn.state.evening === date) return;
  // Nobody knows whether a car is there, or it is away with its owner: ask later.
  const [first] = watches;
  if (first === undefined || (turn.state.home === false && !plugged)) return;
  turn.state = { ...turn.state, evening: date };
  if (plugged) return;
  const evidence = { pluggedByMinute: pluggedBy, chargers: watches.length };
  raise(turn, { type: "notPluggedIn", severity: "warning", charger: first[0], at: turn.at, evidence, actions: ["seen"] });
}

function closeQuestions(turn: Turn): void {
  for (const { notice } of turn.state.open) if (notice.type === "notPluggedIn") close(turn, notice.id);
  // One that waits for the morning is answered before it was asked.
  const held = turn.state.held.filter(({ notice }) => notice.type !== "notPluggedIn");
  if (held.length !== turn.state.held.length) turn.state = { ...turn.state, held };
}
