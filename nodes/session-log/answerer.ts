/** Answers questions as messages: the question's own message with another payload, whole or in parts. */
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { FlowMessage, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { localTextIn } from "../shared/session-rows.ts";
import type { StoreHandle } from "../shared/store-handle.ts";
import { answer } from "./answer.ts";
import type { LogTime } from "./keeper.ts";
import { oldLogText } from "./old-log-text.ts";
import type { AnswerForm, Question } from "./question-input.ts";

/** `log.log` is as old as this process, as it was with the charger that it comes from. */
const STARTED = systemScheduler.wall();

export class Answerer {
  readonly #kept: StoreHandle;
  readonly #time: LogTime;
  readonly #clone: Red["util"]["cloneMessage"];
  #closed = false;

  constructor(kept: StoreHandle, time: LogTime, clone: Red["util"]["cloneMessage"]) {
    this.#kept = kept;
    this.#time = time;
    this.#clone = clone;
  }

  /** @param send takes each message. Rejects with what the store or the answer has against it. */
  async answer(question: Question, msg: FlowMessage, send: (msg: FlowMessage) => void): Promise<void> {
    if (question.of === "log") {
      const { log, charger, from } = question.asked;
      send({ ...msg, payload: await oldLogText(log, { charger, from }, this.#kept, this.#time.wall(), STARTED) });
      return;
    }
    const { store, timeZone } = this.#kept;
    const { asked, form } = question;
    const parts = { id: randomUUID(), ...partsOf(form) };
    // Each part goes its own way: whoever changes it must not change the others.
    const { payload: _asked, ...others } = msg;
    let index = 0;
    for await (const part of answer(asked, form, { store, timeZone, now: this.#time.wall(), local: localTextIn(timeZone) })) {
      if (this.#closed) return;
      if (form.rowsPerPart === null) send({ ...msg, payload: part.payload });
      else
        send({ ...this.#clone(others), payload: part.payload, parts: { ...parts, index, ...(part.isLast ? { count: index + 1 } : {}) } });
      index += 1;
      await setImmediate();
    }
  }

  /** No part is sent any more. */
  close(): void {
    this.#closed = true;
  }
}

/** As a join node puts the parts together again: texts without anything between them, lists to one list. */
const partsOf = ({ as, rowsPerPart }: AnswerForm): Readonly<Record<string, unknown>> =>
  as === "objects" ? { type: "array", len: Math.max(2, rowsPerPart ?? 2) } : { type: "string", ch: "" };
