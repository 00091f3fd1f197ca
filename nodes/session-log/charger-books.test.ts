import assert from "node:assert/strict";
import { type LedgerNow, ledgerConfig, type Recorded } from "#core/session/ledger";
import type { LedgerInput } from "#core/session/observation";
import { EMPTY_BATCH } from "#core/session/record";
import { Instant, WallTime } from "#core/units/units";
import type { MemoryStore } from "#store/memory";
import { SmallHandle } from "../../test/flows/session-log-store.ts";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import { NOON, reportWith, SECOND } from "../../test/support/ledger-rig.ts";
import { ChargerBooks } from "./charger-books.ts";

describe("a charger's books", () => {
  const { store } = new SmallHandle();
  const written: Omit<Recorded, "state">[] = [];
  const recorded = (made: Omit<Recorded, "state">): void => void written.push(made);
  const books = new ChargerBooks(ledgerConfig("bay"), { store, scheduler: new MovedTime(), recorded, warn: assert.fail }, null);
  const now = (at: number): LedgerNow => ({ at: Instant(at), wall: WallTime(NOON + at), newId: () => "one" });

  it("hand out what is not due yet before they close, so that a shutdown costs nothing", async () => {
    await settled();
    for (let second = 0; second <= 13; second += 1) {
      const report = reportWith({ state: "charging", powerW: 3600, at: WallTime(NOON + second * SECOND) });
      books.take({ kind: "report", report }, now(second * SECOND));
    }
    const kept = (): string => written.findLast(({ batch }) => batch !== null)?.batch?.checkpoints[0]?.state ?? "";
    const told = `"at":${NOON + 13 * SECOND},"state":"charging"`;
    assert.ok(!kept().includes(told));
    books.close(now(13 * SECOND));
    assert.ok(kept().includes(told));
  });
});

describe("a charger's books in a store that others write too", () => {
  const TEN_MINUTES = 600;

  /** The log of a Node-RED of its own: nobody there knows of the other one. */
  class LogElsewhere {
    readonly warnings: string[] = [];
    readonly #books: ChargerBooks;
    readonly #ahead: number;
    #ids = 0;

    constructor(store: MemoryStore, ahead = 0) {
      this.#ahead = ahead;
      const recorded = ({ batch }: Omit<Recorded, "state">): void => {
        if (batch !== null) void store.append(batch);
      };
      const warn = (text: string): void => void this.warnings.push(text);
      this.#books = new ChargerBooks(ledgerConfig("bay"), { store, scheduler: new MovedTime(), recorded, warn }, null);
    }

    take(input: LedgerInput, second: number): void {
      const at = second * SECOND;
      this.#books.take(input, { at: Instant(at), wall: WallTime(NOON + at + this.#ahead), newId: () => `${this.#ahead}-${this.#ids++}` });
    }
  }

  const charging = (second: number): LedgerInput => ({
    kind: "report",
    report: reportWith({ state: "charging", powerW: 3600, energyWh: second }),
  });

  async function chargedOn(...logs: readonly LogElsewhere[]): Promise<readonly string[]> {
    await settled();
    for (let second = 0; second <= TEN_MINUTES; second += 1) {
      for (const log of logs) log.take(second % 10 === 0 ? charging(second) : { kind: "tick" }, second);
      await settled();
    }
    return logs.flatMap(({ warnings }) => warnings);
  }

  for (const ahead of [0.25, 3600]) {
    it(`warn once that a charger is counted twice, with clocks ${ahead} s apart`, async () => {
      const { store } = new SmallHandle();
      const warnings = await chargedOn(new LogElsewhere(store), new LogElsewhere(store, ahead * SECOND));
      assert.ok(warnings.length === 1 || warnings.length === 2, String(warnings));
      assert.equal(new Set(warnings).size, 1);
      assert.match(String(warnings[0]), /"bay" is also kept in this store by another Node-RED/);
    });
  }

  it("warn of nobody when the store has a checkpoint of a clock that was ahead", async () => {
    const { store } = new SmallHandle();
    const checkpoint = { charger: "bay", at: WallTime(NOON + 24 * 3_600_000), state: "damaged" };
    await store.append({ ...EMPTY_BATCH, checkpoints: [checkpoint] });
    const [afresh, ...more] = await chargedOn(new LogElsewhere(store));
    assert.match(String(afresh), /start afresh/);
    assert.deepEqual(more, []);
  });
});
