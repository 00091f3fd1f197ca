/** A database that is away for an hour of charging: what was logged meanwhile waits in the spool and is in the database afterwards. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WallTime } from "#core/units/units";
import { batch, checkpoint, event, record, sample } from "#store/contract-history";
import { collected } from "#store/pages";
import { PostgresStore } from "#store/postgres/postgres-store";
import { SpooledStore } from "#store/spool/spooled-store";
import { PostgresCluster } from "../support/postgres-cluster.ts";

const MINUTE = 60_000;
const START = Date.UTC(2025, 5, 1, 18);
const CHARGERS = ["bay", "carport", "garage", "yard"];

/** Timers that run when the test says so. */
class MovedTimers {
  #now = 0;
  readonly #due = new Set<{ readonly at: number; readonly then: () => void }>();

  readonly after = (ms: number, then: () => void): (() => void) => {
    const timer = { at: this.#now + ms, then };
    this.#due.add(timer);
    return () => this.#due.delete(timer);
  };

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#due].filter(({ at }) => at <= this.#now)) {
      this.#due.delete(timer);
      timer.then();
    }
  }
}

describe("PostgreSQL away for an hour, with a spool before it", () => {
  let folder: string;
  let cluster: PostgresCluster;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "j1772-hour-"));
    cluster = await PostgresCluster.start();
  });
  after(async () => {
    await cluster.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("four chargers log a minute each sixty times › every sample, event, record and checkpoint is there when it is back", async () => {
    const timers = new MovedTimers();
    const states: string[] = [];
    const store = new SpooledStore(new PostgresStore(cluster.url), join(folder, "spool"), {
      after: timers.after,
      health: ({ state }) => states.push(state),
    });
    const state = (): string => store.health.state;
    const log = async (minute: number): Promise<void> => {
      for (const charger of CHARGERS) {
        const at = START + minute * MINUTE;
        await store.append(
          batch({
            records: [record({ id: charger, charger, revision: minute, startedAt: WallTime(START), energyWh: minute * 120 })],
            samples: [sample(charger, at, minute * 120)],
            events: minute % 10 === 0 ? [event(`${charger} ${minute}`, at, { charger, session: charger })] : [],
            checkpoints: [checkpoint(charger, at, `${minute}`)],
          }),
        );
      }
      timers.pass(MINUTE);
    };
    for (let minute = 1; minute <= 3; minute += 1) await log(minute);
    await cluster.crash();
    for (let minute = 4; minute <= 63; minute += 1) await log(minute);
    assert.equal(state(), "away");
    assert.equal((await store.session("bay"))?.revision, 63);
    await cluster.resume();
    timers.pass(MINUTE);
    for (let minute = 64; minute <= 66; minute += 1) await log(minute);
    // What waits is given over batch by batch, in turn with what comes; each look at a checkpoint waits for one turn.
    for (let turns = 0; state() !== "open" && turns < 1000; turns += 1) await store.checkpoint("bay");
    assert.deepEqual([state(), store.health.waiting], ["open", 0]);
    await store.close();
    assert.deepEqual(
      states.filter((state, index) => state !== states[index - 1]),
      ["open", "away", "open"],
    );

    const kept = new PostgresStore(cluster.url);
    for (const charger of CHARGERS) {
      const samples = await collected(kept.samples(charger));
      assert.deepEqual(
        samples.map(({ at, energyWh }) => [(at - START) / MINUTE, energyWh]),
        Array.from({ length: 66 }, (_, index) => [index + 1, (index + 1) * 120]),
      );
      assert.equal((await kept.session(charger))?.revision, 66);
      assert.equal((await kept.checkpoint(charger))?.state, "66");
      assert.equal((await collected(kept.events({ from: null, until: null, charger, session: null }))).length, 6);
    }
    await kept.close();
  });
});
