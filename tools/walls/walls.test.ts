import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findBadHabits, LONGEST_FILE } from "./habits.ts";
import { findForbiddenImports } from "./imports.ts";
import { findImpurities } from "./purity.ts";
import type { Violation } from "./violation.ts";

const PROJECT = join(import.meta.dirname, "../..");
const LAWS = join(PROJECT, ".dependency-cruiser.mjs");

/** A small project in good order: every room has a file to import. */
const GOOD_ORDER: Readonly<Record<string, string>> = {
  "src/core/units/units.ts": "export const volts = 240;\n",
  "src/core/pilot/duty.ts": 'import { volts } from "#core/units/units";\nexport const duty = volts / 5;\n',
  "src/ports/board.ts": 'import { duty } from "#core/pilot/duty";\nexport const board = duty;\n',
  "src/simulator/board.ts": 'import { board } from "#ports/board";\nexport const simulated = board;\n',
  "src/simulator/actions.ts": "export type SimAction = string;\n",
  "src/drivers/sim/sim-driver.ts": 'import { simulated } from "#simulator/board";\nexport const driver = simulated;\n',
  "src/drivers/pigpiod/pigpiod-driver.ts":
    'import net from "node:net";\nimport { board } from "#ports/board";\nexport const d = [net, board];\n',
  "src/pi/layout.ts": 'import { volts } from "#core/units/units";\nexport const layout = volts;\n',
  "src/virtual-pi/virtual-pi.ts":
    'import { layout } from "#pi/layout";\nimport { simulated } from "#simulator/board";\nexport const pi = [layout, simulated];\n',
  "src/store/memory.ts": 'import { board } from "#ports/board";\nexport const memory = board;\n',
  "src/store/sqlite/sqlite-store.ts": 'import { memory } from "../memory.ts";\nexport const sqlite = memory;\n',
  "src/store/postgres/postgres-store.ts": 'import pg from "pg";\nexport const postgres = pg;\n',
  "src/bridges/http/page.ts": 'import { m } from "#link/messages";\nexport const page = m;\n',
  "src/link/messages.ts": 'import * as v from "valibot";\nimport { Socket } from "node:net";\nexport const m = [v, Socket];\n',
  "src/controller/safety-loop.ts":
    'import { board } from "#ports/board";\nimport { m } from "#link/messages";\nexport const l = [board, m];\n',
  "src/controller/main.ts": 'import { driver } from "#drivers/sim/sim-driver";\nexport const started = driver;\n',
  "src/cli/main.ts":
    'import { started } from "#controller/main";\nimport { simulated } from "#simulator/board";\nexport const c = [started, simulated];\n',
  "nodes/shared/red.ts": "export const RED = 1;\n",
  "nodes/j1772-pilot/j1772-pilot.schema.ts": 'import { volts } from "#core/units/units";\nexport const schema = volts;\n',
  "nodes/j1772-pilot/j1772-pilot.ts":
    'import { m } from "#link/messages";\nimport { RED } from "../shared/red.ts";\nexport const p = [m, RED];\n',
  "nodes/j1772-pilot/j1772-pilot.editor.ts": 'import { schema } from "./j1772-pilot.schema.ts";\nexport const e = schema;\n',
  "nodes/session-log/session-log.ts":
    'import { sqlite } from "#store/sqlite/sqlite-store";\nimport { page } from "#bridges/http/page";\nexport const n = [sqlite, page];\n',
  "nodes/j1772-relay/j1772-relay.ts": "export const relay = 1;\n",
  "tools/build.ts": "export const build = 1;\n",
};

/** One planted violation of each law of import: the file, what it imports, and the law that must catch it. */
const PLANTED: readonly { readonly law: string; readonly file: string; readonly imports: string }[] = [
  { law: "core-is-pure", file: "src/core/pilot/reads-file.ts", imports: "node:fs" },
  { law: "core-is-pure", file: "src/core/pilot/uses-package.ts", imports: "valibot" },
  { law: "core-is-pure", file: "src/core/pilot/looks-up.ts", imports: "#ports/board" },
  { law: "ports-see-core", file: "src/ports/looks-up.ts", imports: "#simulator/board" },
  { law: "ports-see-core", file: "src/ports/timer.ts", imports: "node:timers" },
  { law: "simulator-sees-core", file: "src/simulator/clock.ts", imports: "node:perf_hooks" },
  { law: "simulator-sees-core", file: "src/simulator/link.ts", imports: "#link/messages" },
  { law: "pi-is-facts", file: "src/pi/socket.ts", imports: "node:net" },
  { law: "pi-is-facts", file: "src/pi/world.ts", imports: "#simulator/board" },
  { law: "virtual-pi-sees-simulator", file: "src/virtual-pi/driver.ts", imports: "#drivers/pigpiod/pigpiod-driver" },
  { law: "panel-sees-ports", file: "src/panel/driver.ts", imports: "#drivers/pigpiod/side-line" },
  { law: "panel-sees-ports", file: "src/panel/link.ts", imports: "#link/messages" },
  { law: "drivers-see-ports", file: "src/drivers/pigpiod/link.ts", imports: "#link/messages" },
  { law: "drivers-see-ports", file: "src/drivers/pigpiod/simulator.ts", imports: "#simulator/board" },
  { law: "sim-driver-sees-simulator", file: "src/drivers/sim/link.ts", imports: "#link/messages" },
  { law: "drivers-are-strangers", file: "src/drivers/pigpiod/sibling.ts", imports: "../sim/sim-driver.ts" },
  { law: "addons-are-loaded-late", file: "src/drivers/pigpio/early.ts", imports: "pigpio" },
  { law: "addons-are-loaded-late", file: "nodes/j1772-pilot/samples.ts", imports: "spi-device" },
  { law: "link-is-a-line", file: "src/link/end.ts", imports: "#controller/safety-loop" },
  { law: "link-is-a-line", file: "src/link/child.ts", imports: "node:child_process" },
  { law: "store-sees-ports", file: "src/store/asks.ts", imports: "#link/messages" },
  { law: "store-sees-ports", file: "src/store/sqlite/shows.ts", imports: "#nodes/shared/red" },
  { law: "stores-are-strangers", file: "src/store/sqlite/sibling.ts", imports: "../postgres/postgres-store.ts" },
  { law: "bridges-see-ports", file: "src/bridges/http/keeps.ts", imports: "#store/memory" },
  { law: "bridges-see-ports", file: "src/bridges/http/drives.ts", imports: "#controller/safety-loop" },
  { law: "controller-sees-ports", file: "src/controller/picks.ts", imports: "#drivers/sim/sim-driver" },
  { law: "controller-sees-ports", file: "src/controller/shows.ts", imports: "#nodes/shared/red" },
  { law: "main-picks-the-driver", file: "src/controller/main.ts", imports: "#cli/main" },
  { law: "cli-sees-no-nodes", file: "src/cli/editor.ts", imports: "#nodes/shared/red" },
  { law: "nodes-speak-link", file: "nodes/j1772-pilot/direct.ts", imports: "#drivers/sim/sim-driver" },
  { law: "nodes-speak-link", file: "nodes/j1772-pilot/loop.ts", imports: "#controller/safety-loop" },
  { law: "nodes-speak-link", file: "nodes/j1772-pilot/keeps.ts", imports: "#store/memory" },
  { law: "keepers-see-stores", file: "nodes/session-log/direct.ts", imports: "#drivers/sim/sim-driver" },
  { law: "nodes-are-strangers", file: "nodes/j1772-pilot/neighbour.ts", imports: "../j1772-relay/j1772-relay.ts" },
  { law: "shared-knows-no-node", file: "nodes/shared/favourite.ts", imports: "../j1772-relay/j1772-relay.ts" },
  { law: "editor-stays-in-the-browser", file: "nodes/j1772-relay/j1772-relay.editor.ts", imports: "./j1772-relay.ts" },
  { law: "editor-stays-in-the-browser", file: "nodes/j1772-pilot/more.editor.ts", imports: "node:fs" },
  { law: "page-stays-in-the-browser", file: "nodes/charge-status/page/reads.ts", imports: "node:fs" },
  { law: "product-needs-no-workshop", file: "src/cli/builds.ts", imports: "#tools/build" },
  { law: "product-needs-no-dev-package", file: "src/controller/spies.ts", imports: "fast-check" },
  { law: "no-circles", file: "src/core/units/units.ts", imports: "#core/pilot/duty" },
  { law: "imports-exist", file: "src/cli/typo.ts", imports: "./mian.ts" },
];

const PACKAGE = {
  type: "module",
  imports: {
    ...Object.fromEntries(
      ["core", "ports", "pi", "simulator", "virtual-pi", "drivers", "store", "bridges", "link", "controller", "cli"].map((room) => [
        `#${room}/*`,
        { source: `./src/${room}/*.ts`, default: `./dist/src/${room}/*.js` },
      ]),
    ),
    "#nodes/*": { source: "./nodes/*.ts", default: "./dist/nodes/*.js" },
    "#tools/*": { source: "./tools/*.ts", default: "./tools/*.js" },
  },
  dependencies: { valibot: "*", pg: "*" },
  devDependencies: { "fast-check": "*" },
};

describe("walls", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "walls-"));
    write("package.json", JSON.stringify(PACKAGE));
    symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"), "junction");
    for (const [file, text] of Object.entries(GOOD_ORDER)) {
      write(file, text);
    }
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }

  function plant(file: string, imports: string): void {
    const text = GOOD_ORDER[file] ?? "";
    write(file, `import * as planted from "${imports}";\n${text}export const used = planted;\n`);
  }

  const names = (violations: readonly Violation[]): string[] => violations.map(({ law, where }) => `${law} ${where}`);

  describe("laws of import", () => {
    it("let a project in good order pass", async () => {
      assert.deepEqual(await findForbiddenImports(root, LAWS), []);
    });

    it("catch each planted import, under the law that forbids it, and nothing else", async () => {
      const planted = PLANTED.filter(({ file }) => !(file in GOOD_ORDER));
      for (const { file, imports } of planted) {
        plant(file, imports);
      }
      const found = names(await findForbiddenImports(root, LAWS));
      for (const { law, file } of planted) {
        assert.ok(found.includes(`${law} ${file}`), `${file} was not caught by ${law}; caught:\n${found.join("\n")}`);
      }
      const files = new Set(planted.map(({ file }) => file));
      assert.deepEqual(
        found.filter((violation) => !files.has(violation.split(" ")[1] ?? "")),
        [],
      );
    });

    for (const { law, file, imports } of PLANTED.filter((violation) => violation.file in GOOD_ORDER)) {
      it(`catch ${imports} in ${file} by ${law}`, async () => {
        plant(file, imports);
        const found = await findForbiddenImports(root, LAWS);
        assert.ok(
          found.some((violation) => violation.law === law),
          names(found).join("\n"),
        );
      });
    }

    it("have a planted violation each", async () => {
      const { default: config } = await import(LAWS);
      const laws = config.forbidden.map((rule: { name: string }) => rule.name);
      assert.deepEqual([...new Set(PLANTED.map(({ law }) => law))].sort(), laws.toSorted());
    });

    it("let a test import what it needs", async () => {
      plant("src/core/pilot/duty.test.ts", "node:fs");
      assert.deepEqual(await findForbiddenImports(root, LAWS), []);
    });

    it("refuse an empty tree instead of calling it clean", async () => {
      const empty = mkdtempSync(join(tmpdir(), "walls-empty-"));
      mkdirSync(join(empty, "src"));
      await assert.rejects(findForbiddenImports(empty, LAWS), /found none/);
      rmSync(empty, { recursive: true });
    });
  });

  describe("law of purity", () => {
    for (const line of [
      "const t = Date.now();",
      "const t = new Date();",
      "const r = Math.random();",
      'const r = Math["random"]();',
      "const t = performance.now();",
      "setTimeout(() => {}, 5);",
      "const p = process.pid;",
      "const p = globalThis;",
      'const f = await import("node:fs");',
      'console.log("x");',
    ]) {
      it(`catches \`${line}\` in core, ports and simulator`, () => {
        const rooms = ["src/core/a.ts", "src/ports/b.ts", "src/simulator/c.ts"];
        for (const file of rooms) {
          write(file, `export const before = 1;\n${line}\n`);
        }
        assert.deepEqual(
          findImpurities(root).map(({ where }) => where),
          rooms.map((file) => `${file}:2`),
        );
      });
    }

    it("lets comments, members, types and own names of the same spelling pass", () => {
      write(
        "src/core/a.ts",
        "// Date.now() and Math.random() are for others\nexport const process = 1;\nexport type D = Date;\nexport const a = { setTimeout: process };\nexport const b = a.setTimeout;\n",
      );
      assert.deepEqual(findImpurities(root), []);
    });

    it("lets the controller use the clock", () => {
      write("src/controller/clock.ts", "export const now = performance.now();\n");
      assert.deepEqual(findImpurities(root), []);
    });
  });

  describe("laws of habit", () => {
    it("catch a file over the limit, and let one at the limit pass", () => {
      write("src/core/long.ts", "export {};\n".repeat(LONGEST_FILE + 1));
      write("src/core/at-limit.ts", "export {};\n".repeat(LONGEST_FILE));
      assert.deepEqual(names(findBadHabits(root)), ["files-are-short src/core/long.ts"]);
    });

    it("catch a narrowed and a switched-off test", () => {
      const dot = ".";
      write("src/core/a.test.ts", `it${dot}only("a", () => {});\n`);
      write("src/core/b.test.ts", `describe${dot}skip("b", () => {});\n`);
      assert.deepEqual(names(findBadHabits(root)), ["every-test-runs src/core/a.test.ts:1", "every-test-runs src/core/b.test.ts:1"]);
    });

    it("catch an addon for a Pi's pins that is loaded by anybody but its driver, and let that one and a mere name pass", () => {
      const load = 'const addon = load("pigpio");\n';
      write("src/controller/grabs.ts", load);
      write(
        "nodes/j1772-pilot/grabs.ts",
        'const spi = createRequire(import.meta.url).resolve("spi-device");\nconst p = await import("pigpio");\n',
      );
      write("src/drivers/pigpio/packages.ts", load);
      write("src/controller/names.ts", 'export const kind = "pigpio";\n');
      write("test/process/probe.ts", load);
      assert.deepEqual(names(findBadHabits(root)), [
        "addons-have-one-driver src/controller/grabs.ts:1",
        "addons-have-one-driver nodes/j1772-pilot/grabs.ts:2",
      ]);
    });

    it("catch a silenced compiler and linter", () => {
      write("src/core/a.ts", `// @ts-${"ignore"}\nexport {};\n/* biome-${"ignore"} lint: no */\n`);
      assert.deepEqual(names(findBadHabits(root)), ["no-check-is-silenced src/core/a.ts:1", "no-check-is-silenced src/core/a.ts:3"]);
    });
  });
});
