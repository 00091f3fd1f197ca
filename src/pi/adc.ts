/** Successive-approximation converters of the MCP3000 family on SPI: three bytes each way are one conversion. */

/** Converters by name. */
export const ADC_CHIPS = ["MCP3004", "MCP3008", "MCP3204", "MCP3208"] as const;
export type AdcChip = (typeof ADC_CHIPS)[number];

interface ChipFacts {
  readonly bits: 10 | 12;
  readonly inputs: 4 | 8;
  /** Highest clock at 2.7 V and at 5 V of supply, Hz. Source: the makers' data sheets DS21295 and DS21298. */
  readonly slowHz: number;
  readonly fastHz: number;
}

const FACTS: Readonly<Record<AdcChip, ChipFacts>> = {
  MCP3004: { bits: 10, inputs: 4, slowHz: 1_350_000, fastHz: 3_600_000 },
  MCP3008: { bits: 10, inputs: 8, slowHz: 1_350_000, fastHz: 3_600_000 },
  MCP3204: { bits: 12, inputs: 4, slowHz: 1_000_000, fastHz: 2_000_000 },
  MCP3208: { bits: 12, inputs: 8, slowHz: 1_000_000, fastHz: 2_000_000 },
};
const SLOW_AT_V = 2.7;
const FAST_AT_V = 5;

/** Clocks of one conversion. */
export const CONVERSION_BITS = 24;
export const CONVERSION_BYTES = CONVERSION_BITS / 8;

export const inputsOf = (chip: AdcChip): number => FACTS[chip].inputs;
/** Codes a converter has. */
export const codesOf = (chip: AdcChip): number => 2 ** FACTS[chip].bits;
export const bitsOf = (chip: AdcChip): number => FACTS[chip].bits;

/** The highest SPI clock at a supply between 2.7 V and 5 V, Hz: a straight line between the two the maker guarantees. */
export function highestClockHz(chip: AdcChip, supplyV: number): number {
  const { slowHz, fastHz } = FACTS[chip];
  const share = Math.min(Math.max((supplyV - SLOW_AT_V) / (FAST_AT_V - SLOW_AT_V), 0), 1);
  return Math.floor(slowHz + share * (fastHz - slowHz));
}

/** The bytes that ask for a single-ended conversion of an input. */
export function conversionRequest(chip: AdcChip, input: number): Uint8Array {
  return FACTS[chip].bits === 10
    ? Uint8Array.of(0x01, 0x80 | (input << 4), 0x00)
    : Uint8Array.of(0x06 | (input >> 2), (input & 0x03) << 6, 0x00);
}

/** The input a client asks for; null where the bytes are no single-ended conversion. */
export function requestedInput(chip: AdcChip, bytes: Uint8Array): number | null {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < CONVERSION_BYTES) return null;
  if (FACTS[chip].bits === 10) return first === 0x01 && (second & 0x80) !== 0 ? (second >> 4) & 0x07 : null;
  return (first & 0xfe) === 0x06 ? ((first & 0x01) << 2) | (second >> 6) : null;
}

/** The code in the bytes that came back, from `at` on. */
export function codeIn(chip: AdcChip, bytes: Uint8Array, at = 0): number {
  const high = (bytes[at + 1] ?? 0) & (FACTS[chip].bits === 10 ? 0x03 : 0x0f);
  return (high << 8) | (bytes[at + 2] ?? 0);
}

/** The bytes that answer with a code. */
export const conversionAnswer = (code: number): Uint8Array => Uint8Array.of(0, code >> 8, code & 0xff);
