import assert from "node:assert/strict";
import { codeIn, conversionRequest } from "#pi/adc";
import { deadManOf } from "#pi/dead-man";
import { PRESETS } from "#pi/presets";
import { COMMAND, ERROR } from "#pi/protocol/commands";
import { encodeRequest, type Reply, replyReader, words, wordsOf } from "#pi/protocol/frames";
import { REPORT_FLAG, ReportReader } from "#pi/protocol/notifications";
import { ticksBetween } from "#pi/ticks";
import { Session } from "./session.ts";
import { VirtualPi, type VirtualPiOptions } from "./virtual-pi.ts";

const LAYOUT = PRESETS.buildGuide;
const { pilotGpio } = LAYOUT;
const RELAY = LAYOUT.relays[0]?.gpio ?? 0;
const LIVENESS = LAYOUT.liveness?.gpio ?? 0;
const GATE = LAYOUT.coilInhibited?.gpio ?? 0;
const LATCH = LAYOUT.gfciTripped.gpio;

/** A virtual Pi, one client, and time that is moved. */
class Bench {
  readonly pi: VirtualPi;
  readonly #session: Session;
  readonly #heard: Reply[] = [];
  readonly #reader = replyReader();

  constructor(options: Partial<VirtualPiOptions> = {}) {
    this.pi = new VirtualPi({ layout: LAYOUT, startMs: 1_000, ...options });
    this.#session = new Session(this.pi, (bytes) =>
      this.#reader.feed(bytes, (reply) => this.#heard.push({ ...reply, data: new Uint8Array(reply.data) })),
    );
  }

  pass(ms: number): void {
    this.pi.agenda.runUntil(this.pi.agenda.clock.ms + ms);
    this.#session.flush();
  }

  /** Sends requests and lets the daemon answer them, in the time it takes. */
  ask(...requests: readonly Uint8Array[]): Reply[] {
    const from = this.#heard.length;
    for (const request of requests) this.#session.receive(request);
    while (this.#heard.length < from + requests.length) this.pass(0.5);
    return this.#heard.slice(from);
  }

  result(command: number, p1 = 0, p2 = 0, extension?: Uint8Array): number {
    return this.ask(encodeRequest(command, p1, p2, extension))[0]?.result ?? Number.NaN;
  }
}

const pulse = encodeRequest(COMMAND.TRIG, LIVENESS, 100, words(1));
const hardwarePwm = (duty: number) => encodeRequest(COMMAND.HP, pilotGpio, 1000, words(duty));

describe("virtual Pi", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  describe("pins", () => {
    it("a written pin becomes an output and reads what it drives", () => {
      assert.equal(bench.result(COMMAND.MODEG, RELAY), 0);
      bench.result(COMMAND.WRITE, RELAY, 1);
      assert.deepEqual([bench.result(COMMAND.MODEG, RELAY), bench.result(COMMAND.READ, RELAY)], [1, 1]);
      assert.equal((bench.result(COMMAND.BR1) >>> RELAY) & 1, 1);
    });

    it("an unconnected input shows its pull, and its reset default before", () => {
      assert.deepEqual([bench.result(COMMAND.READ, 5), bench.result(COMMAND.READ, 12)], [1, 0]);
      bench.result(COMMAND.PUD, 12, 2);
      assert.equal(bench.result(COMMAND.READ, 12), 1);
    });

    it("masks set and clear several pins", () => {
      bench.result(COMMAND.BS1, (1 << 12) | (1 << 13));
      assert.deepEqual([bench.result(COMMAND.READ, 12), bench.result(COMMAND.READ, 13)], [1, 1]);
      bench.result(COMMAND.BC1, 1 << 12);
      assert.deepEqual([bench.result(COMMAND.READ, 12), bench.result(COMMAND.READ, 13)], [0, 1]);
    });

    it("refuses what the daemon refuses, with its numbers", () => {
      assert.equal(bench.result(COMMAND.HP, 17, 1000, words(0)), ERROR.NOT_HPWM_GPIO);
      assert.equal(bench.result(COMMAND.HP, 18, 1000, words(1_000_001)), ERROR.BAD_HPWM_DUTY);
      assert.equal(bench.result(COMMAND.WRITE, 54, 1), ERROR.BAD_GPIO);
      assert.equal(bench.result(COMMAND.TRIG, 4, 101, words(1)), ERROR.BAD_PULSELEN);
      assert.equal(bench.result(COMMAND.SPIO, 0, 1, words(0)), ERROR.BAD_SPI_SPEED);
      assert.equal(bench.result(COMMAND.SPIX, 3, 0, words(0)), ERROR.BAD_HANDLE);
      assert.equal(bench.result(1_000), ERROR.UNKNOWN_COMMAND);
    });

    it("hardware PWM is the pilot: steady at both ends, a duty between", () => {
      bench.ask(hardwarePwm(1_000_000));
      assert.deepEqual(bench.pi.outputs.pilot, { kind: "steadyHigh" });
      bench.ask(hardwarePwm(0));
      assert.deepEqual(bench.pi.outputs.pilot, { kind: "steadyLow" });
      bench.ask(hardwarePwm(266_600));
      assert.ok(bench.pi.outputs.pilot.kind === "pwm" && Math.abs(bench.pi.outputs.pilot.dutyPercent - 26.66) < 1e-9);
      assert.deepEqual([bench.result(COMMAND.GDC, pilotGpio), bench.result(COMMAND.PFG, pilotGpio)], [266_600, 1000]);
    });

    it("three relays on pull-in and hold duty are one contactor", () => {
      const relays = [17, 12, 13].map((gpio) => ({ gpio, active: "high" as const }));
      bench = new Bench({ layout: { ...LAYOUT, relays, relayHold: { percent: 68, afterMs: 500 } } });
      for (const gpio of [17, 12]) bench.result(COMMAND.WRITE, gpio, 1);
      assert.equal(bench.pi.outputs.coil, false);
      bench.result(COMMAND.PWM, 13, 173);
      assert.equal(bench.pi.outputs.coil, false, "68 % does not pull in");
      bench.result(COMMAND.WRITE, 13, 1);
      assert.equal(bench.pi.outputs.coil, true);
      bench.result(COMMAND.PWM, 13, 173);
      assert.equal(bench.pi.outputs.coil, true, "68 % holds");
      bench.result(COMMAND.PWM, 13, 100);
      assert.equal(bench.pi.outputs.coil, false);
    });
  });

  describe("gate of the coil", () => {
    const energised = () => bench.pi.truth().coilEnergised;

    it("lets current through only while liveness pulses come, and shows so [WD-01]", () => {
      bench.result(COMMAND.WRITE, RELAY, 1);
      assert.deepEqual([energised(), bench.result(COMMAND.READ, GATE)], [false, 1]);
      bench.ask(pulse);
      assert.deepEqual([energised(), bench.result(COMMAND.READ, GATE)], [true, 0]);
      bench.pass(79);
      assert.equal(energised(), true);
      bench.pass(2);
      assert.deepEqual([energised(), bench.result(COMMAND.READ, GATE)], [false, 1]);
    });

    it("is blocked by the ground-fault latch until it is reset [GF-04]", () => {
      bench.result(COMMAND.WRITE, RELAY, 1);
      bench.ask(pulse);
      bench.pi.apply({ do: "inject", fault: "gfciTrip" });
      assert.deepEqual([energised(), bench.result(COMMAND.READ, LATCH)], [false, 1]);
      bench.result(COMMAND.WRITE, LAYOUT.gfciReset?.gpio ?? 0, 1);
      bench.ask(pulse);
      assert.deepEqual([energised(), bench.result(COMMAND.READ, LATCH)], [true, 0]);
    });
  });

  describe("converter", () => {
    const request = encodeRequest(COMMAND.SPIX, 0, 0, conversionRequest("MCP3208", 0));

    it("converts at the instant it is asked: a duty shows as its share of the samples", () => {
      bench.ask(hardwarePwm(250_000), pulse, encodeRequest(COMMAND.SPIO, 0, 1_000_000, words(0)));
      const tick = encodeRequest(COMMAND.TICK);
      const replies = bench.ask(tick, ...Array.from({ length: 2_000 }, () => request), tick);
      const codes = replies.filter(({ command }) => command === COMMAND.SPIX).map(({ data }) => codeIn("MCP3208", data));
      const share = codes.filter((code) => code > 2_048).length / codes.length;
      assert.ok(Math.abs(share - 0.25) < 0.01, `${share}`);
      const tookUs = ticksBetween(replies[0]?.result ?? 0, replies.at(-1)?.result ?? 0);
      assert.ok(Math.abs(tookUs / 2_000 - 38) < 0.1, `${tookUs / 2_000} µs`);
    });

    it("answers with all ones when it is clocked faster than it can", () => {
      bench.result(COMMAND.SPIO, 0, 2_000_000, words(0));
      assert.equal(codeIn("MCP3208", bench.ask(request)[0]?.data ?? new Uint8Array(3)), 4_095);
    });
  });

  describe("scripts", () => {
    const store = (text: string) => bench.result(COMMAND.PROC, 0, 0, new TextEncoder().encode(text));
    const state = (id: number) => wordsOf(bench.ask(encodeRequest(COMMAND.PROCP, id))[0]?.data ?? new Uint8Array(0));

    it("the dead-man drops relay and PWM when nobody feeds it, and not before [WD-01]", () => {
      const { script, rounds, lapsesAfterMs } = deadManOf(LAYOUT);
      const id = store(script);
      assert.equal(id, 0);
      bench.ask(hardwarePwm(500_000), encodeRequest(COMMAND.WRITE, RELAY, 1), encodeRequest(COMMAND.PROCR, id, 0, words(rounds)));
      for (let fed = 0; fed < 100; fed += 1) {
        bench.pass(12);
        bench.result(COMMAND.PROCU, id, 0, words(rounds));
        assert.equal(bench.pi.outputs.coil, true);
      }
      bench.pass(lapsesAfterMs - 10);
      assert.equal(bench.pi.outputs.coil, true);
      bench.pass(30);
      assert.deepEqual([bench.pi.outputs.coil, bench.pi.outputs.pilot], [false, { kind: "steadyHigh" }]);
      assert.deepEqual(state(id).slice(0, 2), [1, 0xffff_ffff]);
    });

    it("a heartbeat feeds the one-shot for as long as it is fed itself [WD-01]", () => {
      const layout = { ...LAYOUT, liveness: { gpio: LIVENESS, drive: "heartbeat" as const } };
      bench = new Bench({ layout });
      const { script, rounds } = deadManOf(layout);
      const id = store(script);
      bench.ask(encodeRequest(COMMAND.WRITE, RELAY, 1), encodeRequest(COMMAND.PROCR, id, 0, words(rounds)));
      bench.pass(40);
      assert.equal(bench.pi.truth().coilEnergised, true);
      bench.pass(100);
      assert.equal(bench.pi.truth().coilEnergised, false);
    });

    it("computes, jumps, calls and keeps variables", () => {
      const id = store("ld v0 5 lda 0 tag 1 add v0 dcr v0 jnz 1 call 2 sta p1 halt tag 2 mlt 2 ret");
      bench.ask(encodeRequest(COMMAND.PROCR, id));
      bench.pass(1);
      assert.deepEqual(state(id).slice(0, 3), [1, 0, 30]);
    });

    it("waits for an edge", () => {
      const id = store(`wait ${1 << LATCH} w ${RELAY} 1 halt`);
      bench.ask(encodeRequest(COMMAND.PROCR, id));
      bench.pass(20);
      assert.deepEqual([state(id)[0], bench.pi.outputs.coil], [3, false]);
      bench.pi.apply({ do: "inject", fault: "gfciTrip" });
      bench.pass(3);
      assert.equal(bench.pi.outputs.coil, true);
    });

    it("stops, starts anew, and is deleted", () => {
      const id = store("tag 0 inr p1 mils 1 jmp 0");
      bench.ask(encodeRequest(COMMAND.PROCR, id));
      bench.pass(5);
      assert.equal(bench.result(COMMAND.PROCR, id), ERROR.SCRIPT_NOT_READY);
      bench.result(COMMAND.PROCS, id);
      const [status, , count = 0] = state(id);
      bench.pass(10);
      assert.deepEqual([status, state(id)[2]], [1, count]);
      assert.equal(bench.result(COMMAND.PROCD, id), 0);
      assert.equal(bench.result(COMMAND.PROCR, id), ERROR.BAD_SCRIPT_ID);
    });

    for (const [text, error] of [
      ["", ERROR.BAD_SCRIPT_CMD],
      ["tag 0 jmp 1", ERROR.BAD_TAG],
      ["tag 0 tag 0", ERROR.DUP_TAG],
      ["dcr p10", ERROR.BAD_PARAM_NUM],
      ["dcr v150", ERROR.BAD_VAR_NUM],
      ["frobnicate 1", ERROR.BAD_SCRIPT_CMD],
      ["dcr 5", ERROR.BAD_SCRIPT_CMD],
    ] as const) {
      it(`"${text}" is refused with ${error}`, () => assert.equal(store(text), error));
    }
  });

  describe("notifications", () => {
    it("tell of changes within two milliseconds, of those asked for only, and of pins that are quiet too long", () => {
      const heard: { readonly flags: number; readonly levels: number }[] = [];
      const reader = new ReportReader();
      const handle = bench.pi.notifier.open((bytes) => reader.feed(bytes, (report) => heard.push(report)));
      bench.result(COMMAND.NB, handle, 1 << LATCH);
      bench.result(COMMAND.WRITE, RELAY, 1);
      bench.pass(5);
      assert.equal(heard.length, 0);
      bench.pi.apply({ do: "inject", fault: "gfciTrip" });
      bench.pass(2);
      assert.equal(heard.length, 1);
      assert.equal(((heard[0]?.levels ?? 0) >>> LATCH) & 1, 1);
      bench.result(COMMAND.WDOG, LATCH, 20);
      bench.pass(30);
      assert.equal(heard.at(-1)?.flags, REPORT_FLAG.watchdog | LATCH);
      bench.result(COMMAND.NC, handle);
      assert.equal(bench.result(COMMAND.NB, handle, 1), ERROR.BAD_HANDLE);
    });

    it("a filtered pin is told of only when it has been steady", () => {
      const heard: unknown[] = [];
      const handle = bench.pi.notifier.open((bytes) => heard.push(bytes));
      bench.result(COMMAND.FG, 12, 5_000);
      bench.result(COMMAND.NB, handle, 1 << 12);
      bench.result(COMMAND.WRITE, 12, 1);
      bench.pass(2);
      bench.result(COMMAND.WRITE, 12, 0);
      bench.pass(20);
      assert.equal(heard.length, 0);
      bench.result(COMMAND.WRITE, 12, 1);
      bench.pass(8);
      assert.equal(heard.length, 1);
    });
  });
});
