import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { BurstPlan } from "#core/pilot/types";
import { STEADY_HIGH } from "#core/pilot/types";
import { Instant, WallTime } from "#core/units/units";
import { spacingFor } from "#pi/burst-spacing";
import { PRESETS } from "#pi/presets";
import type { SpiDevice, SpiDevicePackage, Transfer } from "./packages.ts";
import { SpiAdc } from "./spi-adc.ts";

const LAYOUT = PRESETS.buildGuide.adc;
const MOST_MESSAGES = 511;

interface Message {
  readonly transfers: readonly { readonly delayUs: number; readonly staysSelected: boolean }[];
  /** Carries it out, in the time that takes. */
  readonly carryOut: () => void;
  readonly answer: (error?: Error) => void;
}

/** A bus in moved time. */
class Bus implements SpiDevicePackage {
  ms = 0;
  leastUs = 33;
  code = 1_234;
  /** Carries out and answers by itself. */
  isPrompt = true;
  readonly messages: Message[] = [];
  readonly #waiting: Message[] = [];
  isClosed = false;

  readonly clock = { now: () => Instant(this.ms), wall: () => WallTime(0) };

  open(_bus: number, _chipSelect: number, done: (error: Error | null) => void): SpiDevice {
    queueMicrotask(() => done(null));
    return {
      transfer: (transfers, done) => this.#take(transfers, done),
      close: (done) => {
        this.isClosed = true;
        queueMicrotask(() => done(null));
      },
    };
  }

  get underWay(): number {
    return this.#waiting.length;
  }

  /** Carries out and answers what is under way, oldest first. */
  next(): void {
    const message = this.#waiting[0];
    assert.ok(message, "nothing is under way");
    message.carryOut();
    message.answer();
  }

  get oldest(): Message {
    const [message] = this.#waiting;
    assert.ok(message, "nothing is under way");
    return message;
  }

  #take(transfers: readonly Transfer[], done: (error: Error | null) => void): void {
    const kept = transfers.map(({ microSecondDelay, chipSelectChange }) => ({
      delayUs: microSecondDelay,
      staysSelected: chipSelectChange,
    }));
    const message: Message = {
      transfers: kept,
      carryOut: () => {
        for (const [index, { receiveBuffer }] of transfers.entries()) {
          receiveBuffer.set([0, this.code >> 8, this.code & 0xff]);
          this.ms += (this.leastUs + (kept[index]?.delayUs ?? 0)) / 1000;
          this.code = (this.code + 1) % 4096;
        }
      },
      answer: (error) => {
        this.#waiting.splice(this.#waiting.indexOf(message), 1);
        done(error ?? null);
      },
    };
    this.messages.push(message);
    this.#waiting.push(message);
    if (this.isPrompt) setImmediate(() => this.next());
  }
}

describe("bursts by the kernel's SPI", () => {
  let bus: Bus;
  let adc: SpiAdc;
  let failures: string[];

  beforeEach(async () => {
    bus = new Bus();
    failures = [];
    adc = await SpiAdc.open(bus, LAYOUT, bus.clock, (why) => failures.push(why));
    bus.messages.length = 0;
  });

  async function whole(plan: BurstPlan): Promise<void> {
    adc.start(plan, STEADY_HIGH);
    do await turn();
    while (bus.underWay > 0);
  }

  it("take as long as their plan says, with delays that differ by a microsecond at most [VW-18]", async () => {
    for (const plan of [
      { count: 244, spacingUs: 41.01 },
      { count: 266, spacingUs: 37.57 },
    ]) {
      bus.messages.length = 0;
      const before = bus.ms;
      await whole(plan);
      const delays = bus.messages.flatMap(({ transfers }) => transfers.map(({ delayUs }) => delayUs));
      assert.equal(delays.length, plan.count);
      assert.ok(Math.max(...delays) - Math.min(...delays) <= 1, `${Math.min(...delays)} to ${Math.max(...delays)} µs`);
      const tookUs = (bus.ms - before) * 1000;
      assert.ok(Math.abs(tookUs - plan.count * spacingFor(plan, bus.leastUs)) < 2, `${tookUs} µs`);
      assert.equal(adc.finished()?.count, plan.count);
    }
  });

  it("select the chip anew for each conversion, leave it alone behind the last, and fit the kernel", async () => {
    await whole({ count: 300, spacingUs: 40 });
    for (const { transfers } of bus.messages) {
      assert.ok(transfers.length <= MOST_MESSAGES);
      assert.equal(
        transfers.findIndex(({ staysSelected }) => !staysSelected),
        transfers.length - 1,
      );
    }
  });

  it("are gone after what was under way when they are abandoned: only the new one comes", async () => {
    bus.isPrompt = false;
    adc.start({ count: 512, spacingUs: 41 }, STEADY_HIGH);
    assert.equal(bus.underWay, 2);
    bus.next();
    adc.start({ count: 32, spacingUs: 41 }, STEADY_HIGH);
    const before = bus.ms;
    while (bus.underWay > 0) bus.next();
    assert.ok(bus.ms - before < 5, `${bus.ms - before} ms`);
    assert.equal(adc.finished()?.count, 32);
    assert.equal(adc.finished(), null);
  });

  it("keep their samples while another is taken", async () => {
    await whole({ count: 120, spacingUs: 40 });
    const taken = adc.finished();
    assert.ok(taken);
    const kept = [...taken.adcV.subarray(0, taken.count)];
    await whole({ count: 120, spacingUs: 40 });
    assert.deepEqual([...taken.adcV.subarray(0, taken.count)], kept);
  });

  it("are as old as their samples when the loop was late to hear of them [F-31]", () => {
    bus.isPrompt = false;
    const before = bus.ms;
    adc.start({ count: 32, spacingUs: 41 }, STEADY_HIGH);
    const { carryOut, answer } = bus.oldest;
    carryOut();
    const ended = bus.ms;
    bus.ms += 80;
    answer();
    const { endedAt = before } = adc.finished() ?? {};
    assert.ok(endedAt > before && endedAt <= ended + 0.01, `ended at ${ended}, says ${endedAt}`);
  });

  it("are none when a busy machine makes them too slow for a 10 % duty; a few samples of a steady pilot still count", async () => {
    bus.leastUs = 80;
    await whole({ count: 244, spacingUs: 41 });
    assert.equal(adc.finished(), null);
    await whole({ count: 16, spacingUs: 50 });
    assert.equal(adc.finished()?.count, 16);
  });

  it("that the bus refuses are none, and are told; the next one is whole again", async () => {
    bus.isPrompt = false;
    adc.start({ count: 16, spacingUs: 50 }, STEADY_HIGH);
    bus.oldest.answer(new Error("EIO, transfer"));
    assert.deepEqual([failures, adc.finished()], [["EIO, transfer"], null]);
    bus.isPrompt = true;
    await whole({ count: 16, spacingUs: 50 });
    assert.equal(adc.finished()?.count, 16);
  });

  it("that are under way are waited for before the device is closed", async () => {
    bus.isPrompt = false;
    adc.start({ count: 64, spacingUs: 41 }, STEADY_HIGH);
    const closed = adc.close();
    bus.next();
    await turn();
    assert.equal(bus.isClosed, false);
    bus.next();
    await closed;
    assert.deepEqual([bus.isClosed, bus.underWay, adc.finished()], [true, 0, null]);
  });
});

describe("a converter that cannot be used", () => {
  const open = (bus: Bus): Promise<SpiAdc> => SpiAdc.open(bus, LAYOUT, bus.clock, () => {});

  it("is refused when the bus is too slow, by a number", async () => {
    const bus = new Bus();
    bus.leastUs = 61;
    await assert.rejects(open(bus), { code: "adcSlow", message: /at least every 50 µs, this bus needs 61 µs/ });
    assert.equal(bus.isClosed, true);
  });

  it("is not refused for a machine that is busy at the start, but goes by its quickest trial", async () => {
    const bus = new Bus();
    bus.leastUs = 70;
    const opened = open(bus);
    while (bus.messages.length < 150) await turn();
    bus.leastUs = 33;
    await opened;
  });

  it("is refused when the bus takes a message and hangs, closing it or not: a controller that waits for ever says nothing", async () => {
    const bus = new Bus();
    bus.isPrompt = false;
    const { open: opens } = bus;
    bus.open = (...asked) => ({ ...opens.apply(bus, asked), close: () => {} });
    await assert.rejects(open(bus), { code: "spiMissing", message: /no answer within 1000 ms/ });
  });

  for (const code of [0, 4_095]) {
    it(`is refused when it says ${code} and nothing else`, async () => {
      const bus = new Bus();
      Object.defineProperty(bus, "code", { get: () => code, set: () => {} });
      await assert.rejects(open(bus), { code: "adcSilent", message: new RegExp(`all of 2048 were ${code}`) });
    });
  }

  for (const [errno, advice] of [
    ["ENOENT", /switch SPI on \("dtparam=spi=on"/],
    ["EACCES", /group spi, or root/],
  ] as const) {
    it(`is refused when its device does not open with ${errno}, with what to do`, async () => {
      const bus = new Bus();
      bus.open = (_bus, _select, done) => {
        queueMicrotask(() => done(Object.assign(new Error(errno), { code: errno })));
        return { transfer: () => assert.fail(), close: () => assert.fail() };
      };
      await assert.rejects(open(bus), { code: "spiMissing", message: advice });
    });
  }
});
