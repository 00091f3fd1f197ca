import assert from "node:assert/strict";
import fc from "fast-check";
import type { UnplugAlertType, UnplugNotice } from "#core/alerts/unplug/types";
import { FAULTS } from "#core/evse/faults";
import { WallTime } from "#core/units/units";
import { messageFor } from "./bodies.ts";
import { fill, titleLine } from "./texts/texts.ts";
import { TEXTS, type Wording, wordsOf } from "./texts/wording.ts";
import type { AlertReport } from "./unplug-alert.outputs.ts";
import { CHANNELS } from "./unplug-alert.schema.ts";

const AT = WallTime(Date.parse("2026-06-01T12:34:00Z"));

const notice = (changes: Partial<UnplugNotice> = {}): UnplugNotice => ({
  id: "a-1",
  type: "unpluggedWhileCharging",
  severity: "alarm",
  charger: "garage",
  session: "s1",
  at: AT,
  step: 0,
  reminder: 0,
  follows: null,
  evidence: { currentA: 15.68, energyWh: 8230, restedMs: 0 },
  actions: ["yes", "no"],
  expiresAt: WallTime(AT + 3_600_000),
  ...changes,
});

const wording = (changes: Partial<Wording> = {}): Wording => ({
  language: "en",
  zone: "Europe/Berlin",
  adapter: false,
  own: {},
  ...changes,
});

const report = (changes: Partial<AlertReport> = {}): AlertReport => ({
  ...notice(),
  ...wordsOf(notice(), wording()),
  evidence: {},
  actions: [
    { answer: "yes", label: "It was me", url: "https://home.example/answer?a=a-1&k=key&r=yes" },
    { answer: "no", label: "Not me", url: "https://home.example/answer?a=a-1&k=key&r=no" },
  ],
  ...changes,
});

const destination = (address: string) => ({
  address,
  answerPage: "https://home.example/answer?a=a-1&k=key",
  replyLine: "Reply 1 or 2",
  now: AT,
});

describe("words of an alert", () => {
  it("say what is known, in the owner's time, and leave out what is not", () => {
    assert.equal(
      wordsOf(notice(), wording()).text,
      "garage: the plug was pulled at 14:34 while the car drew 15.7 A, after 8.2 kWh. Nobody had stopped the charge. Was it you?",
    );
    assert.equal(
      wordsOf(notice({ evidence: {}, actions: [] }), wording()).text,
      "garage: the plug was pulled at 14:34. Nobody had stopped the charge.",
    );
  });

  it("say a reason as a sentence, and one that nobody knows as it was sent", () => {
    const paused = (pausedBy: string) =>
      wordsOf(notice({ type: "interrupted", evidence: { pausedBy }, actions: [] }), wording({ language: "de" })).text;
    assert.match(paused("sun"), /zu wenig Sonne/);
    assert.match(paused("grandma"), /grandma/);
    assert.doesNotMatch(paused("constructor"), /function/);
  });

  it("name whoever stopped the charge, but not by the charger's word for nobody in particular", () => {
    const stopped = (stoppedBy: string) =>
      wordsOf(notice({ type: "unpluggedAfterStop", evidence: { stoppedBy }, actions: [] }), wording()).text;
    assert.match(stopped("app"), /after the charge was stopped \(app\)\.$/);
    for (const nobody of ["flow", "paused", "user", "off"]) assert.match(stopped(nobody), /after the charge was stopped\.$/);
  });

  it("warn of the adapter only where one is used", () => {
    assert.match(wordsOf(notice(), wording({ adapter: true })).text, /adapter/);
    assert.doesNotMatch(wordsOf(notice({ type: "full", actions: [] }), wording({ adapter: true })).text, /adapter/);
  });

  for (const language of ["en", "de"] as const) {
    it(`are there for every alert and every fault, with no blank left, in ${language}`, () => {
      for (const type of Object.keys(TEXTS[language].alerts) as UnplugAlertType[]) {
        for (const fault of [...Object.keys(FAULTS), "StateE", ""]) {
          if (fault !== "" && !type.startsWith("fault")) continue;
          if (fault === "" && type.startsWith("fault")) continue;
          const evidence = {
            fault,
            restedMs: 5000,
            pluggedForMs: 3_700_000,
            limit: "energy",
            energyWh: 5000,
            surplusW: 200,
            neededW: 1400,
            silentMs: 9,
            bounces: 5,
          };
          const { title, text } = wordsOf(notice({ type, evidence }), wording({ language }));
          for (const said of [title, text]) {
            assert.ok(said.length > 3, type);
            assert.doesNotMatch(said, /[{}[\]]|undefined|NaN| {2}| [.,;:]/, `${type}: ${said}`);
          }
        }
      }
      assert.deepEqual(Object.keys(TEXTS[language].faults).toSorted(), Object.keys(FAULTS).toSorted());
    });
  }

  it("have the same alerts, reasons and blanks in each language", () => {
    const blanks = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted();
    for (const [type, { title, text }] of Object.entries(TEXTS.en.alerts)) {
      const german = TEXTS.de.alerts[type as UnplugAlertType];
      assert.deepEqual(blanks(german.title + german.text), blanks(title + text), type);
    }
    assert.deepEqual(Object.keys(TEXTS.de.reasons), Object.keys(TEXTS.en.reasons));
  });

  it("never take what is filled in for a template", () => {
    assert.equal(fill("{a}[ {b}]", { a: "{b}[x]", b: "" }), "{b}[x]");
  });

  it("make a title that no header breaks on, whatever a charger is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        const { title } = wordsOf(notice({ charger: name }), wording({ own: { unpluggedWhileCharging: { title: "{charger}" } } }));
        assert.doesNotMatch(title, /[\p{Cc}\p{Zl}\p{Zp}]/u);
        assert.ok([...title].length <= 120);
      }),
      { seed: 1 },
    );
    assert.equal(titleLine("a\r\nSet-Cookie: x\u2028b\u0000c\u202ed"), "a Set-Cookie: x b c d");
  });
});

describe("German", () => {
  it("says Sie to whoever owns the car", () => {
    assert.doesNotMatch(JSON.stringify(TEXTS.de), /\b(?:du|dich|dir|dein\w*)\b/i);
    assert.match(JSON.stringify(TEXTS.de), /Waren Sie das/);
  });
});

describe("ready-made messages", () => {
  it("ntfy: everything as JSON, nothing of ours in a header, buttons that post", () => {
    const { url, method, headers, payload } = messageFor(
      "ntfy",
      report({ title: "Äpfel" }),
      destination("https://ntfy.example/sub/my-car"),
    );
    assert.deepEqual([url, method, headers], ["https://ntfy.example/sub/", "POST", { "content-type": "application/json" }]);
    const { topic, title, priority, actions } = payload as { topic: string; title: string; priority: number; actions: object[] };
    assert.deepEqual([topic, title, priority], ["my-car", "Äpfel", 5]);
    assert.deepEqual(actions[0], {
      action: "http",
      label: "It was me",
      url: "https://home.example/answer",
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "a=a-1&k=key&r=yes",
      clear: true,
    });
  });

  it("Pushover: token and user out of the address, and an end of its life", () => {
    const { url, payload } = messageFor("pushover", report(), destination("https://api.pushover.net/1/messages.json?token=T&user=U"));
    const { token, user, ttl, priority } = payload as Record<string, unknown>;
    assert.deepEqual([url, token, user, ttl, priority], ["https://api.pushover.net/1/messages.json", "T", "U", 3600, 1]);
  });

  it("Telegram: links on its buttons, or its own when there is no page", () => {
    const keyboard = (alert: AlertReport) =>
      messageFor("telegram", alert, destination("https://api.telegram.org/botX/sendMessage?chat_id=7")).payload as {
        chat_id: string;
        reply_markup: { inline_keyboard: object[][] };
      };
    assert.equal(keyboard(report()).chat_id, "7");
    assert.deepEqual(keyboard(report()).reply_markup.inline_keyboard[0]?.[0], {
      text: "It was me",
      url: "https://home.example/answer?a=a-1&k=key&r=yes",
    });
    const linkless = report({ actions: [{ answer: "yes", label: "It was me", url: null }] });
    assert.deepEqual(keyboard(linkless).reply_markup.inline_keyboard[0]?.[0], { text: "It was me", callback_data: "yes:a-1" });
  });

  it("Home Assistant: buttons that come back as events, one notification for one event", () => {
    const { payload } = messageFor("homeAssistant", report({ follows: "a-0" }), destination("http://ha:8123/api/services/notify/phone"));
    const { data } = payload as { data: { tag: string; actions: object[] } };
    assert.equal(data.tag, "a-0");
    assert.deepEqual(data.actions[1], { action: "no:a-1", title: "Not me" });
    const event = messageFor("homeAssistantEvent", report(), destination("http://ha:8123/api/events/unplug_alert")).payload as {
      type: string;
      actions: string[];
    };
    assert.deepEqual([event.type, event.actions], ["unpluggedWhileCharging", ["yes", "no"]]);
  });

  it("e-mail: a subject of one line, and links in the text", () => {
    const { topic, to, payload, url } = messageFor(
      "email",
      report({ title: "a\r\nBcc: everybody@example.org" }),
      destination("mailto:me@example.org"),
    );
    assert.deepEqual([topic, to, url], ["a Bcc: everybody@example.org", "me@example.org", undefined]);
    assert.match(String(payload), /It was me: https:\/\/home\.example\/answer\?a=a-1&k=key&r=yes/);
  });

  it("SMS: short, with numbers for answers and none of the words that networks keep for themselves", () => {
    const long = report({ text: "x".repeat(2000) });
    const { payload } = messageFor("twilio", long, destination("https://api.twilio.com/x?To=%2B49"));
    const { Body, To } = payload as Record<string, string>;
    assert.equal(To, "+49");
    assert.ok((Body ?? "").length < 600);
    assert.doesNotMatch(Body ?? "", /\b(STOP|END|QUIT|CANCEL|YES)\b/);
  });

  it("are nobody's to change for the next receiver", () => {
    const alert = report();
    for (const channel of CHANNELS) {
      const message = messageFor(channel, alert, destination("https://x.example/y"));
      assert.notEqual(message.alert, alert);
    }
  });
});
