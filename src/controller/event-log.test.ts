import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Millis } from "#core/units/units";
import { ManualClock } from "../../test/support/manual-clock.ts";
import { EventLog } from "./event-log.ts";

describe("event log", () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "j1772-log-"));
    path = join(folder, "events.log");
    clock = new ManualClock();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const linesOf = (file: string): Record<string, unknown>[] =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));

  it("writes one JSON object a line, with both clocks, in order [I6]", async () => {
    const log = new EventLog({ path, fileBytes: 100_000, files: 2, clock });
    log.write("event", { type: "plugged" });
    clock.advance(Millis(250));
    log.write("request", { asked: { command: "pause" } });
    await log.close();
    assert.deepEqual(linesOf(path), [
      { wall: "2026-01-01T00:00:01.000Z", monotonicMs: 1_000, kind: "event", type: "plugged" },
      { wall: "2026-01-01T00:00:01.250Z", monotonicMs: 1_250, kind: "request", asked: { command: "pause" } },
    ]);
  });

  it("goes on in the file of the run before", async () => {
    for (const run of [1, 2]) {
      const log = new EventLog({ path, fileBytes: 100_000, files: 2, clock });
      log.write("process", { run });
      await log.close();
    }
    assert.deepEqual(
      linesOf(path).map(({ run }) => run),
      [1, 2],
    );
  });

  it("puts files aside by size and keeps as many as it was told", async () => {
    const log = new EventLog({ path, fileBytes: 1_000, files: 3, clock });
    for (let n = 0; n < 100; n += 1) {
      log.write("event", { n });
      await new Promise(setImmediate);
    }
    await log.close();
    assert.deepEqual(readdirSync(folder).sort(), ["events.log", "events.log.1", "events.log.2"]);
    for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 1_000);
    const kept = ["events.log.2", "events.log.1", "events.log"].flatMap((name) => linesOf(join(folder, name)).map(({ n }) => Number(n)));
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, index) => 100 - kept.length + index),
    );
  });

  it("takes no more than a bounded number of lines while the disk is busy, and says how many it dropped [F-43]", async () => {
    const log = new EventLog({ path, fileBytes: 10_000_000, files: 2, clock });
    for (let n = 0; n < 5_000; n += 1) log.write("event", { n });
    await log.close();
    const lines = linesOf(path);
    const dropped = lines.find(({ type }) => type === "logLinesDropped");
    assert.equal(Number(dropped?.lines) + lines.filter(({ n }) => n !== undefined).length, 5_000);
  });

  it("loses lines, not time, when it cannot write, and says so when it can again [F-43]", async () => {
    mkdirSync(path);
    const blocked = new EventLog({ path, fileBytes: 100_000, files: 2, clock });
    blocked.write("event", { n: 1 });
    await blocked.close();
    rmSync(path, { recursive: true });
    blocked.write("event", { n: 2 });
    await blocked.close();
    const lines = linesOf(path);
    assert.deepEqual(
      lines.map(({ type, n, lines: count }) => type ?? n ?? count),
      ["logLinesDropped", 2],
    );
    assert.equal(lines[0]?.lines, 1);
  });
});
