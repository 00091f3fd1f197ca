import assert from "node:assert/strict";
import type { FlowMessage } from "../shared/red.ts";
import type { BayMessageReport } from "./bay-alert.outputs.ts";
import { readyMessage } from "./ready-message.ts";

const report: BayMessageReport = {
  kind: "ntfy",
  address: "my topic",
  language: "en",
  about: "visitor",
  title: "Somebody is waiting at your car",
  text: '"Please" at Left',
  url: "https://site.example/bays/a/x",
  actions: [{ label: "Back in 10 min", url: "https://site.example/bays/a/x/back-10" }],
  reply: "channel",
};

const payloadOf = (message: FlowMessage | null) => (message?.payload ?? {}) as Readonly<Record<string, unknown>>;

describe("ready message", () => {
  it("for ntfy is JSON to the server, whose buttons answer by themselves", () => {
    const message = readyMessage(report);
    assert.deepEqual([message?.url, message?.kind], ["https://ntfy.sh/", "ntfy"]);
    assert.deepEqual(message?.payload, {
      topic: "my%20topic",
      title: report.title,
      message: report.text,
      click: report.url,
      tags: ["electric_plug"],
      actions: [
        {
          action: "http",
          label: "Back in 10 min",
          url: "https://site.example/bays/a/x/back-10",
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          clear: true,
        },
      ],
    });
    const own = readyMessage({ ...report, address: "https://ntfy.example/sub/topic/" });
    assert.deepEqual([own?.url, payloadOf(own).topic], ["https://ntfy.example/sub/", "topic"]);
  });

  it("for others has the address where their node wants it", () => {
    assert.equal(readyMessage({ ...report, kind: "mail", address: "a@b.example" })?.to, "a@b.example");
    assert.deepEqual(readyMessage({ ...report, kind: "sms", address: "+1", actions: [] })?.payload, {
      To: "+1",
      Body: 'Somebody is waiting at your car. "Please" at Left\nhttps://site.example/bays/a/x',
    });
    assert.equal(payloadOf(readyMessage({ ...report, kind: "telegram", address: "42" })).chat_id, "42");
    assert.equal(readyMessage({ ...report, kind: "flow" }), null);
  });
});
