import assert from "node:assert/strict";
import { type LedgerNow, ledgerConfig, type Recorded } from "#core/session/ledger";
import { Instant, WallTime } from "#core/units/units";
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
