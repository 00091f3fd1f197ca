import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHARGER_FOLDER, FLOWS_FILE, prepareFolder, SETTINGS_FILE } from "./folder.ts";

describe("demo folder", () => {
  let parent: string;
  let folder: string;
  let example: string;
  const flows = (): string => readFileSync(join(folder, FLOWS_FILE), "utf8");

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "demo-folder-"));
    folder = join(parent, "demo");
    example = join(parent, "example.json");
    writeFileSync(example, '[{"id":"example"}]');
  });

  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it("is made with the example and settings that listen on this machine only and ask nobody", () => {
    assert.equal(prepareFolder(folder, example, false), true);
    assert.equal(flows(), '[{"id":"example"}]');
    const settings = createRequire(join(folder, SETTINGS_FILE))(join(folder, SETTINGS_FILE));
    assert.equal(settings.uiHost, "127.0.0.1");
    assert.equal(settings.telemetry.enabled, false);
    assert.equal(settings.externalModules.palette.allowInstall, false);
    assert.equal(settings.editorTheme.tours, false);
    assert.match(settings.credentialSecret, /^[0-9a-f]{48}$/);
  });

  it("keeps a user's flows and settings at the second start", () => {
    prepareFolder(folder, example, false);
    writeFileSync(join(folder, FLOWS_FILE), "mine");
    writeFileSync(join(folder, SETTINGS_FILE), "module.exports = { mine: true };");
    assert.equal(prepareFolder(folder, example, false), false);
    assert.equal(flows(), "mine");
    assert.equal(readFileSync(join(folder, SETTINGS_FILE), "utf8"), "module.exports = { mine: true };");
  });

  it("has a secret of its own", () => {
    const other = join(parent, "other");
    prepareFolder(folder, example, false);
    prepareFolder(other, example, false);
    assert.notEqual(readFileSync(join(folder, SETTINGS_FILE), "utf8"), readFileSync(join(other, SETTINGS_FILE), "utf8"));
  });

  it("with --fresh has the example again, the user's flows beside it, and a charger without history", () => {
    prepareFolder(folder, example, false);
    writeFileSync(join(folder, FLOWS_FILE), "mine");
    mkdirSync(join(folder, CHARGER_FOLDER));
    writeFileSync(join(folder, CHARGER_FOLDER, "safety.json"), "welded");
    assert.equal(prepareFolder(folder, example, true), true);
    assert.equal(flows(), '[{"id":"example"}]');
    assert.equal(readFileSync(join(folder, "flows.before-fresh.json"), "utf8"), "mine");
    assert.equal(existsSync(join(folder, CHARGER_FOLDER)), false);
  });

  for (const fresh of [false, true]) {
    it(`is not made among other files${fresh ? ", even with --fresh" : ""}`, () => {
      mkdirSync(folder);
      writeFileSync(join(folder, "thesis.txt"), "three years of work");
      assert.throws(() => prepareFolder(folder, example, fresh), /expected an empty folder.*--dir/);
      assert.equal(existsSync(join(folder, FLOWS_FILE)), false);
    });
  }
});
