import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { mock } from "node:test";
import { inWords, Program, Terminal } from "./persons.ts";
import type { Step } from "./procedure.ts";

const ASK = { step: "ask", point: "low", adcV: 0.36, readsV: -11.64 } as const;
const never = new AbortController().signal;

describe("who holds the meter", () => {
  let input: PassThrough;
  const io = { out: () => {}, err: () => {} };

  beforeEach(() => {
    input = new PassThrough();
  });
  afterEach(() => mock.timers.reset());

  for (const [typed, volts] of [
    ["-11.94", -11.94],
    [" −11,94 V ", -11.94],
    ["11.97v", 11.97],
  ] as const) {
    it(`at a terminal may type "${typed}"`, async () => {
      const terminal = new Terminal(io, input);
      input.write(`${typed}\n`);
      assert.equal(await terminal.ask(ASK, never), volts);
      terminal.close();
    });
  }

  for (const typed of ["", "twelve", "12 12", "V"]) {
    it(`at a terminal has not said a voltage by "${typed}"`, async () => {
      const terminal = new Terminal(io, input);
      input.write(`${typed}\n`);
      assert.ok(Number.isNaN(await terminal.ask(ASK, never)));
      terminal.close();
    });
  }

  for (const line of ['{"volts":"12"}', "12", "no JSON", "null", "{}"]) {
    it(`as a program has not said a voltage by ${line}`, async () => {
      const program = new Program(io, input);
      input.write(`${line}\n`);
      assert.ok(Number.isNaN(await program.ask(ASK, never)));
      program.close();
    });
  }

  it("gets two minutes for an answer, so that no charger is left in state F", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const program = new Program(io, input);
    const answer = assert.rejects(program.ask(ASK, never), { code: "calibrationRefused", why: "stopped", message: /within 2 minutes/ });
    mock.timers.tick(119_999);
    await Promise.resolve();
    mock.timers.tick(1);
    await answer;
    program.close();
  });

  it("is gone when the input ends, whether it was asked or is asked later", async () => {
    const program = new Program(io, input);
    let gone = false;
    program.onGone(() => {
      gone = true;
    });
    const answer = assert.rejects(program.ask(ASK, never), { why: "stopped", message: /is gone/ });
    input.end();
    await answer;
    await assert.rejects(program.ask(ASK, never), { why: "stopped" });
    assert.ok(gone);
  });

  it("reads what is measured, and what it was read as until now", () => {
    assert.match(
      inWords(ASK),
      /^2 of 2 {2}The pilot is steady low \(state F\)\. What does the meter say\? \(it is read as −11\.64 V until now\)/,
    );
    const step: Step = { ...ASK, readsV: null };
    assert.match(inWords(step), /the converter shows 0\.3600 V/);
  });
});
