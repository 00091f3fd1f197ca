/**
 * A shared site in a process of its own: the product's desk, pages and SQLite store behind a plain web server, and chargers that
 * say once a second what they do. Tells its parent where it listens and how its members are reached.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Keeper } from "#bridges/bays/keeper";
import { newKey } from "#bridges/bays/routes-member";
import { Secrets } from "#bridges/bays/secrets";
import { SitePages } from "#bridges/bays/site-pages";
import { Streams } from "#bridges/bays/streams";
import { SITE_RULES } from "#core/bays/site";
import { Instant, Millis, WallTime } from "#core/units/units";
import { SqliteStore } from "#store/sqlite/sqlite-store";
import type { Member, SiteReady } from "./messages.ts";

const GROUPS = 20;
const [file = "", bays = "0", members = "0", reached = "0"] = process.argv.slice(2);

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const after = (ms: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};
const store = new SqliteStore(file);
const keeper = new Keeper(
  {
    name: "Bench",
    publicUrl: `http://127.0.0.1:${port}/bays`,
    plans: Array.from({ length: Number(bays) }, (_, index) => ({
      id: `bay-${index}`,
      name: `Bay ${index}`,
      group: `group ${index % GROUPS}`,
    })),
    // The one rule that is not the product's own: five hundred visitors within a minute are a flood to it.
    rules: { ...SITE_RULES, perSite: { count: 1_000_000, per: Millis(1000) } },
    timeZone: "UTC",
    language: "en",
    smsNumber: null,
    registration: "open",
    trustedProxies: 1,
  },
  {
    store,
    collection: "bench",
    secrets: new Secrets(randomBytes(32)),
    chance: { id: () => randomBytes(16).toString("base64url"), bytes: (count) => randomBytes(count) },
    now: () => ({ at: Instant(performance.now()), wall: WallTime(Date.now()) }),
    after,
    deliver: () => {},
    problem: (text) => console.error(text),
  },
);
await keeper.open();

/** Members join as they do, a few at a time: all in one turn would leave a heap behind that no site ever has. */
const AT_A_TIME = 100;
const known: Member[] = [];
while (known.length < Number(members)) {
  const joined = keeper.turn((desk, now) =>
    Array.from({ length: Math.min(AT_A_TIME, Number(members) - known.length) }, (_, index) => {
      const { key, mark } = newKey(keeper);
      const person = desk.addPerson(`Member ${known.length + index}`, "en", mark, now);
      const tag = person.ok ? desk.addTag(person.value.id, "car", now) : person;
      if (!tag.ok) throw new Error(`a member was refused: ${tag.why}`);
      return { key, tag: tag.value.id };
    }),
  );
  known.push(...joined);
  await keeper.written();
}

const pages = new SitePages({ keeper, streams: new Streams(keeper, { after }), push: null, smsToken: null }, (error) =>
  console.error(error),
);
server.on("request", (request, response) => {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  void pages.handle(request, response, path.replace(/^\/bays/, "") || "/");
});

let turn = 0;
setInterval(() => {
  turn++;
  for (let index = 0; index < Number(bays); index++) {
    const says = (index + turn) % 97 === 0 ? "notConnected" : "charging";
    keeper.turn((desk, now) => desk.heard(`bay-${index}`, says, now));
  }
}, 1000);

process.on("message", (message) => {
  if (message !== "memory") return;
  globalThis.gc?.();
  process.send?.({ residentMiB: process.memoryUsage().rss / 2 ** 20 });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port, members: known.slice(0, Number(reached)) } satisfies SiteReady);
