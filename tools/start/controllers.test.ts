import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeController } from "../../test/flows/support/fake-controller.ts";
import { stopControllers } from "./controllers.ts";
import { CHARGER_FOLDER } from "./folder.ts";

describe("the controllers of a demo", () => {
  let parent: string;
  let folder: string;
  let controller: FakeController;

  /** A charger's folder, with what its controller was started with. */
  function charger(name: string, config: string): string {
    const place = join(folder, CHARGER_FOLDER, name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "controller.json"), config);
    return place;
  }

  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), "controllers-"));
    folder = join(parent, "my {demo} [1]*");
    const socket = join(parent, "line");
    const { pid } = spawnSync(process.execPath, ["--version"]);
    controller = await FakeController.on(socket, { pid });
    charger("c1", JSON.stringify({ version: 1, charger: "bay", driver: { kind: "sim" }, socket }));
  });
  afterEach(async () => {
    await controller.close();
    rmSync(parent, { recursive: true, force: true });
  });

  it("are asked to end in a folder of any name", async () => {
    await stopControllers(folder, new AbortController().signal);
    assert.deepEqual(controller.commands, [{ command: "shutdown" }]);
  });

  it("are asked to end although the file of another one cannot be read", async () => {
    charger("c0", "{");
    charger("c2", JSON.stringify({ version: 99 }));
    mkdirSync(join(folder, CHARGER_FOLDER, "solar"));
    const warnings: string[] = [];
    await stopControllers(folder, new AbortController().signal, (text) => warnings.push(text));
    assert.match(warnings.toSorted().join("\n"), /c0\/controller\.json .* Expected JSON.*\n.*c2\/controller\.json .* version 99/);
    assert.deepEqual(controller.commands, [{ command: "shutdown" }]);
  });

  it("may be none at all", async () => {
    await stopControllers(join(parent, "nothing here"), new AbortController().signal);
    assert.deepEqual(controller.commands, []);
  });
});
