import assert from "node:assert/strict";
import * as v from "valibot";
import { WatcherUnderTest } from "../../test/support/alert-watcher.ts";
import { aStatus } from "../../test/support/link-samples.ts";
import { KeptText } from "./kept-schema.ts";
import { AlertReport } from "./unplug-alert.outputs.ts";

const ANSWERS = { answerUrl: "https://home.example/answer" };

describe("unplug alert of a flow", () => {
  it("tells a theft in words, with its evidence, on the first output and for the channel on the second", async () => {
    const one = new WatcherUnderTest({ channel: "ntfy", address: "https://ntfy.example/my-car" });
    await one.steal();
    const [report] = one.reports;
    assert.ok(report && v.is(AlertReport, report));
    assert.equal(report.title, "Unplugged while charging");
    assert.equal(
      report.text,
      "charger: the plug was pulled at 00:02 while the car drew 15.7 A. Nobody had stopped the charge. Was it you?",
    );
    assert.deepEqual([report.severity, report.evidence.before, report.evidence.currentA], ["alarm", "C", 15.7]);
    const { method, url, payload } = one.newest(1);
    assert.deepEqual([method, url], ["POST", "https://ntfy.example/"]);
    assert.deepEqual((payload as { topic: string }).topic, "my-car");
    assert.equal(one.sent.length, 1);
  });

  it("hears a charger in text and in bytes, however many faults it has to tell", async () => {
    const names = [
      "GroundFault",
      "DiodeFault",
      "PilotFault",
      "ContactorWelded",
      "Overcurrent",
      "Overheated",
      "MeterSilent",
      "VentilationLost",
    ];
    const faults = names.map((name) => ({
      name,
      severity: "error",
      latched: "untilReset",
      since: 1_795_192_643_189,
      retryAt: null,
      mrec: "CX001",
    }));
    const text = JSON.stringify({ ...aStatus(), charger: "bay", state: "C", phase: "faulted", faults });
    assert.ok(text.length > 1024);
    for (const payload of [text, Buffer.from(text)]) {
      const one = new WatcherUnderTest();
      await one.charge();
      await one.hear(payload);
      assert.equal(one.watcher.state.watches.bay?.faults.length, names.length);
    }
  });

  it("hears a bare state in bytes", async () => {
    const one = new WatcherUnderTest();
    await one.hear(Buffer.from("C"), "state");
    assert.equal(one.watcher.state.watches.charger?.state, "C");
  });

  it("hears a message whose browser is gone, so that it is not taken for an opened link", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    one.watcher.receive({ req: null, payload: "disarm" });
    assert.equal(one.watcher.state.armed, false);
  });

  it("does not write its file each time the car says how full it is", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    await one.hear(55, "soc");
    const before = one.kept.length;
    for (let time = 0; time < 5; time++) {
      await one.time.advance(1000);
      await one.hear(55, "soc");
    }
    assert.equal(one.kept.length, before);
    await one.hear(56, "soc");
    assert.equal(one.kept.length, before + 1);
  });

  it("speaks German, and in the owner's own words", async () => {
    const texts = JSON.stringify({ unpluggedWhileCharging: { text: "Weg um {time}[ mit {nothing}]!" } });
    const one = new WatcherUnderTest({ language: "de", texts });
    await one.steal();
    assert.deepEqual([one.reports[0]?.title, one.reports[0]?.text], ["Beim Laden ausgesteckt", "Weg um 00:02!"]);
  });

  it("uses the next channel after three minutes without an answer", async () => {
    const one = new WatcherUnderTest({ nextChannel: "twilio", nextAddress: "https://api.twilio.example/Messages.json?From=%2B1&To=%2B2" });
    await one.steal();
    assert.equal(one.sent.at(-1)?.[2], null);
    await one.time.advance(180_000);
    const { url, payload, headers } = one.newest(2);
    assert.equal(url, "https://api.twilio.example/Messages.json");
    assert.deepEqual(headers, { "content-type": "application/x-www-form-urlencoded" });
    const { From, To, Body } = payload as Record<string, string>;
    assert.deepEqual([From, To], ["+1", "+2"]);
    assert.match(Body ?? "", /Still no answer.*\nReply 1: it was me, 2: not me$/s);
    assert.equal(one.reports.at(-1)?.step, 1);
  });

  it("takes an answer as a word, a number, a button or an object, and says no more", async () => {
    for (const answer of [
      "yes",
      "ja",
      "1",
      1,
      "yes:ID",
      { alert: "ID", answer: "yes" },
      { event_type: "mobile_app_notification_action", event: { action: "yes:ID" } },
      { content: "yes:ID", callbackQueryId: 7 },
    ]) {
      const one = new WatcherUnderTest();
      await one.steal();
      await one.hear(JSON.parse(JSON.stringify(answer).replaceAll("ID", one.reports[0]?.id ?? "")));
      await one.time.advance(3_600_000);
      assert.equal(one.reports.length, 1, JSON.stringify(answer));
    }
  });

  it("refuses an answer when nothing waits for one", async () => {
    const one = new WatcherUnderTest();
    assert.throws(() => one.watcher.receive({ payload: "yes" }), { code: "nothingToAnswer" });
  });

  it("never takes a network's own words for an answer", () => {
    const one = new WatcherUnderTest();
    for (const payload of ["STOP", "END", "CANCEL", "QUIT", "UNSUBSCRIBE", "START", "HELP"]) {
      assert.throws(() => one.watcher.receive({ payload, topic: "answer" }), { code: "unknownAnswer" }, payload);
      assert.throws(() => one.watcher.receive({ payload }), { code: "unknownWord" }, payload);
    }
  });

  it("hears only the charger that its form names", async () => {
    const one = new WatcherUnderTest({ chargerName: "left" });
    await one.hear({ charger: "right", state: "A" });
    await one.hear({ charger: "right", state: "C" });
    await one.hear({ charger: "right", state: "A" });
    await one.time.advance(10_000);
    assert.deepEqual(Object.keys(one.watcher.state.watches), []);
    await one.hear({ state: "C" });
    assert.deepEqual(Object.keys(one.watcher.state.watches), ["left"]);
  });

  it("shows what it watches, and what waits for a person", async () => {
    const one = new WatcherUnderTest();
    await one.time.advance(1_000);
    assert.equal(one.shown.at(-1)?.text, "no charger yet");
    await one.charge();
    assert.deepEqual(one.shown.at(-1), { fill: "green", shape: "dot", text: "armed · charging" });
    await one.hear("disarm");
    await one.time.advance(1_000);
    assert.equal(one.shown.at(-1)?.text, "disarmed");
    await one.hear("arm");
    await one.hear({ state: "A" });
    await one.time.advance(4_000);
    assert.deepEqual(one.shown.at(-1), { fill: "red", shape: "dot", text: "unplugged 00:02" });
    await one.hear("yes");
    await one.time.advance(1_000);
    assert.equal(one.shown.at(-1)?.text, "armed · no car");
  });

  it("sends a test whenever it is asked", async () => {
    const one = new WatcherUnderTest({ level: "alarms", quietFrom: "00:00", quietTo: "23:59" });
    await one.hear("test");
    assert.deepEqual(one.types, ["test"]);
  });

  it("does what a form without addresses can: the first output alone", async () => {
    const one = new WatcherUnderTest({ channel: "ntfy", address: "" });
    await one.steal();
    assert.deepEqual(one.sent[0]?.slice(1), [null, null, null]);
    assert.equal(Object.keys(one.newest(0).bodies as object).length, 7);
  });
});

describe("unplug alert over a restart", () => {
  it("goes on with what it knew, and says nothing of the first state after it", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    await one.watcher.close();
    const kept = one.kept.at(-1) ?? null;
    one.time.ms += 600_000;
    const two = new WatcherUnderTest({}, { time: one.time, kept });
    await two.hear({ state: "C", currentA: 15 });
    await two.time.advance(20_000);
    assert.deepEqual(two.types, []);
    await two.hear({ state: "A" });
    await two.time.advance(4_000);
    assert.deepEqual(two.types, ["unpluggedWhileCharging"]);
  });

  it("goes on with its steps, counted from when it was told", async () => {
    const one = new WatcherUnderTest();
    await one.steal();
    await one.watcher.close();
    one.time.ms += 120_000;
    const two = new WatcherUnderTest({}, { time: one.time, kept: one.kept.at(-1) ?? null });
    await two.time.advance(50_000);
    assert.deepEqual(two.types, []);
    await two.time.advance(10_000);
    assert.deepEqual(
      two.reports.map(({ id, step }) => [id, step]),
      [[one.reports[0]?.id, 1]],
    );
  });

  it("survives a wall clock that was set back while it was away", async () => {
    const one = new WatcherUnderTest();
    await one.steal();
    await one.watcher.close();
    one.time.wallSetBy = -86_400_000;
    const two = new WatcherUnderTest({}, { time: one.time, kept: one.kept.at(-1) ?? null });
    await two.time.advance(180_000);
    assert.deepEqual(
      two.reports.map(({ step }) => step),
      [1],
    );
  });

  it("writes an alert down before it sends it, and sends it again with the same id when it was killed in between", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    one.keep = () => new Promise(() => {});
    await one.hear({ state: "A" });
    one.watcher.receive({ payload: { state: "A" } });
    await one.time.advance(2_000);
    const kept = one.kept.findLast(({ untold }) => untold.length > 0);
    assert.ok(kept);
    assert.equal(one.reports.length, 0);
    const two = new WatcherUnderTest({}, { kept });
    await two.time.advance(3_000);
    assert.deepEqual(
      two.reports.map(({ id, type }) => [id, type]),
      [[kept.untold[0]?.id, "unpluggedWhileCharging"]],
    );
  });

  it("lets whoever carries an alert connect first, when it was due while Node-RED was away", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    one.keep = () => new Promise(() => {});
    await one.hear({ state: "A" });
    await one.time.advance(2_000);
    const kept = one.kept.findLast(({ untold }) => untold.length > 0);
    assert.ok(kept);
    const two = new WatcherUnderTest({}, { kept });
    await two.time.advance(2_900);
    assert.deepEqual(two.types, []);
    await two.watcher.close();
    assert.equal(two.kept.at(-1)?.untold.length, 1, "a deployment in between loses nothing");
    const three = new WatcherUnderTest({}, { kept });
    await three.time.advance(1_000);
    await three.hear("test");
    assert.deepEqual(three.types, ["unpluggedWhileCharging", "test"], "what happens meanwhile is told at once, and in order");
  });

  it("waits a second for a slow disk, and then tells all the same", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    one.keep = () => new Promise(() => {});
    await one.hear({ state: "A" });
    await one.time.advance(5_000);
    assert.deepEqual(one.types, ["unpluggedWhileCharging"]);
  });

  it("writes what lasts, and not every reading", async () => {
    const one = new WatcherUnderTest();
    await one.charge();
    const writes = one.kept.length;
    for (let reading = 0; reading < 100; reading += 1) {
      await one.hear({ state: "C", currentA: 15 + (reading % 3) / 10 });
      await one.time.advance(1_000);
    }
    assert.equal(one.kept.length, writes);
  });

  it("keeps only what its own schema reads back", async () => {
    const one = new WatcherUnderTest({ ...ANSWERS, level: "everything" });
    await one.steal();
    await one.hear({ state: "B" });
    await one.hear({ state: "C", faults: [{ name: "GroundFault", severity: "emergency" }] });
    await one.hear(80, "soc");
    await one.hear({ surplusW: 300, mode: "solar" });
    await one.time.advance(4_000);
    for (const kept of [...one.kept, one.watcher.kept]) assert.doesNotThrow(() => v.parse(KeptText, JSON.stringify(kept)));
  });
});
