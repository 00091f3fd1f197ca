/** Scripts as text: the part of the daemon's language that moves numbers, jumps, waits and drives pins. */
import { COMMAND, type CommandName, ERROR } from "#pi/protocol/commands";

/** Where a number comes from. */
export type Operand =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "variable"; readonly index: number };

/** What the little machine does by itself. A is its accumulator, F its flag. */
export type Operation =
  | "jmp"
  | "jp"
  | "jm"
  | "jz"
  | "jnz"
  | "call"
  | "ret"
  | "halt"
  | "dcr"
  | "inr"
  | "dcra"
  | "inra"
  | "ld"
  | "lda"
  | "sta"
  | "x"
  | "xa"
  | "push"
  | "pop"
  | "pusha"
  | "popa"
  | "add"
  | "sub"
  | "mlt"
  | "div"
  | "mod"
  | "and"
  | "or"
  | "xor"
  | "cmp"
  | "mics"
  | "mils"
  | "wait";

export type Instruction =
  | { readonly do: Operation; readonly operands: readonly Operand[] }
  | { readonly do: "command"; readonly command: CommandName; readonly operands: readonly Operand[] };

export interface Program {
  readonly instructions: readonly Instruction[];
  /** Where each tag is. */
  readonly tags: ReadonlyMap<number, number>;
}

export const PARAMETERS = 10;
export const VARIABLES = 150;
const MOST_TAGS = 50;

const OPERANDS: Readonly<Record<Operation, number>> = {
  ...{
    jmp: 1,
    jp: 1,
    jm: 1,
    jz: 1,
    jnz: 1,
    call: 1,
    ret: 0,
    halt: 0,
    dcr: 1,
    inr: 1,
    dcra: 0,
    inra: 0,
    ld: 2,
    lda: 1,
    sta: 1,
    x: 2,
    xa: 1,
  },
  ...{
    push: 1,
    pop: 1,
    pusha: 0,
    popa: 0,
    add: 1,
    sub: 1,
    mlt: 1,
    div: 1,
    mod: 1,
    and: 1,
    or: 1,
    xor: 1,
    cmp: 1,
    mics: 1,
    mils: 1,
    wait: 1,
  },
};
const JUMPS: ReadonlySet<string> = new Set(["jmp", "jp", "jm", "jz", "jnz", "call"]);
/** First operand is a place, not a number. */
const PLACES: ReadonlySet<string> = new Set(["dcr", "inr", "ld", "sta", "x", "xa", "push", "pop"]);

/** Commands a script may give, by every name they have, with their number of operands. */
const COMMANDS: Readonly<Record<string, readonly [CommandName, number]>> = {
  ...{ w: ["WRITE", 2], write: ["WRITE", 2], r: ["READ", 1], read: ["READ", 1], m: ["MODES", 2], modes: ["MODES", 2], mg: ["MODEG", 1] },
  ...{ p: ["PWM", 2], pwm: ["PWM", 2], pfs: ["PFS", 2], prs: ["PRS", 2], pud: ["PUD", 2], hp: ["HP", 3], hc: ["HC", 2], trig: ["TRIG", 3] },
  ...{
    t: ["TICK", 0],
    tick: ["TICK", 0],
    br1: ["BR1", 0],
    bc1: ["BC1", 1],
    bs1: ["BS1", 1],
    gdc: ["GDC", 1],
    pfg: ["PFG", 1],
    prg: ["PRG", 1],
  },
  ...{ hwver: ["HWVER", 0], pigpv: ["PIGPV", 0], nb: ["NB", 2], np: ["NP", 1], nc: ["NC", 1], wdog: ["WDOG", 2] },
};

/** Commands as a script gives them go by the socket's numbers. */
export const commandNumber = (name: CommandName): number => COMMAND[name];

function operandOf(word: string): Operand | number {
  const indexed = /^([pv])(\d+)$/.exec(word);
  if (indexed !== null) {
    const index = Number(indexed[2]);
    if (indexed[1] === "p") return index < PARAMETERS ? { kind: "parameter", index } : ERROR.BAD_PARAM_NUM;
    return index < VARIABLES ? { kind: "variable", index } : ERROR.BAD_VAR_NUM;
  }
  if (!/^-?(0x[0-9a-f]+|\d+)$/.test(word)) return ERROR.BAD_SCRIPT_CMD;
  const octal = /^-?0\d+$/.test(word);
  return { kind: "number", value: octal ? Number.parseInt(word, 8) : Number(word) | 0 };
}

/** @returns the program, or the daemon's error for what is wrong with it */
export function parseScript(text: string): Program | number {
  const words = text
    .replaceAll("\0", "")
    .trim()
    .toLowerCase()
    .split(/[\s,]+/);
  const instructions: Instruction[] = [];
  const tags = new Map<number, number>();
  let next = 0;

  const take = (count: number): readonly Operand[] | number => {
    const operands: Operand[] = [];
    for (; count > 0; count -= 1) {
      const operand = operandOf(words[next] ?? "");
      next += 1;
      if (typeof operand === "number") return operand;
      operands.push(operand);
    }
    return operands;
  };

  while (next < words.length) {
    const word = words[next] ?? "";
    next += 1;
    const known = Object.hasOwn(OPERANDS, word) ? (word as Operation) : null;
    const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
    const count = word === "tag" ? 1 : known !== null ? OPERANDS[known] : command?.[1];
    if (count === undefined) return ERROR.BAD_SCRIPT_CMD;
    const operands = take(count);
    if (typeof operands === "number") return operands;
    const [first] = operands;
    if (word === "tag") {
      if (first?.kind !== "number") return ERROR.BAD_TAG;
      if (tags.has(first.value)) return ERROR.DUP_TAG;
      if (tags.size === MOST_TAGS) return ERROR.TOO_MANY_TAGS;
      tags.set(first.value, instructions.length);
    } else if (known !== null) {
      if (PLACES.has(known) && first?.kind === "number") return ERROR.BAD_SCRIPT_CMD;
      instructions.push({ do: known, operands });
    } else if (command !== undefined) instructions.push({ do: "command", command: command[0], operands });
  }
  for (const { do: what, operands } of instructions) {
    const [target] = operands;
    if (JUMPS.has(what) && !(target?.kind === "number" && tags.has(target.value))) return ERROR.BAD_TAG;
  }
  return instructions.length === 0 ? ERROR.BAD_SCRIPT : { instructions, tags };
}
