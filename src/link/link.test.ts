import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { anEvent, aStatus, aTruth, aWelcome } from "../../test/support/link-samples.ts";
import { type Raw, RawClient } from "../../test/support/raw-client.ts";
import { connectLink, type LinkClient } from "./client.ts";
import type { Reply, RequestFrame } from "./frames.ts";
import { linkPath } from "./link-path.ts";
import { LINK_PROTOCOL, MAX_FRAME_BYTES } from "./messages.ts";
import { LinkServer } from "./server.ts";

describe("link", () => {
  let dir: string;
  let path: string;
  let server: LinkServer;
  let asked: Exclude<RequestFrame, { frame: "truth" }>[];
  let answer: Reply;
  let simulated: boolean;
  const open: { destroy(): void }[] = [];

  const raw = (): RawClient => {
    const client = new RawClient(path);
    open.push(client.socket);
    return client;
  };
  const client = (options: Partial<Parameters<typeof connectLink>[1]> = {}): LinkClient => {
    const link = connectLink(path, { client: "test", ...options });
    open.push({ destroy: () => link.close() });
    return link;
  };
  const makeServer = (): LinkServer =>
    new LinkServer({
      path,
      host: {
        welcome: aWelcome,
        status: aStatus,
        truth: () => (simulated ? aTruth() : null),
        request: (request) => {
          asked.push(request);
          return answer;
        },
      },
    });

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "j1772-link-"));
    path = linkPath(dir, "bay");
    asked = [];
    answer = { ok: true };
    simulated = true;
    server = makeServer();
    await server.listen();
  });

  afterEach(async () => {
    for (const each of open.splice(0)) each.destroy();
    await server.close("test over");
    rmSync(dir, { recursive: true });
  });

  it("welcomes a client and sends a full status at once", async () => {
    const link = client();
    const said: string[] = [];
    link.on("welcome", () => said.push("welcome"));
    link.on("status", () => said.push("status"));
    assert.equal((await link.opened()).charger, "bay");
    if (link.status === null) await once(link, "status");
    assert.deepEqual(said, ["welcome", "status"]);
    assert.equal(server.clients, 1);
  });

  it("carries commands and simulated actions and their answers", async () => {
    const link = client();
    await link.opened();
    assert.deepEqual(await link.command({ command: "limit", limitA: 16 }), { ok: true });
    answer = { ok: false, code: "notPlugged", message: "No car." };
    assert.deepEqual(await link.sim({ do: "plug", car: { rude: true } }, 50), answer);
    assert.deepEqual(
      asked.map(({ id, ...rest }) => rest),
      [
        { frame: "command", ask: { command: "limit", limitA: 16 } },
        { frame: "sim", action: { do: "plug", car: { rude: true } }, afterMs: 50 },
      ],
    );
  });

  it("tells the truth of a simulation once, or with each status, and refuses on a real board", async () => {
    const link = client();
    await link.opened();
    const truths: unknown[] = [];
    link.on("truth", (truth) => truths.push(truth));
    await link.askTruth();
    server.publishTruth(aTruth);
    await link.askTruth(true);
    server.publishTruth(aTruth);
    await link.askTruth(false);
    assert.equal(truths.length, 4);
    simulated = false;
    const reply = await link.askTruth();
    assert.equal(reply.ok || reply.code, "notSimulated");
  });

  it("sends a returning client the events it missed, and no event twice", async () => {
    const first = client();
    await first.opened();
    server.publishEvent(anEvent("1"));
    await once(first, "event");
    first.close();
    server.publishEvent(anEvent("2"));
    server.publishEvent(anEvent("3"));
    const second = client({ seen: first.seen });
    const ids: string[] = [];
    second.on("event", ({ id }) => ids.push(id));
    await second.opened();
    await second.command({ command: "pause" });
    assert.deepEqual(ids, ["2", "3"]);
    assert.equal(second.seen, "3");
  });

  it("says once why the line is lost, and fails what was asked", async () => {
    const link = client();
    await link.opened();
    const lost: string[] = [];
    link.on("lost", ({ code }) => lost.push(code));
    const closing = once(link, "lost");
    await server.close("going to sleep");
    await closing;
    assert.deepEqual(lost, ["shuttingDown"]);
    await assert.rejects(link.command({ command: "pause" }), { name: "LinkLost", code: "notConnected" });
    await assert.rejects(link.opened(), { name: "LinkLost", code: "closed" });
  });

  it("is lost with a reason when no controller is there", async () => {
    await server.close("gone");
    await assert.rejects(client().opened(), { name: "LinkLost", code: "noController" });
  });

  it("is lost when a controller accepts but never welcomes, stops talking, or leaves a request unanswered", async () => {
    const mute = createServer((socket) => socket.on("error", () => {}));
    const mutePath = linkPath(dir, "mute");
    mute.listen(mutePath);
    await once(mute, "listening");
    const link = connectLink(mutePath, { client: "test", welcomeWithinMs: 30 });
    await assert.rejects(link.opened(), { code: "noWelcome" });

    const welcomeOnly = createServer((socket) => {
      socket.on("error", () => {});
      socket.write(`${JSON.stringify({ frame: "welcome", protocol: LINK_PROTOCOL, ...aWelcome() })}\n`);
    });
    const silentPath = linkPath(dir, "silent");
    welcomeOnly.listen(silentPath);
    await once(welcomeOnly, "listening");
    const silent = connectLink(silentPath, { client: "test", silentAfterMs: 500, answerWithinMs: 20 });
    const lost = once(silent, "lost");
    await silent.opened();
    await assert.rejects(silent.command({ command: "pause" }), { code: "noAnswer" });
    const [reason] = await lost;
    assert.equal(reason.code, "silent");
    mute.close();
    welcomeOnly.close();
  });

  it("tells a client of another protocol so, whatever else its hello holds", async () => {
    const peer = raw();
    peer.send({ frame: "hello", protocol: 99, client: "future", novelty: true });
    const bye = await peer.hear("bye");
    assert.equal(bye.code, "wrongProtocol");
    assert.match(String(bye.reason), /protocol 1.*99.*same version/);
    await peer.closed();
  });

  it("carries nothing out before the hello", async () => {
    const peer = raw();
    peer.send({ frame: "command", id: "1", ask: { command: "limit", limitA: 32 } });
    assert.equal((await peer.hear("bye")).code, "noHello");
    assert.deepEqual(asked, []);
  });

  const hangsUp: readonly (readonly [string, string, string | Buffer])[] = [
    ["an oversized frame", "tooLong", `{"frame":"command","id":"1","ask":"${"x".repeat(MAX_FRAME_BYTES)}"}\n`],
    ["an endless line", "tooLong", "x".repeat(3 * MAX_FRAME_BYTES)],
    ["a line that is not JSON", "badFrame", "limit 16 please\n"],
    ["bytes that are not UTF-8", "badFrame", Buffer.from([0x7b, 0xff, 0x7d, 0x0a])],
    ["a __proto__ key", "badFrame", '{"frame":"command","id":"1","ask":{"command":"pause"},"__proto__":{"ok":1}}\n'],
    ["a request without an id", "badFrame", '{"frame":"command","ask":{"command":"pause"}}\n'],
  ];
  for (const [what, code, bytes] of hangsUp) {
    it(`hangs up on ${what}, says why, and serves the others on [F-33]`, async () => {
      const good = client();
      await good.opened();
      const bad = raw();
      bad.hello();
      await bad.hear("welcome");
      bad.socket.write(bytes);
      assert.equal((await bad.hear("bye")).code, code);
      await bad.closed();
      assert.deepEqual(await good.command({ command: "resume" }), { ok: true });
      assert.equal(asked.length, 1);
      assert.equal(server.clients, 1);
    });
  }

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ["NaN amps", { command: "limit", limitA: Number.NaN }, /limitA/],
    ["a negative limit", { command: "limit", limitA: -1 }, />=0, got -1/],
    ["a limit as text", { command: "limit", limitA: "16" }, /expected number, got "16"/],
    ["a huge limit", { command: "limit", limitA: 1e9 }, /<=80/],
    ["an unknown key", { command: "pause", until: 5 }, /until is not a known key/],
    ["an unknown command", { command: "closeRelay" }, /closeRelay/],
    ["no command", null, /ask/],
  ];
  for (const [what, ask, message] of refused) {
    it(`refuses ${what} by a reply and carries nothing out [F-39]`, async () => {
      const peer = raw();
      peer.hello();
      peer.send({ frame: "command", id: "7", ask });
      const reply = await peer.hear("reply");
      assert.deepEqual([reply.id, reply.ok, reply.code], ["7", false, "invalid"]);
      assert.match(String(reply.message), message);
      assert.deepEqual(asked, []);
    });
  }

  it("carries a request received twice out once, and refuses an id used for something else [F-33]", async () => {
    const peer = raw();
    peer.hello();
    peer.send({ frame: "command", id: "1", ask: { command: "reset" } });
    peer.send({ frame: "command", id: "1", ask: { command: "reset" } });
    peer.send({ frame: "command", id: "1", ask: { command: "pause" } });
    await peer.hear("reply", (frame) => frame.code === "duplicateId");
    assert.deepEqual(
      asked.map((request) => request.frame === "command" && request.ask.command),
      ["reset"],
    );
    assert.equal(peer.heard.filter((frame) => frame.frame === "reply" && frame.ok === true).length, 2);
  });

  it("refuses a flood, lets stops through it, and keeps the event loop turning [F-33]", async () => {
    const peer = raw();
    peer.hello();
    await peer.hear("welcome");
    let longestTurn = 0;
    let last = process.cpuUsage();
    const beat = setInterval(() => {
      // What this process works counts; how long a busy machine keeps it waiting does not.
      const { user, system } = process.cpuUsage(last);
      longestTurn = Math.max(longestTurn, (user + system) / 1000);
      last = process.cpuUsage();
    }, 1);
    const flood = Array.from({ length: 10_000 }, (_, n) =>
      JSON.stringify({ frame: "command", id: `f${n}`, ask: { command: "limit", limitA: 6 + (n % 10) } }),
    );
    peer.socket.write(`${flood.join("\n")}\n`);
    peer.send({ frame: "command", id: "stop", ask: { command: "pause" } });
    assert.equal((await peer.hear("reply", (frame) => frame.id === "stop")).ok, true);
    clearInterval(beat);
    const tooMany = peer.heard.filter((frame) => frame.code === "tooMany").length;
    assert.ok(tooMany > 9_000, `${tooMany} refused`);
    assert.ok(asked.length < 1_000, `${asked.length} carried out`);
    assert.equal(asked.at(-1)?.id, "stop");
    assert.ok(longestTurn < 250, `the event loop stood still for ${longestTurn} ms of work`);
  });

  it("gives a client that does not read the newest status, and drops it when it misses too many events", async () => {
    const slow = raw();
    slow.hello();
    await slow.hear("welcome");
    slow.socket.pause();
    for (let n = 0; n < 3_000; n += 1) server.publishStatus({ ...aStatus(), at: n });
    await new Promise(setImmediate);
    slow.socket.resume();
    await slow.hear("status", (frame) => (frame.status as Raw).at === 2_999);
    const statuses = slow.heard.filter((frame) => frame.frame === "status").length;
    assert.ok(statuses < 3_000, `${statuses} of 3000 sent`);

    slow.socket.pause();
    for (let n = 0; n < 20_000 && server.clients > 0; n += 1) {
      server.publishEvent({ ...anEvent(String(n)), reason: "x".repeat(200) });
    }
    slow.socket.resume();
    assert.equal((await slow.hear("bye")).code, "tooSlow");
    await slow.closed();
  });

  it("stops reading from a client that does not read its answers", async () => {
    const peer = raw();
    peer.hello();
    await peer.hear("welcome");
    peer.socket.pause();
    const frames = Array.from({ length: 50_000 }, (_, n) => JSON.stringify({ frame: "truth", id: `t${n}` })).join("\n");
    peer.socket.write(`${frames}\n`);
    const before = process.memoryUsage().heapUsed;
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    assert.ok(process.memoryUsage().heapUsed - before < 30_000_000);
    assert.ok(peer.socket.writableLength > 0, "everything was read although no answer was");
  });

  it("refuses the 33rd client with a reason", async () => {
    const links = Array.from({ length: 32 }, () => client());
    await Promise.all(links.map((link) => link.opened()));
    await assert.rejects(client().opened(), { code: "tooManyClients" });
  });

  it("does not listen where another controller listens [F-44]", async () => {
    await assert.rejects(makeServer().listen(), { name: "StoreUnavailable", code: "socketTaken" });
    await client().opened();
  });

  it("survives any bytes from a stranger and leaks no connection", async () => {
    const good = client();
    await good.opened();
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json({ maxDepth: 3 }).map((text) => Buffer.from(`${text}\n`)),
      fc
        .record({
          frame: fc.constantFrom("hello", "command", "sim", "truth", "bye", "x"),
          id: fc.string(),
          ask: fc.jsonValue(),
          protocol: fc.anything(),
        })
        .map((frame) => Buffer.from(`${JSON.stringify(frame, (_, value) => (typeof value === "bigint" ? String(value) : value))}\n`)),
      fc.constantFrom(
        Buffer.from(`{"frame":"hello","protocol":${LINK_PROTOCOL},"client":"fuzz"}\n`),
        Buffer.from('{"frame":"hello"'),
        Buffer.from('{"frame":"command","id":"1","ask":{"command":"limit","limitA":1e400}}\n'),
        Buffer.from('{"frame":"command","id":"constructor","ask":{"command":"pause"}}\n'),
        Buffer.from("\n\n\n"),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), fc.boolean(), async (pieces, abrupt) => {
        const stranger = new RawClient(path);
        for (const bytes of pieces) stranger.socket.write(bytes);
        if (abrupt) stranger.socket.destroy();
        else stranger.socket.end();
        await stranger.closed();
        for (const frame of stranger.heard) assert.ok(["welcome", "status", "reply", "bye", "truth"].includes(String(frame.frame)));
      }),
      { seed: 3, numRuns: 150 },
    );
    assert.deepEqual(await good.command({ command: "resume" }), { ok: true });
    assert.equal(server.clients, 1);
  });
});
