import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { Instant } from "#core/units/units";
import { begin, tell } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { Resting } from "../shared/resting.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { type StoreHandle, storeOf } from "../shared/store-handle.ts";
import { Answerer } from "./answerer.ts";
import { Keeper, type LogForm, type LogMemory, type LogTime } from "./keeper.ts";
import { LogFiles } from "./log-files.ts";
import { SessionLogNode } from "./session-log.schema.ts";

const systemTime: LogTime = { ...systemScheduler, now: () => Instant(performance.now()) };

/** Logs between two deployments: what they know to the second, and what the store had not taken yet. Later the store is asked. */
const resting = new Resting<LogMemory>(systemTime);

/** Registers the node that keeps charging sessions and answers questions about them. */
export default function register(RED: Red): void {
  RED.nodes.registerType(SessionLogNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => {
      const form = readConfig(SessionLogNode.fields, raw, SessionLogNode.migrations);
      start(RED, this, form, storeOf(RED, form.store));
    });
  });
}

function start(RED: Red, node: FlowNode, form: LogForm, kept: StoreHandle): void {
  const { store } = form;
  const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
  const warn = (text: string): void => node.warn(text);
  const folder = form.folder || join(userDir, "j1772", "logs");
  const files = form.logFiles ? new LogFiles({ folder, kept, time: systemTime, warn }) : null;
  const answerer = new Answerer(kept, systemTime, RED.util.cloneMessage);
  const keeper = new Keeper(
    form,
    kept,
    {
      time: systemTime,
      t: RED._,
      charger: form.name || SessionLogNode.type,
      newId: randomUUID,
      news: (msg) => node.send([null, msg]),
      show: (status) => node.status(status),
      warn,
      recorded: (batch) => files?.hear(batch),
      answer: (question, msg) => answerer.answer(question, msg, (part) => node.send([part, null])),
    },
    // What it knew is of use only where it still writes into the same store.
    resting.take(node.id, store),
  );

  node.on("input", (msg, _send, done) => tell(node, done, keeper.receive(msg)));
  node.on("close", (removed, done) => {
    answerer.close();
    // The files follow the store: they close when it has what there is.
    keeper
      .close()
      .then(() => files?.close())
      .then(() => {
        if (!removed) resting.leave(node.id, store, keeper.memory);
        else if (keeper.memory.waiting.samples.length > 0) warn("The node is gone; what the store had not taken yet is gone with it.");
      })
      .then(done, done);
  });
}
