/** A Node-RED of its own with given flows, and a browser before its editor. */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { stopControllers } from "../../../tools/start/controllers.ts";
import { prepareFolder } from "../../../tools/start/folder.ts";
import { NodeRed } from "../../../tools/start/node-red.ts";
import { freePort } from "../../../tools/start/port.ts";
import { Editor, launchBrowser } from "./editor.ts";

const PROJECT = join(import.meta.dirname, "../../..");

export class EditorOnFlows {
  readonly #folder = join(tmpdir(), `browser-${randomUUID()}`);
  /** Node-RED's folder. */
  readonly userDir = join(this.#folder, "user");
  #nodeRed: NodeRed | null = null;
  #browser: Browser | null = null;

  /** Waits until `type` is in the palette. Whatever fails, `close` gives back what was taken. */
  async open(flows: readonly object[], type: string, size?: { readonly width: number; readonly height: number }): Promise<Editor> {
    const file = join(this.#folder, "flows.json");
    mkdirSync(this.#folder);
    writeFileSync(file, JSON.stringify(flows));
    prepareFolder(this.userDir, file, false);
    this.#nodeRed = new NodeRed({ folder: this.userDir, port: await freePort(), packageFolder: PROJECT });
    await this.#nodeRed.running();
    this.#browser = await launchBrowser();
    return Editor.open(this.#browser, this.#nodeRed.address, type, size);
  }

  /** The end of Node-RED's log. */
  logTail(): string {
    return this.#nodeRed?.logTail() ?? "";
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#nodeRed?.stop();
    await stopControllers(this.userDir, AbortSignal.abort());
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
