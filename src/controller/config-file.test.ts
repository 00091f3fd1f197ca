import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "#core/errors";
import { configText, loadControllerConfig } from "./config-file.ts";

describe("configuration file", () => {
  for (const [what, path, told] of [
    ["a file that is not there", join(tmpdir(), "no-such-folder", "bay.json"), "found no file; check the path."],
    ["a folder", tmpdir(), "found a folder; name the file in it."],
  ] as const) {
    it(`refuses ${what} in words, the path first [F-38]`, () => {
      const isRefusal = (error: unknown): boolean =>
        error instanceof ConfigError &&
        error.code === "configMissing" &&
        error.message.startsWith(`${path}: `) &&
        error.message.endsWith(told);
      assert.throws(() => configText(path), isRefusal);
      assert.throws(() => loadControllerConfig(path), isRefusal);
    });
  }
});
