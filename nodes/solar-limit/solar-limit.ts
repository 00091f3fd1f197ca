import { homedir } from "node:os";
import { join } from "node:path";
import { Instant, Minutes } from "#core/units/units";
import { begin } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { Resting } from "../shared/resting.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { isDeleted } from "../shared/whole-file.ts";
import type { SolarTime } from "./door-clock.ts";
import { LearnedFile, learnedPath } from "./learned-file.ts";
import { Limiter, type LimiterMemory } from "./limiter.ts";
import type { SolarForm } from "./limiter-config.ts";
import { SolarLimitNode } from "./solar-limit.schema.ts";

/** How often it is written, when it changed. */
const KEEP_EVERY = Minutes(10);

const systemTime: SolarTime = { ...systemScheduler, now: () => Instant(performance.now()) };

/** Limiters between two deployments. Without them each deployment would stop the car and start it again. */
const resting = new Resting<LimiterMemory>(systemTime);

/** Registers the node that turns readings of the sun, the house and the grid into a current limit for the car. */
export default function register(RED: Red): void {
  RED.nodes.registerType(SolarLimitNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, readConfig(SolarLimitNode.fields, raw, SolarLimitNode.migrations)));
  });
}

function start(RED: Red, node: FlowNode, form: SolarForm): void {
  const { name, intervalS, ...effective } = form;
  const settings = JSON.stringify(effective);
  const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
  const file = new LearnedFile(learnedPath(userDir, node.id), (text) => node.warn(text));
  const memory = resting.take(node.id, settings);
  const kept = file.load();
  const limiter = new Limiter(
    form,
    {
      time: systemTime,
      t: RED._,
      topic: name || SolarLimitNode.type,
      limit: (msg) => node.send([msg, null]),
      telemetry: (msg) => node.send([null, msg]),
      show: (status) => node.status(status),
    },
    kept,
    memory,
  );
  let cancelKeep = (): void => {};
  const keep = (): void => {
    cancelKeep = systemTime.after(KEEP_EVERY, keep);
    void file.save(limiter.kept);
  };
  cancelKeep = systemTime.after(KEEP_EVERY, keep);

  node.on("input", (msg, _send, done) => {
    try {
      limiter.receive(msg);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  node.on("close", (removed, done) => {
    cancelKeep();
    limiter.close();
    if (!removed) resting.leave(node.id, settings, limiter.memory);
    (isDeleted(RED, node) ? file.remove() : file.save(limiter.kept)).then(done, done);
  });
}
