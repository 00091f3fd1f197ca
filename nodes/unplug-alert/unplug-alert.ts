import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { Instant } from "#core/units/units";
import { begin } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { isDeleted } from "../shared/whole-file.ts";
import type { AlertForm } from "./alert-config.ts";
import { newSecret } from "./answer-link.ts";
import { KeptFile, keptPath } from "./kept-file.ts";
import { UnplugAlertNode } from "./unplug-alert.schema.ts";
import { type AlertTime, freshlyKept, Watcher } from "./watcher.ts";

const systemTime: AlertTime = { ...systemScheduler, now: () => Instant(performance.now()) };

/** Registers the node that tells a car's owner that it was unplugged, and never when it was them. */
export default function register(RED: Red): void {
  RED.nodes.registerType(UnplugAlertNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, readConfig(UnplugAlertNode.fields, raw, UnplugAlertNode.migrations)));
  });
}

function start(RED: Red, node: FlowNode, form: AlertForm): void {
  const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
  const file = new KeptFile(keptPath(userDir, node.id), (text) => node.warn(text));
  const fresh = () => freshlyKept(randomBytes(4).toString("hex"), newSecret(), form.armed, systemTime.wall());
  const watcher = new Watcher(
    form,
    {
      time: systemTime,
      t: RED._,
      systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      send: (messages) => node.send(messages),
      show: (status) => node.status(status),
      keep: (kept) => file.save(kept),
    },
    file.load() ?? fresh(),
  );

  node.on("input", (msg, _send, done) => {
    try {
      watcher.receive(msg);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  node.on("close", (_removed, done) => {
    watcher
      .close()
      .then(() => (isDeleted(RED, node) ? file.remove() : undefined))
      .then(done, done);
  });
}
