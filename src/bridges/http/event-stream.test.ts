import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { EventStream, type Timer } from "#bridges/http/event-stream";

class FakeTimer implements Timer {
  readonly planned: { ms: number; then: () => void }[] = [];
  after(ms: number, then: () => void): () => void {
    const one = { ms, then };
    this.planned.push(one);
    return () => void this.planned.splice(this.planned.indexOf(one), this.planned.includes(one) ? 1 : 0);
  }
  fire(ms: number): void {
    for (const one of this.planned.filter((planned) => planned.ms === ms)) {
      this.planned.splice(this.planned.indexOf(one), 1);
      one.then();
    }
  }
}

/** A client as the server sees it; `reads` says whether it takes what is written. */
class FakeClient extends EventEmitter {
  reads = true;
  heard = "";
  ended = false;
  destroyed = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.heard += text;
    return this.reads;
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

const BEAT = 15_000;
const PATIENCE = 10_000;

function streamFor(most = 3) {
  const timer = new FakeTimer();
  let newest = 0;
  const stream = new EventStream({
    timer,
    mostClients: most,
    patienceMs: PATIENCE,
    beatMs: BEAT,
    whole: () => ({ event: "now", data: { newest } }),
  });
  const join = (): FakeClient => {
    const client = new FakeClient();
    stream.open({} as IncomingMessage, client as unknown as ServerResponse);
    return client;
  };
  return { timer, stream, join, set: (value: number) => (newest = value) };
}

describe("stream of events", () => {
  it("does not wait for a client that was gone before it was heard", () => {
    const { stream, timer } = streamFor();
    const client = new FakeClient();
    client.destroyed = true;
    stream.open({} as IncomingMessage, client as unknown as ServerResponse);
    assert.deepEqual([stream.clients, timer.planned], [0, []]);
  });

  it("tells a new client everything, then what is new", () => {
    const { stream, join } = streamFor();
    const client = join();
    assert.equal(client.heard, 'retry: 1500\n\nevent: now\ndata: {"newest":0}\n\n');
    client.heard = "";
    stream.publish({ event: "charger", data: { text: "two\nlines" } });
    assert.equal(client.heard, 'event: charger\ndata: {"text":"two\\nlines"}\n\n');
  });

  it("gives a sign of life for as long as somebody listens", () => {
    const { timer, join } = streamFor();
    const client = join();
    join();
    timer.fire(BEAT);
    assert.match(client.heard, /event: beat\ndata: \{\}\n\n$/);
    assert.equal(timer.planned.length, 1);
    client.destroy();
    assert.equal(timer.planned.length, 1);
  });

  it("leaves no timer behind when nobody listens any more", () => {
    const { timer, join, stream } = streamFor();
    join().destroy();
    assert.deepEqual([timer.planned.length, stream.clients], [0, 0]);
  });

  it("turns away more clients than it has room for, and takes one again when another has left", () => {
    const { stream, join } = streamFor(2);
    const first = join();
    join();
    assert.throws(join, { status: 503, code: "tooManyClients" });
    first.destroy();
    join();
    assert.equal(stream.clients, 2);
  });

  it("keeps nothing for a client that does not read, and tells it the newest when it reads again", () => {
    const { stream, join, set, timer } = streamFor();
    const client = join();
    client.reads = false;
    stream.publish({ event: "charger", data: 1 });
    const held = client.heard.length;
    for (let more = 0; more < 1000; more++) stream.publish({ event: "charger", data: more });
    assert.equal(client.heard.length, held);
    set(7);
    client.reads = true;
    client.emit("drain");
    assert.match(client.heard.slice(held), /^event: now\ndata: \{"newest":7\}\n\n$/);
    timer.fire(PATIENCE);
    assert.equal(client.destroyed, false);
  });

  it("lets a client go that does not read for long", () => {
    const { stream, join, timer } = streamFor();
    const client = join();
    client.reads = false;
    stream.publish({ event: "charger", data: 1 });
    timer.fire(PATIENCE);
    assert.deepEqual([client.destroyed, stream.clients], [true, 0]);
  });

  it("ends every stream when it is closed, and takes no more", () => {
    const { stream, join, timer } = streamFor();
    const client = join();
    stream.close();
    assert.deepEqual([client.ended, timer.planned.length], [true, 0]);
    assert.throws(join, { status: 503 });
  });
});
