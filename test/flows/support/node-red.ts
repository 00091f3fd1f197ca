/** Node-RED in this process, without an editor: flows are loaded, deployed and listened to. */
import { type EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import type { FlowMessage, FlowNode, NodeStatus, Red } from "../../../nodes/shared/red.ts";

export interface FlowFileNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** A node as a test sees it: it can be sent to, and its calls can be listened to. */
interface RunningNode extends FlowNode {
  receive(msg: FlowMessage): void;
}

/** A sinon call, as the helper reports it. */
interface Call<A> {
  readonly args: readonly A[];
}

interface Listening {
  on(event: "input", listener: (msg: FlowMessage) => void): void;
  on(event: "call:status", listener: (call: Call<NodeStatus>) => void): void;
  on(event: "call:error", listener: (call: Call<Error | string>) => void): void;
}

interface Helper {
  init(runtime: string, settings: object): void;
  settings(settings: object): void;
  startServer(done: (error?: Error) => void): void;
  stopServer(done: (error?: Error) => void): void;
  load(nodes: readonly ((red: Red) => void)[], flow: readonly FlowFileNode[]): Promise<void>;
  unload(): Promise<void>;
  setFlows(flow: readonly FlowFileNode[], type: "full" | "nodes" | "flows"): Promise<void>;
  getNode(id: string): (RunningNode & Listening) | null;
}

const require = createRequire(import.meta.url);
const helper: Helper = require("node-red-node-test-helper");

const { events }: { readonly events: EventEmitter } = require("@node-red/util");

type Register = (red: Red) => void;

/** A folder that can be removed with all that is in it. */
interface Folder {
  readonly path: string;
  remove(): void;
}

export class NodeRed {
  readonly #nodes: readonly Register[];

  constructor(nodes: readonly Register[]) {
    this.#nodes = nodes;
  }

  start(userDir: string, done: (error?: Error) => void): void {
    helper.init(require.resolve("node-red"), { userDir });
    helper.startServer(done);
  }

  stop(done: (error?: Error) => void): void {
    helper.stopServer(done);
  }

  /** Starts before the tests of a suite, in a folder that is made for them, and stops after them; the folder goes with it. */
  runIn(make: () => Folder): void {
    let folder: Folder;
    before((done) => {
      folder = make();
      this.start(folder.path, done);
    });
    after((done) => {
      this.stop((error) => {
        folder.remove();
        done(error);
      });
    });
  }

  load(flow: readonly FlowFileNode[]): Promise<void> {
    return helper.load(this.#nodes, flow);
  }

  /** Deploys as the editor does; every node is closed and created again when it is full. */
  async deploy(flow: readonly FlowFileNode[], type: "full" | "nodes" | "flows" = "full"): Promise<void> {
    const started = once(events, "flows:started");
    // The helper gives up after 300 ms. Nodes that write to a slow disk while they close take longer.
    await helper.setFlows(flow, type).catch((error: Error) => {
      if (error.message !== "timeout waiting event") throw error;
    });
    await started;
  }

  unload(): Promise<void> {
    return helper.unload();
  }

  send(id: string, msg: FlowMessage): void {
    this.#node(id).receive(msg);
  }

  /** What a helper or catch node receives from now on. */
  inbox(id: string): Inbox<FlowMessage> {
    const inbox = new Inbox<FlowMessage>();
    this.#node(id).on("input", (msg) => inbox.put(msg));
    return inbox;
  }

  /** What a node shows under itself from now on. */
  statuses(id: string): Inbox<NodeStatus> {
    const inbox = new Inbox<NodeStatus>();
    this.#node(id).on("call:status", ({ args: [status] }) => status && inbox.put(status));
    return inbox;
  }

  #node(id: string): RunningNode & Listening {
    const node = helper.getNode(id);
    if (node === null) throw new Error(`There is no node "${id}".`);
    return node;
  }
}

/** Things that arrive, in order, and a way to wait for one. */
export class Inbox<T> {
  readonly all: T[] = [];
  #waiting: (() => void)[] = [];

  put(thing: T): void {
    this.all.push(thing);
    for (const look of this.#waiting.splice(0)) look();
  }

  /** The first thing, already here or still to come, of which `claim` holds. */
  async find(claim: (thing: T) => boolean = () => true): Promise<T> {
    for (;;) {
      const found = this.all.find(claim);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
