import { homedir } from "node:os";
import { join } from "node:path";
import { cleanPath, sharedDoors } from "#bridges/http/doors";
import { ConfigError } from "#core/errors";
import { Instant } from "#core/units/units";
import { begin, tell } from "../shared/flow-node.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import { storeOf } from "../shared/store-handle.ts";
import { throughMiddleware, type WebRed } from "../shared/web.ts";
import { BayAlertNode } from "./bay-alert.schema.ts";
import { BaySite } from "./bay-site.ts";
import { type BayForm, type ServerFacts, siteFactsOf } from "./site-facts.ts";
import { siteKeyPath, siteKeys } from "./site-key.ts";

/** Registers the node for bays that several drivers share: pages, queue, and a channel to whoever charges. */
export default function register(RED: WebRed): void {
  RED.nodes.registerType(BayAlertNode.type, function (this: FlowNode, raw: RawConfig) {
    RED.nodes.createNode(this, raw);
    begin(RED, this, () => start(RED, this, readConfig(BayAlertNode.fields, raw, BayAlertNode.migrations)));
  });
}

function start(RED: WebRed, node: FlowNode, form: BayForm): void {
  const { httpNode, settings } = RED;
  const { documents, timeZone } = storeOf(RED, form.store);
  if (httpNode === undefined || settings.httpNodeRoot === false) {
    throw new ConfigError("noPages", "Node-RED shows no pages: httpNodeRoot is false in its settings.");
  }
  const path = cleanPath(form.path);
  const site = siteFactsOf(form, path, settings as ServerFacts, timeZone);
  // A site is known by its address: the node may be imported anew, and one database may serve many sites.
  const collection = form.publicUrl === "" ? path : site.publicUrl;
  const keys = siteKeys(siteKeyPath(settings.userDir ?? join(homedir(), ".node-red"), collection));
  // The path first: a copy of this node that finds it taken must not keep the same site a second time.
  const takeDown = sharedDoors.hang(httpNode, path, node.id, (request, response, rest) =>
    throughMiddleware(settings, request, response, () => open.handle(request, response, rest ?? "/")),
  );
  const open: BaySite = new BaySite({
    site,
    keys,
    documents,
    collection,
    smsToken: form.smsToken,
    contact: form.contact,
    now: () => Instant(performance.now()),
    scheduler: systemScheduler,
    t: RED._,
    send: (messages) => node.send(messages),
    show: (status) => node.status(status),
    warn: (text) => node.warn(text),
    error: (error) => node.error(error as Error),
  });

  node.on("input", (msg, _send, done) => tell(node, done, open.receive(msg)));
  node.on("close", (_removed, done) => {
    takeDown();
    open.close().then(done, done);
  });
}
