import assert from "node:assert/strict";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import type { NodeStatus } from "./red.ts";
import { Reporter } from "./reporter.ts";
import { StatusLine } from "./status-line.ts";

describe("status line", () => {
  function line() {
    const time = new MovedTime();
    const shown: (string | undefined)[] = [];
    return { time, shown, line: new StatusLine((status: NodeStatus) => shown.push(status.text), time) };
  }

  it("shows the first status at once and of those that follow within half a second the newest", async () => {
    const { time, shown, line: status } = line();
    for (const text of ["1", "2", "3"]) status.set({ text });
    assert.deepEqual(shown, ["1"]);
    await time.advance(499);
    assert.deepEqual(shown, ["1"]);
    await time.advance(1);
    assert.deepEqual(shown, ["1", "3"]);
  });

  it("shows no status twice in a row", async () => {
    const { time, shown, line: status } = line();
    for (let i = 0; i < 10; i++) {
      status.set({ text: "same" });
      await time.advance(1000);
    }
    assert.deepEqual(shown, ["same"]);
    assert.equal(time.waiting, 0);
  });

  it("shows nothing after it is closed", async () => {
    const { time, shown, line: status } = line();
    status.set({ text: "1" });
    status.set({ text: "2" });
    status.close();
    await time.advance(1000);
    assert.deepEqual(shown, ["1"]);
    assert.equal(time.waiting, 0);
  });
});

describe("reporter", () => {
  function reporter() {
    const time = new MovedTime();
    const sent: object[] = [];
    const options = {
      send: (report: Report) => sent.push(report),
      significant: ({ state }: Report) => state,
      intervalMs: 10_000,
      scheduler: time,
    };
    return { time, sent, reporter: new Reporter<Report>(options) };
  }
  interface Report {
    readonly state: string;
    readonly currentA: number;
  }

  it("sends a change that matters at once, and the newest measurements at the interval", async () => {
    const { time, sent, reporter: reports } = reporter();
    reports.hear({ state: "A", currentA: 0 });
    reports.hear({ state: "A", currentA: 1 });
    reports.hear({ state: "B", currentA: 2 });
    reports.hear({ state: "B", currentA: 3 });
    assert.deepEqual(sent, [
      { state: "A", currentA: 0 },
      { state: "B", currentA: 2 },
    ]);
    await time.advance(9_999);
    assert.equal(sent.length, 2);
    await time.advance(1);
    assert.deepEqual(sent[2], { state: "B", currentA: 3 });
  });

  it("repeats at the interval for as long as there is news, and not after silence", async () => {
    const { time, sent, reporter: reports } = reporter();
    reports.hear({ state: "A", currentA: 0 });
    await time.advance(30_000);
    assert.equal(sent.length, 4);
    reports.silence();
    await time.advance(30_000);
    assert.equal(sent.length, 4);
    assert.equal(time.waiting, 0);
  });

  it("reports the same state again when the line was lost in between", () => {
    const { sent, reporter: reports } = reporter();
    reports.hear({ state: "A", currentA: 0 });
    reports.silence();
    reports.hear({ state: "A", currentA: 0 });
    assert.equal(sent.length, 2);
  });

  it("gives an answer the next report, and none when the line is lost first", async () => {
    const { reporter: reports } = reporter();
    const first = reports.next();
    reports.hear({ state: "B", currentA: 1 });
    assert.deepEqual(await first, { state: "B", currentA: 1 });
    const second = reports.next();
    reports.silence();
    await settled();
    assert.equal(await second, null);
  });

  it("keeps no one waiting who asks after it was closed, as when a deployment overtakes an answer", async () => {
    const { reporter: reports } = reporter();
    reports.close();
    let answer: unknown = "none yet";
    void reports.next().then((report) => {
      answer = report;
    });
    await settled();
    assert.equal(answer, null);
  });
});
