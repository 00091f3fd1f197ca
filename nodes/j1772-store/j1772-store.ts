import { homedir } from "node:os";
import { join } from "node:path";
import { isSecret } from "../shared/fields.ts";
import { readConfig } from "../shared/read-config.ts";
import type { FlowNode, RawConfig, Red } from "../shared/red.ts";
import { systemScheduler } from "../shared/scheduler.ts";
import type { StoreHandle } from "../shared/store-handle.ts";
import { StoreNode } from "./j1772-store.schema.ts";
import { storeSettings } from "./store-settings.ts";
import { type Log, Stores } from "./stores.ts";

const stores = new Stores(systemScheduler);

const secrets = Object.entries(StoreNode.fields).filter(([, field]) => isSecret(field));
const credentials = Object.fromEntries(secrets.map(([name]) => [name, { type: "password" } as const]));

/** Registers the configuration node that is one store of sessions. */
export default function register(RED: Red): void {
  RED.nodes.registerType(
    StoreNode.type,
    function (this: FlowNode & { kept: StoreHandle | null }, raw: RawConfig) {
      RED.nodes.createNode(this, raw);
      this.kept = null;
      try {
        const form = readConfig(StoreNode.fields, { ...raw, ...this.credentials }, StoreNode.migrations);
        const userDir = RED.settings.userDir ?? join(homedir(), ".node-red");
        const log: Log = (text, level) => (level === "info" ? this.log(text) : this.warn(text));
        this.kept = stores.take(this.id, storeSettings(form, userDir), log);
      } catch (error) {
        this.error(error as Error);
        void stores.drop(this.id);
      }

      // Closed but not removed is a deployment, or the end of Node-RED: what waits to be written is written.
      this.on("close", (removed, done) => {
        if (removed) {
          stores.drop(this.id).then(done, done);
          return;
        }
        stores.rest(this.id);
        done();
      });
    },
    { credentials },
  );
}
