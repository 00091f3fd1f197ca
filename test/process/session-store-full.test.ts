import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const root = join(import.meta.dirname, "../..");
/** In blocks of 512 bytes, as POSIX has `ulimit -f`: too little for the log of a database, enough for its spool. */
const SMALL_DISK = 600;

/** A process that appends `steps` batches and says what became of them. */
const writer = (folder: string, steps: number): string => `
  import { batch, checkpoint, event, record, sample } from "#store/contract-history";
  import { SqliteStore } from "#store/sqlite/sqlite-store";
  import { withSpool } from "#store/spool/spooled-store";
  const told = [];
  const after = (ms, then) => { const timer = setTimeout(then, ms); return () => clearTimeout(timer); };
  const health = ({ state }) => { if (told.at(-1) !== state) told.push(state); };
  const store = withSpool(new SqliteStore(${JSON.stringify(join(folder, "sessions.db"))}), ${JSON.stringify(join(folder, "spool"))}, { maxBytes: 131072, after, health });
  let step = Number((await store.checkpoint("bay"))?.state ?? 0);
  const found = step;
  for (let left = ${steps}; left > 0; left -= 1) {
    step += 1;
    const own = { session: "s", reason: "x".repeat(200) };
    await store.append(batch({ records: [record({ id: "s", revision: step, energyWh: step * 20 })], samples: [sample("s", step, step * 20)], events: step % 20 === 0 ? [event("e" + step, step, own)] : [], checkpoints: [checkpoint("bay", step, String(step))] }));
  }
  while (${steps} === 0 && store.health.state !== "open") await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(JSON.stringify({ found, step, told, why: store.health.why }));
  await store.close();`;

describe("session store on a full disk", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-full-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the writer; with a limit no file can grow beyond it, as on a disk that has no room left. */
  function write(steps: number, limit: number | null): { found: number; step: number; told: string[]; why: string | null } {
    const node = [process.execPath, "--input-type=module", "--eval", writer(folder, steps)];
    const [command = "", ...args] = limit === null ? node : ["sh", "-c", `trap '' XFSZ; ulimit -f ${limit}; exec "$@"`, "sh", ...node];
    const { stdout, stderr, status } = spawnSync(command, args, { cwd: root, encoding: "utf8", timeout: 60_000 });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  }

  it("keeps what comes in the spool, says so, and gives it over when there is room again, also after a restart [F-43]", () => {
    const full = write(300, SMALL_DISK);
    assert.equal(full.step, 300);
    assert.deepEqual(full.told, ["open", "away"]);
    assert.match(full.why ?? "", /cannot be read or written|has no room left/);
    const still = write(10, SMALL_DISK);
    assert.deepEqual([still.found, still.step], [300, 310]);
    const again = write(0, null);
    assert.equal(again.found, 310);
    assert.equal(again.told.at(-1), "open");
    const db = new DatabaseSync(join(folder, "sessions.db"));
    try {
      const counted = db.prepare(
        "SELECT (SELECT count(*) FROM sample) AS samples, (SELECT count(*) FROM event) AS events, (SELECT energy_wh FROM session) AS energy",
      );
      assert.deepEqual({ ...counted.get() }, { samples: 310, events: 15, energy: 6_200 });
      assert.equal(db.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    } finally {
      db.close();
    }
  });
});
