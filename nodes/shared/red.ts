/** The small part of Node-RED's runtime that the nodes call, typed. */

/** Looks a text up in the node's own catalogue; `__name__` in the text is replaced by `values.name`. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export interface FlowMessage {
  _msgid?: string;
  topic?: unknown;
  payload?: unknown;
  [property: string]: unknown;
}

export interface NodeStatus {
  readonly fill?: "red" | "green" | "yellow" | "blue" | "grey";
  readonly shape?: "dot" | "ring";
  readonly text?: string;
}

/** One message for output 1, or one entry per output; null sends nothing there. */
export type Send = (messages: FlowMessage | readonly (FlowMessage | null)[]) => void;
/** Called exactly once for each message received. */
export type Done = (error?: Error) => void;

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** The flow that it is in, or the instance of a subflow. */
  readonly z?: string;
  /** In an instance of a subflow: which node of the subflow it is. */
  readonly _alias?: string;
  /** Secret fields that were filled in. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  on(event: "input", listener: (msg: FlowMessage, send: Send, done: Done) => void): void;
  on(event: "close", listener: (removed: boolean, done: () => void) => void): void;
  removeListener(event: "input", listener: (msg: FlowMessage, send: Send, done: Done) => void): void;
  send: Send;
  status(status: NodeStatus): void;
  log(text: string): void;
  warn(text: string): void;
  error(text: string | Error): void;
}

/** A node as the flow file holds it: untrusted until a schema has read it. */
export type RawConfig = Readonly<Record<string, unknown>> & { readonly id: string };

export interface Red {
  readonly _: Translate;
  readonly settings: { readonly userDir?: string | undefined };
  readonly events: { once(event: "flows:started", listener: () => void): void };
  /** A copy whose parts are its own, but for the `req` and `res` of a browser that waits. */
  readonly util: { cloneMessage(msg: FlowMessage): FlowMessage };
  readonly nodes: {
    createNode(node: FlowNode, config: RawConfig): void;
    registerType<N extends FlowNode>(
      type: string,
      create: (this: N, config: RawConfig) => void,
      options?: { readonly credentials: Readonly<Record<string, { readonly type: "password" }>> },
    ): void;
    getNode(id: string): unknown;
    /** Every node of the flows as they are deployed now, also those that are disabled. */
    eachNode(visit: (node: { readonly id: string }) => void): void;
  };
}
