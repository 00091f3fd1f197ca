import { readFileSync } from "node:fs";
import { cleanPath, sharedDoors } from "#bridges/http/doors";
import { EventStream } from "#bridges/http/event-stream";
import { ConfigError } from "#core/errors";
import type { ConfigOf } from "../shared/fields.ts";
import { begin } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig } from "../shared/red.ts";
import { Resting } from "../shared/resting.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { storeOf } from "../shared/store-handle.ts";
import { authenticatedUser, isProtected, throughMiddleware, type WebRed } from "../shared/web.ts";
import { ChargeStatusNode } from "./charge-status.schema.ts";
import { Control } from "./control.ts";
import { pageHandler } from "./handler.ts";
import { type LiveMemory, newMemory } from "./live.ts";
import { newsOf } from "./news.ts";
import { builtPages, type Pages } from "./page-file.ts";
import { StatusPage } from "./status-page.ts";

type Form = ConfigOf<typeof ChargeStatusNode.fields>;

/** A page that does not read for this long is let go, ms. */
const PATIENCE = 15_000;
/** A page takes the line for dead after two of these, ms. */
const BEAT = 10_000;

/** What pages knew outlives a deployment. */
const memories = new Resting<LiveMemory>(systemScheduler);
let built: Pages | null = null;

/** Registers the node that shows the chargers on a page and tells other programs of them. */
export default function register(RED: WebRed): void {
  RED.nodes.registerType(ChargeStatusNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, readConfig(ChargeStatusNode.fields, raw, ChargeStatusNode.migrations)));
  });
}

function start(RED: WebRed, node: FlowNode, form: Form): void {
  const { httpNode, settings } = RED;
  const path = cleanPath(form.path);
  if (httpNode === undefined || settings.httpNodeRoot === false) {
    throw new ConfigError("noPages", "Node-RED shows no pages: httpNodeRoot is false in its settings.");
  }
  const own = form.store === null ? null : storeOf(RED, form.store);
  const sample = form.sample === null ? null : storeOf(RED, form.sample);
  // The path first: a page that finds it taken must not go on watching where nobody sees it.
  const takeDown = sharedDoors.hang(httpNode, path, node.id, (request, response, rest) =>
    throughMiddleware(settings, request, response, () => handler(request, response, rest)),
  );
  const memory = memories.take(node.id, ChargeStatusNode.type) ?? newMemory();
  const scheduler = systemScheduler;
  const page: StatusPage = new StatusPage({
    scheduler,
    memory,
    name: form.name,
    staleAfterMs: form.staleAfterS === null ? null : form.staleAfterS * 1000,
    own,
    sample,
    stream: (whole) => new EventStream({ timer: scheduler, mostClients: form.mostClients, patienceMs: PATIENCE, beatMs: BEAT, whole }),
    control: new Control({
      isSwitchedOn: form.control,
      isProtected: isProtected(settings),
      userOf: (request) => authenticatedUser(settings, request),
      scheduler,
      send: ({ charger, ...ask }) => {
        const payload = ask.command === "limit" ? { limitA: ask.limitA, limitedBy: "user" } : { ...ask, by: "statusPage" };
        node.send({ topic: charger, payload });
      },
    }),
    shown: (status) => node.status(status),
    t: RED._,
    pages: () => {
      built ??= builtPages();
      return built;
    },
    description: () => readFileSync(new URL("./openapi.json", import.meta.url), "utf8"),
    complain: (error) => node.error(error as Error),
  });
  const handler = pageHandler(page);

  node.on("input", (msg, _send, done) => {
    try {
      page.hear(newsOf(msg.topic, msg.payload, form.name || ChargeStatusNode.type, scheduler.wall()));
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  node.on("close", (removed, done) => {
    takeDown();
    page.close();
    if (!removed) memories.leave(node.id, ChargeStatusNode.type, memory);
    done();
  });
}
