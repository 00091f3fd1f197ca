import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "../../tools/npm.ts";
import { stopControllers } from "../../tools/start/controllers.ts";
import { prepareFolder } from "../../tools/start/folder.ts";
import { NodeRed } from "../../tools/start/node-red.ts";
import { freePort } from "../../tools/start/port.ts";
import { Admin } from "../support/admin.ts";
import { processesOf } from "../support/processes.ts";
import { StatusWatch } from "../support/status-watch.ts";

const PROJECT = join(import.meta.dirname, "../..");
const { name: PACKAGE, "node-red": declared } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
const EXAMPLE = "01 - Complete charger";
const CHARGING_WITHIN = 60_000;

/** Node-RED's own start file, of our development release or of one that is installed and kept between runs. */
function programOf(release: string): string {
  const own = createRequire(import.meta.url);
  if (own("node-red/package.json").version.startsWith(`${release}.`)) {
    return own.resolve("node-red/red.js");
  }
  const home = join(PROJECT, "node_modules/.cache", `node-red-${release}`);
  const program = join(home, "node_modules/node-red/red.js");
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "private": true }\n');
    npm(["install", `node-red@${release}`, "--ignore-scripts", "--no-audit", "--no-fund"], home);
  }
  return program;
}

describe("the package from npm pack", () => {
  let parent: string;
  let tarball: string;

  before(function () {
    this.timeout(300_000);
    parent = mkdtempSync(join(tmpdir(), "install-"));
    npm(["run", "build"], PROJECT);
    const [{ filename }] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", parent], PROJECT));
    tarball = join(parent, filename);
  });

  after(() => rmSync(parent, { recursive: true, force: true }));

  for (const release of ["5.0", "4.1"]) {
    describe(`on a bare Node-RED ${release}`, () => {
      let folder: string;
      let nodeRed: NodeRed;
      let admin: Admin;

      before(async function () {
        // npm fetches a whole Node-RED the first time.
        this.timeout(600_000);
        folder = join(parent, `user-${release}`);
        const empty = join(parent, "empty.json");
        writeFileSync(empty, "[]");
        prepareFolder(folder, empty, false);
        // As the palette manager installs.
        npm(["install", tarball, "--no-audit", "--no-update-notifier", "--no-fund", "--omit=dev", "--save", "--engine-strict"], folder);
        nodeRed = new NodeRed({ folder, port: await freePort(), program: programOf(release) });
        await nodeRed.running();
        admin = new Admin(nodeRed.address);
      });

      after(async () => {
        await nodeRed?.stop();
        await stopControllers(folder, AbortSignal.abort());
        assert.deepEqual(processesOf(folder), []);
      });

      it("loads each of its node sets without an error", async () => {
        const sets = (await admin.nodeSets()).filter(({ module }) => module === PACKAGE);
        assert.deepEqual(sets.map(({ types }) => types.join()).sort(), Object.keys(declared.nodes).sort());
        assert.deepEqual(
          sets.filter(({ err, enabled }) => err !== undefined || !enabled),
          [],
        );
      });

      it("lists the example, which needs no other package, and charges when it is imported", async function () {
        // A machine that is busy may hold the controller up. A charger then opens, as it should, and rests for a minute.
        this.retries(2);
        assert.ok((await admin.examples(PACKAGE)).includes(EXAMPLE));
        const flows = await admin.example(PACKAGE, EXAMPLE);
        const known = new Set((await admin.nodeSets()).flatMap(({ types }) => types));
        const structure = new Set(["tab", "group", "subflow", "global-config"]);
        assert.deepEqual(
          flows.filter(({ type }) => !known.has(type) && !structure.has(type)),
          [],
        );
        const pilot = flows.find(({ type }) => type === "j1772-pilot");
        assert.ok(pilot);
        const watch = new StatusWatch(nodeRed.address);
        try {
          await admin.deploy(flows);
          await watch.until(pilot.id, /kW/, CHARGING_WITHIN);
        } finally {
          watch.close();
        }
      });
    });
  }
});
