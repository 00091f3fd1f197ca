import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import webPush from "web-push";
import { newVapidKeys, readSubscription, sendPush } from "#bridges/bays/push";

function subscription(endpoint: string, change: object = {}): string {
  const browser = createECDH("prime256v1");
  const keys = { p256dh: browser.generateKeys("base64url"), auth: randomBytes(16).toString("base64url") };
  return JSON.stringify({ endpoint, expirationTime: null, keys, ...change });
}

const delivery = {
  kind: "push",
  language: "en",
  about: "answer",
  title: "t",
  text: "x",
  url: "https://site.example/bays/c/1",
  actions: [],
  reply: null,
} as const;

describe("push to a browser", () => {
  for (const endpoint of [
    "https://fcm.googleapis.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://db5p.notify.windows.com/w/?token=abc",
    "https://web.push.apple.com/abc",
  ]) {
    it(`goes to ${new URL(endpoint).host}`, () => {
      const read = readSubscription(subscription(endpoint)) ?? assert.fail();
      assert.deepEqual(Object.keys(JSON.parse(read)).toSorted(), ["endpoint", "keys"]);
    });
  }

  for (const [why, text] of [
    ["another server", subscription("https://evil.example/")],
    ["a server that only looks like one", subscription("https://fcm.googleapis.com.evil.example/")],
    ["this machine", subscription("https://127.0.0.1/")],
    ["another port", subscription("https://fcm.googleapis.com:8443/")],
    ["no encryption", subscription("http://fcm.googleapis.com/x")],
    ["keys that are none", subscription("https://fcm.googleapis.com/x", { keys: { p256dh: "a", auth: "b" } })],
    ["no JSON", "{"],
    ["too much", subscription(`https://fcm.googleapis.com/${"x".repeat(2000)}`)],
  ] as const) {
    it(`does not go to ${why}`, () => assert.equal(readSubscription(text), null));
  }

  it("makes keys that browsers take", () => {
    const one = newVapidKeys();
    webPush.setVapidDetails("mailto:a@b.example", one.publicKey, one.privateKey);
    assert.notDeepEqual(newVapidKeys(), one);
    assert.throws(() => webPush.setVapidDetails("mailto:a@b.example", one.privateKey, one.publicKey));
  });

  it("forgets an address that is no browser's", async () => {
    const sent = await sendPush({ ...delivery, address: "nonsense" }, newVapidKeys(), "mailto:a@b.example");
    assert.equal(sent, "gone");
  });
});
