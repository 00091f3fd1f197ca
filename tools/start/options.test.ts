import assert from "node:assert/strict";
import { resolve } from "node:path";
import { readOptions, USUAL_FOLDER, USUAL_PORT } from "./options.ts";

const PROJECT = resolve("/project");

describe("npm start options", () => {
  it("are the usual port and folder, keeping what is there, when nothing is asked for", () => {
    assert.deepEqual(readOptions([], PROJECT), { port: USUAL_PORT, folder: resolve(PROJECT, USUAL_FOLDER), fresh: false });
  });

  it("take a port, a folder and --fresh", () => {
    assert.deepEqual(readOptions(["--port", "1881", "--dir", "demo", "--fresh"], PROJECT), {
      port: 1881,
      folder: resolve(PROJECT, "demo"),
      fresh: true,
    });
  });

  it("take an absolute folder as it is", () => {
    const folder = resolve("/elsewhere/demo");
    assert.deepEqual(readOptions(["--dir", folder], PROJECT), { port: USUAL_PORT, folder, fresh: false });
  });

  for (const port of ["0", "65536", "-1", "1880.5", "http", "", "NaN", "Infinity"]) {
    it(`refuse the port "${port}" and say what a port is`, () => {
      const options = readOptions([`--port=${port}`], PROJECT);
      assert.ok(typeof options === "object" && "wrong" in options);
      assert.match(options.wrong, /expected a number from 1 to 65535/);
    });
  }

  for (const args of [["--prot", "1881"], ["1881"], ["--port"], ["--dir="]]) {
    it(`refuse \`${args.join(" ")}\``, () => {
      const options = readOptions(args, PROJECT);
      assert.ok(typeof options === "object" && "wrong" in options);
      assert.notEqual(options.wrong, "");
    });
  }

  it("show help when asked, whatever else is asked", () => {
    assert.equal(readOptions(["--help"], PROJECT), "help");
    assert.equal(readOptions(["-h", "--port", "x"], PROJECT), "help");
  });
});
