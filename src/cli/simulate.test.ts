import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "./simulate.ts";

const GOOD = "title A car comes\nrows ST-01\nat 5s plug polite decideMs 60000\nwithin 200ms event plugged\n";
const FAILING = "title A car that never came\nat 5s expect state B\n";
const GARBLED = "title A typo\nat 5s plugg\n";

describe("j1772 simulate", () => {
  let folder = "";
  let out = "";
  let err = "";
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simulate-"));
    out = "";
    err = "";
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("prints timeline, verdicts and speed, and returns 0 when all passed", async () => {
    assert.equal(await simulate([file("good.scenario", GOOD)], io), 0);
    assert.match(out, /^✓ A car comes \[ST-01\]/);
    assert.match(out, /✓ within 200ms event plugged {2}after \d+ ms/);
    assert.match(out, /5\.000 s {2}A .*▸ at 5s plug polite/);
    assert.match(out, /· plugged/);
    assert.match(out, /1 passed: 5\.\d+ s in .*, \d+ × real time\n$/);
    assert.equal(err, "");
  });

  it("returns 1 and says what there was instead when a check fails", async () => {
    assert.equal(await simulate([file("failing.scenario", FAILING)], io), 1);
    assert.match(out, /✗ at 5s expect state B: A \(line 2\)/);
    assert.match(out, /1 of 1 failed/);
  });

  it("returns 2 and names the place when a scenario cannot be understood, and runs nothing", async () => {
    const garbled = file("garbled.scenario", GARBLED);
    assert.equal(await simulate([file("good.scenario", GOOD), garbled], io), 2);
    assert.ok(err.startsWith(`${garbled}:2:7: expected an action`), err);
    assert.equal(out, "");
  });

  it("runs every scenario of a folder, by name, and only those", async () => {
    file("b.scenario", GOOD.replace("A car comes", "Second"));
    file("a.scenario", GOOD.replace("A car comes", "First"));
    file("notes.txt", "nothing");
    assert.equal(await simulate([folder, "--quiet"], io), 0);
    assert.deepEqual(
      out.split("\n").map((line) => line.split(" ")[1]),
      ["First", "Second", "passed:", undefined],
    );
  });

  it("prints one JSON object, with the timeline where asked for", async () => {
    const path = file("good.scenario", GOOD);
    assert.equal(await simulate([path, "--json", "--verbose", "--seed", "42"], io), 0);
    const told = JSON.parse(out);
    const [scenario] = told.scenarios;
    assert.deepEqual([told.passed, told.failed, scenario.title, scenario.rows, scenario.seed], [true, 0, "A car comes", ["ST-01"], 42]);
    assert.deepEqual([scenario.checks[0].text, scenario.checks[0].passed], ["within 200ms event plugged", true]);
    assert.ok(scenario.story.some((moment: { text: string }) => moment.text === "plugged"));
  });

  it("repeats a run exactly with the same seed", async () => {
    const path = file("good.scenario", GOOD);
    const story = async (): Promise<unknown> => {
      out = "";
      await simulate([path, "--json", "--verbose", "--seed", "7"], io);
      return JSON.parse(out).scenarios[0].story;
    };
    assert.deepEqual(await story(), await story());
  });

  const misuses: readonly [string, () => string[], RegExp][] = [
    ["no scenario", () => [], /^A scenario is missing/],
    ["an unknown option", () => ["--loud"], /^Unknown option '--loud'/],
    ["a seed that is none", () => ["x.scenario", "--seed", "-3"], /^.*--seed/],
    ["a file that is not there", () => [join(folder, "none.scenario")], /none\.scenario: there is no such file/],
    ["an empty folder", () => [folder], /expected files ending in \.scenario, the folder has none/],
  ];
  for (const [what, args, complaint] of misuses) {
    it(`returns 2 and explains itself for ${what}`, async () => {
      assert.equal(await simulate(args(), io), 2);
      assert.match(err, complaint);
    });
  }

  it("prints its usage when asked", async () => {
    assert.equal(await simulate(["--help"], io), 0);
    assert.match(out, /^j1772 simulate SCENARIO/);
  });
});
