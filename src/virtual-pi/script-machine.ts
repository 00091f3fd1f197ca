/** One script as it runs: a little machine with an accumulator, a flag, a stack, parameters that clients may change while it runs. */
import { encodeRequest, type Request, requestReader, words } from "#pi/protocol/frames";
import type { Actor, PiClock } from "./agenda.ts";
import { commandNumber, type Instruction, type Operand, type Operation, PARAMETERS, type Program, VARIABLES } from "./script-parser.ts";

/** As `PROCP` tells it. */
export const SCRIPT_STATE = { initing: 0, halted: 1, running: 2, waiting: 3, failed: 4 } as const;
export type ScriptState = (typeof SCRIPT_STATE)[keyof typeof SCRIPT_STATE];

/** Time one instruction takes, ms. */
const INSTRUCTION_MS = 0.001;
const DEEPEST_STACK = 256;
const NEVER = Number.POSITIVE_INFINITY;

export interface ScriptHost {
  readonly clock: PiClock;
  execute(request: Request): number;
  /** Levels of the first bank. */
  levels(): number;
}

export class ScriptMachine implements Actor {
  nextAt = NEVER;
  state: ScriptState = SCRIPT_STATE.halted;
  readonly parameters = new Int32Array(PARAMETERS);
  readonly #variables = new Int32Array(VARIABLES);
  readonly #program: Program;
  readonly #host: ScriptHost;
  readonly #stack: number[] = [];
  #at = 0;
  #a = 0;
  #f = 0;
  /** While waiting for an edge: which pins, and how they were. */
  #awaited: { readonly mask: number; readonly levels: number } | null = null;

  constructor(program: Program, host: ScriptHost) {
    this.#program = program;
    this.#host = host;
  }

  /** Begins from the start. Parameters that are not given stay as they were. */
  run(parameters: readonly number[]): void {
    this.update(parameters);
    this.#at = 0;
    this.#stack.length = 0;
    this.#variables.fill(0);
    this.state = SCRIPT_STATE.running;
    this.nextAt = this.#host.clock.ms;
  }

  update(parameters: readonly number[]): void {
    for (const [index, value] of parameters.entries()) this.parameters[index] = value;
  }

  halt(state: ScriptState = SCRIPT_STATE.halted): void {
    this.state = state;
    this.nextAt = NEVER;
    this.#awaited = null;
  }

  act(at: number): void {
    if (this.#awaited !== null) {
      const changed = (this.#host.levels() ^ this.#awaited.levels) & this.#awaited.mask;
      this.nextAt = at + 1;
      if (changed === 0) return;
      this.#a = changed;
      this.#awaited = null;
      this.state = SCRIPT_STATE.running;
    }
    const instruction = this.#program.instructions[this.#at];
    if (instruction === undefined) {
      this.halt();
      return;
    }
    this.#at += 1;
    this.nextAt = at + INSTRUCTION_MS;
    if (instruction.do === "command") this.#command(instruction);
    else this.#operate(instruction.do, instruction.operands, at);
  }

  #value(operand: Operand | undefined): number {
    if (operand === undefined) return 0;
    if (operand.kind === "number") return operand.value;
    return (operand.kind === "parameter" ? this.parameters : this.#variables)[operand.index] ?? 0;
  }

  #store(operand: Operand | undefined, value: number): void {
    if (operand === undefined || operand.kind === "number") return;
    (operand.kind === "parameter" ? this.parameters : this.#variables)[operand.index] = value;
  }

  #command({ command, operands }: Extract<Instruction, { readonly do: "command" }>): void {
    const [p1 = 0, p2 = 0, p3] = operands.map((operand) => this.#value(operand));
    let request: Request | undefined;
    requestReader().feed(encodeRequest(commandNumber(command), p1, p2, p3 === undefined ? undefined : words(p3)), (read) => {
      request = read;
    });
    if (request !== undefined) this.#a = this.#host.execute(request);
    this.#f = this.#a;
  }

  #jump(tag: Operand | undefined): void {
    this.#at = this.#program.tags.get(this.#value(tag)) ?? this.#program.instructions.length;
  }

  #push(value: number): void {
    if (this.#stack.length < DEEPEST_STACK) this.#stack.push(value);
    else this.halt(SCRIPT_STATE.failed);
  }

  #pop(): number {
    const value = this.#stack.pop();
    if (value === undefined) this.halt(SCRIPT_STATE.failed);
    return value ?? 0;
  }

  /** Puts a result into accumulator and flag. */
  #result(value: number): void {
    this.#a = value | 0;
    this.#f = this.#a;
  }

  #operate(what: Operation, [one, other]: readonly Operand[], at: number): void {
    switch (what) {
      case "jmp":
        this.#jump(one);
        break;
      case "jp":
        if (this.#f >= 0) this.#jump(one);
        break;
      case "jm":
        if (this.#f < 0) this.#jump(one);
        break;
      case "jz":
        if (this.#f === 0) this.#jump(one);
        break;
      case "jnz":
        if (this.#f !== 0) this.#jump(one);
        break;
      case "call":
        this.#push(this.#at);
        this.#jump(one);
        break;
      case "ret":
        this.#at = this.#pop();
        break;
      case "halt":
        this.halt();
        break;
      case "dcr":
      case "inr":
        this.#f = (this.#value(one) + (what === "inr" ? 1 : -1)) | 0;
        this.#store(one, this.#f);
        break;
      case "dcra":
        this.#result(this.#a - 1);
        break;
      case "inra":
        this.#result(this.#a + 1);
        break;
      case "ld":
        this.#store(one, this.#value(other));
        break;
      case "lda":
        this.#a = this.#value(one);
        break;
      case "sta":
        this.#store(one, this.#a);
        break;
      case "x": {
        const held = this.#value(one);
        this.#store(one, this.#value(other));
        this.#store(other, held);
        break;
      }
      case "xa": {
        const held = this.#a;
        this.#a = this.#value(one);
        this.#store(one, held);
        break;
      }
      case "push":
        this.#push(this.#value(one));
        break;
      case "pop":
        this.#store(one, this.#pop());
        break;
      case "pusha":
        this.#push(this.#a);
        break;
      case "popa":
        this.#a = this.#pop();
        break;
      case "cmp":
        this.#f = (this.#a - this.#value(one)) | 0;
        break;
      case "mics":
        this.nextAt = at + this.#value(one) / 1000;
        break;
      case "mils":
        this.nextAt = at + this.#value(one);
        break;
      case "wait":
        this.#awaited = { mask: this.#value(one), levels: this.#host.levels() };
        this.state = SCRIPT_STATE.waiting;
        break;
      default:
        this.#result(arithmetic(what, this.#a, this.#value(one)));
        break;
    }
  }
}

function arithmetic(what: "add" | "sub" | "mlt" | "div" | "mod" | "and" | "or" | "xor", a: number, b: number): number {
  switch (what) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mlt":
      return Math.imul(a, b);
    case "div":
      return b === 0 ? 0 : Math.trunc(a / b);
    case "mod":
      return b === 0 ? 0 : a % b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
  }
}
