/** `npm run bench:bays`: how soon what one says is on the other's page, at a site with many members, bays and open pages; and what it takes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale } from "../tools/start/build.ts";
import { Child } from "./bays/child.ts";
import type { Member } from "./bays/messages.ts";
import { OpenPage } from "./bays/open-page.ts";
import { type Goal, verdictOf } from "./report/goals.ts";
import { benchOptions, publish } from "./report/options.ts";
import { spreadOf } from "./report/spread.ts";
import { table } from "./report/table.ts";

const BAYS = 200;
const MEMBERS = 10_000;
/** Each talk has two open pages, the visitor's and the owner's. */
const TALKS = 250;
const LONG = 2000;
const SHORT = 400;
/** A pause between two messages, so that they meet the chargers' news at every phase, ms. */
const PAUSE = 7;

interface Talk {
  readonly visitor: OpenPage;
  readonly owner: OpenPage;
  readonly origin: string;
  readonly answerUrl: string;
  readonly memberCookie: string;
  readonly token: string;
  readonly channel: string;
  minutes: number;
}

const options = benchOptions(process.argv.slice(2));
buildIfStale(join(import.meta.dirname, ".."));
const rounds = options.short ? SHORT : LONG;
const folder = mkdtempSync(join(tmpdir(), "bench-bays-"));
const empty = await Child.start("empty-process.ts");
const site = await Child.start("site-process.ts", [join(folder, "site.db"), String(BAYS), String(MEMBERS), String(TALKS)]);
const base = `http://127.0.0.1:${site.ready.port}/bays`;
const origin = new URL(base).origin;

async function post(url: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { origin, ...headers }, redirect: "manual" });
}

/** A visitor at a member's car, both with their pages open. */
async function openTalk(member: Member, index: number): Promise<Talk> {
  const from = { "x-forwarded-for": `10.${index >> 8}.${index & 255}.7` };
  const sent = await post(`${base}/b/${member.tag}`, { reason: "needCharge", bay: `bay-${index % BAYS}` }, from);
  const channel = sent.headers.get("location")?.split("/").at(-1) ?? "";
  if (sent.status !== 303) throw new Error(`a visitor was answered ${sent.status}`);
  const opened = await fetch(`${base}/o/${member.key}`, { redirect: "manual" });
  const memberCookie = opened.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const visitor = new OpenPage(`${base}/c/${channel}`, from);
  // Everybody has their own telephone: one address may not hold so many pages.
  const home = { "x-forwarded-for": `10.${index >> 8}.${index & 255}.8` };
  const owner = new OpenPage(`${base}/me`, { cookie: memberCookie, ...home });
  const token = /name="token" value="([^"]+)"/.exec(await owner.fetch())?.[1] ?? "";
  await Promise.all([visitor.listen(), owner.listen()]);
  return { visitor, owner, origin, answerUrl: `${base}/me`, memberCookie, token, channel, minutes: 5 };
}

/** The owner answers; the visitor's open page shows it. @returns ms */
async function answer(talk: Talk): Promise<number> {
  talk.minutes = talk.minutes >= 200 ? 5 : talk.minutes + 1;
  const by = new Date(Date.now() + talk.minutes * 60_000).toISOString().slice(11, 16);
  const started = performance.now();
  const seen = talk.visitor.shows(new RegExp(`I am back by (?:\\w+ )?(${by}|${before(by)})`));
  await Promise.all([
    seen,
    post(talk.answerUrl, { does: `back-${talk.minutes}`, channel: talk.channel, token: talk.token }, { cookie: talk.memberCookie }),
  ]);
  return performance.now() - started;
}

const before = (time: string): string => new Date(Date.parse(`2026-01-02T${time}Z`) - 60_000).toISOString().slice(11, 16);

/** The visitor says something; the owner's open page shows it. Three times for each talk, as the rules have it. @returns ms */
async function say(talk: Talk, index: number, reason: string, shown: RegExp): Promise<number> {
  const started = performance.now();
  const seen = talk.owner.shows(shown);
  await Promise.all([
    seen,
    post(`${base}/c/${talk.channel}`, { does: "say", reason }, { "x-forwarded-for": `10.${index >> 8}.${index & 255}.7` }),
  ]);
  return performance.now() - started;
}

const talks: Talk[] = [];
const toVisitor: number[] = [];
const toOwner: number[] = [];
let aboveMiB: number;
try {
  for (const [index, member] of site.ready.members.entries()) talks.push(await openTalk(member, index));
  for (let round = 0; round < rounds; round++) {
    const talk = talks[(round * 7919) % talks.length];
    if (talk !== undefined) toVisitor.push(await answer(talk));
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  for (const [index, talk] of talks.entries()) {
    toOwner.push(
      await say(talk, index, "blocked", /Your car blocks the way/),
      await say(talk, index, "problem", /Something is wrong with the car/),
    );
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  aboveMiB = (await site.memory()) - (await empty.memory());
} finally {
  for (const { visitor, owner } of talks) {
    visitor.close();
    owner.close();
  }
  await Promise.all([site.stop(), empty.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

const [visitorSpread, ownerSpread] = [spreadOf(toVisitor), spreadOf(toOwner)];
const goals: readonly Goal[] = [
  { name: "answer → visitor's page, p99", unit: "ms", atMost: 100, measured: visitorSpread?.p99 ?? null, noise: 20 },
  { name: "message → owner's page, p99", unit: "ms", atMost: 100, measured: ownerSpread?.p99 ?? null, noise: 20 },
  { name: "memory above an empty server's", unit: "MiB", atMost: 150, measured: aboveMiB, noise: 5 },
];
publish(
  options,
  [
    `${MEMBERS} members with a code each, ${BAYS} bays whose chargers speak once a second, ${talks.length * 2} open pages`,
    table(
      ["", "measured", "goal", "p50", "max", ""],
      goals.map((goal, index) => {
        const spread = [visitorSpread, ownerSpread][index];
        const shown = (value: number | undefined) => (value === undefined ? "" : value.toFixed(1));
        return [
          goal.name,
          `${goal.measured?.toFixed(1)} ${goal.unit}`,
          `≤ ${goal.atMost} ${goal.unit}`,
          shown(spread?.p50),
          shown(spread?.max),
          verdictOf(goal),
        ];
      }),
    ),
  ].join("\n"),
  {
    goals: goals.map((goal) => ({ ...goal, verdict: verdictOf(goal) })),
    toVisitor: visitorSpread,
    toOwner: ownerSpread,
    members: MEMBERS,
    bays: BAYS,
    pages: talks.length * 2,
  },
);
process.exitCode = options.strict && goals.some((goal) => verdictOf(goal) === "missed") ? 1 : 0;
