/** The books as text, and back. It is written every few seconds while a car charges, so tariff slots are told in few words. */
import type { LedgerConfig } from "#core/session/ledger-config";
import { LEDGER_VERSION, type LedgerBooks } from "#core/session/ledger-state";
import type { TariffSlot } from "#core/session/observation";
import type { WallTime } from "#core/units/units";

/** From, how long, and what a kWh costs from the grid, from the sun, and in CO₂. */
type SlotWords = readonly [number, number, number | null, number | null, number | null];

interface CheckpointShape extends Omit<LedgerBooks, "slots"> {
  readonly slots: readonly SlotWords[];
}

/** `check` tells a damaged text that happens to be JSON from a whole one. */
interface Checked {
  readonly check: number;
  readonly books: CheckpointShape;
}

export function checkpointText(books: LedgerBooks): string {
  const past = books.keptWall ?? 0;
  const slots = books.slots
    .filter(({ until }) => until > past)
    .map(({ from, until, gridPerKwh, sunPerKwh, co2GPerKwh }): SlotWords => [from, until - from, gridPerKwh, sunPerKwh, co2GPerKwh]);
  const text = JSON.stringify({ ...books, slots } satisfies CheckpointShape);
  return `{"check":${checkOf(text)},"books":${text}}`;
}

/** @returns why, in words, when `text` is no checkpoint of this charger and version. */
export function readCheckpoint(text: string, config: LedgerConfig): LedgerBooks | string {
  const found = parsedOrNull(text);
  const books = found?.books;
  if (typeof books !== "object" || books === null) return "the checkpoint is damaged";
  if (books.version !== LEDGER_VERSION) return `the checkpoint has version ${String(books.version)}, expected ${LEDGER_VERSION}`;
  if (books.charger !== config.charger) return `the checkpoint is of charger ${String(books.charger)}`;
  if (found?.check !== checkOf(JSON.stringify(books))) return "the checkpoint is damaged";
  return { ...books, slots: books.slots.map(slotOf) };
}

/** FNV-1a, 32 bits. */
function checkOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

const slotOf = ([from, lasts, gridPerKwh, sunPerKwh, co2GPerKwh]: SlotWords): TariffSlot => ({
  from: from as WallTime,
  until: (from + lasts) as WallTime,
  gridPerKwh,
  sunPerKwh,
  co2GPerKwh,
});

function parsedOrNull(text: string): Partial<Checked> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}
