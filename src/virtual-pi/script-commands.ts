/** Commands that store, run and look at scripts. */
import { ERROR } from "#pi/protocol/commands";
import { words, wordsOf } from "#pi/protocol/frames";
import type { Agenda } from "./agenda.ts";
import type { Handlers } from "./answer.ts";
import { SCRIPT_STATE, type ScriptHost, ScriptMachine } from "./script-machine.ts";
import { PARAMETERS, parseScript } from "./script-parser.ts";

const SLOTS = 32;

export function scriptCommands(agenda: Agenda, host: ScriptHost): Handlers {
  const scripts = new Map<number, ScriptMachine>();
  const decoder = new TextDecoder();
  const onScript = (id: number, act: (script: ScriptMachine) => number): number => {
    const script = scripts.get(id);
    return script === undefined ? ERROR.BAD_SCRIPT_ID : act(script);
  };
  return {
    PROC: ({ extension }) => {
      const program = parseScript(decoder.decode(extension));
      if (typeof program === "number") return program;
      const id = Array.from({ length: SLOTS }, (_, slot) => slot).find((slot) => !scripts.has(slot));
      if (id === undefined) return ERROR.NO_SCRIPT_ROOM;
      const script = new ScriptMachine(program, host);
      scripts.set(id, script);
      agenda.add(script);
      return id;
    },
    PARSE: ({ extension }) => {
      const program = parseScript(decoder.decode(extension));
      return typeof program === "number" ? program : 0;
    },
    PROCR: ({ p1, extension }) =>
      onScript(p1, (script) => {
        const parameters = wordsOf(extension);
        if (parameters.length > PARAMETERS) return ERROR.TOO_MANY_PARAM;
        if (script.state === SCRIPT_STATE.running || script.state === SCRIPT_STATE.waiting) return ERROR.SCRIPT_NOT_READY;
        script.run(parameters);
        return 0;
      }),
    PROCU: ({ p1, extension }) =>
      onScript(p1, (script) => {
        const parameters = wordsOf(extension);
        if (parameters.length > PARAMETERS) return ERROR.TOO_MANY_PARAM;
        script.update(parameters);
        return 0;
      }),
    PROCS: ({ p1 }) =>
      onScript(p1, (script) => {
        script.halt();
        return 0;
      }),
    PROCD: ({ p1 }) =>
      onScript(p1, (script) => {
        script.halt();
        agenda.remove(script);
        scripts.delete(p1);
        return 0;
      }),
    PROCP: ({ p1 }) => {
      const script = scripts.get(p1);
      return script === undefined ? ERROR.BAD_SCRIPT_ID : words(script.state, ...script.parameters);
    },
  };
}
