import assert from "node:assert/strict";
import {
  LARGEST_UNPACKED,
  leftoversIn,
  looseEndsIn,
  type Manifest,
  missingFrom,
  type PackedFile,
  strangersIn,
  weightOf,
} from "./contents.ts";
import { complaints, paletteTypes, RULES } from "./scorecard.ts";

const MANIFEST: Manifest = {
  imports: { "#core/*": { default: "./dist/src/core/*.js" } },
  bin: { j1772: "dist/src/cli/main.js" },
  "node-red": { nodes: { "j1772-pilot": "dist/nodes/j1772-pilot/j1772-pilot.js" } },
};
const HTML = `<script src="resources/@opencharge/node-red-j1772/editor.js"></script>
<script type="text/javascript">RED.nodes.registerType("j1772-pilot", { category: "EV charging", icon: "pilot.svg" });</script>`;
const COMPLETE = [
  "package.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "dist/src/cli/main.js",
  "dist/nodes/j1772-pilot/j1772-pilot.js",
  "dist/nodes/j1772-pilot/j1772-pilot.html",
  "dist/nodes/j1772-pilot/locales/en-US/j1772-pilot.json",
  "dist/nodes/j1772-pilot/locales/en-US/j1772-pilot.html",
  "dist/nodes/j1772-pilot/locales/de/j1772-pilot.json",
  "dist/nodes/j1772-pilot/locales/de/j1772-pilot.html",
  "dist/nodes/j1772-pilot/icons/pilot.svg",
  "deploy/systemd/j1772-controller@.service",
  "resources/editor.js",
  "examples/01 - Complete charger.json",
];
const packed = (paths: readonly string[]): PackedFile[] => paths.map((path) => ({ path, size: 100 }));

describe("package contents", () => {
  it("of a complete package have nothing strange and nothing missing", () => {
    assert.deepEqual(strangersIn(packed(COMPLETE)), []);
    assert.deepEqual(
      missingFrom(packed(COMPLETE), MANIFEST, () => HTML),
      [],
    );
    assert.deepEqual(weightOf(packed(COMPLETE)), []);
  });

  it("may have the description of a page's interface, an example with an apostrophe, and pictures of the help", () => {
    const files = ["dist/nodes/charge-status/openapi.json", "examples/08 - Somebody's logs.json", "resources/j1772-display-en.svg"];
    assert.deepEqual(strangersIn(packed(files)), []);
  });

  for (const path of COMPLETE) {
    it(`miss ${path} when it is not packed`, () => {
      const missing = missingFrom(packed(COMPLETE.filter((kept) => kept !== path)), MANIFEST, () => HTML);
      const expected = path.startsWith("examples/") ? "examples/*.json" : path;
      if (!path.endsWith("j1772-pilot.html") || path.includes("locales")) {
        assert.deepEqual(missing, [`${expected} is missing from the package`]);
      } else {
        assert.ok(missing.includes(`${expected} is missing from the package`));
      }
    });
  }

  for (const path of [
    "src/core/errors.ts",
    "dist/src/core/errors.d.ts",
    "dist/src/core/evse/machine.test.js",
    "dist/src/core/errors.js.map",
    "dist/nodes/j1772-pilot/j1772-pilot.editor.js",
    "dist/.tsbuildinfo/core.json",
    "test/scenarios/f-01.scenario",
    "tools/build.ts",
    "examples/notes.txt",
    "resources/photo.png",
    ".npmrc",
  ]) {
    it(`refuse ${path}`, () => assert.deepEqual(strangersIn(packed([path])), [`${path} does not belong in the package`]));
  }

  it("notice a compiled file whose source is gone", () => {
    const sources = new Set(["src/cli/main.ts"]);
    assert.deepEqual(
      leftoversIn(
        packed(["dist/src/cli/main.js", "dist/src/cli/old.js", "dist/nodes/shared/chunk-4KOVXURO.js", "resources/editor.js"]),
        (path) => sources.has(path),
      ),
      ["dist/src/cli/old.js has no source any more: build afresh"],
    );
  });

  it("notice an import of what is not packed, in whichever way it is named", () => {
    const code: Readonly<Record<string, string>> = {
      "dist/src/cli/main.js": 'import { a } from "#core/a";\nimport "./b.js";\nawait import("../link/c.js");\nimport fs from "node:fs";\n',
      "dist/src/core/a.js": 'export { d,\n e } from "./deep/d.js";\nimport.meta.resolve("#core/e");\n',
      "dist/src/cli/b.js": "",
    };
    assert.deepEqual(
      looseEndsIn(packed(Object.keys(code)), MANIFEST, (path) => code[path] ?? ""),
      [
        "dist/src/cli/main.js needs dist/src/link/c.js, which is not packed",
        "dist/src/core/a.js needs dist/src/core/deep/d.js, which is not packed",
        "dist/src/core/a.js needs dist/src/core/e.js, which is not packed",
      ],
    );
  });

  it("weigh too much one byte over the limit, not at it", () => {
    assert.deepEqual(weightOf([{ path: "a", size: LARGEST_UNPACKED }]), []);
    assert.equal(weightOf([{ path: "a", size: LARGEST_UNPACKED + 1 }]).length, 1);
  });
});

describe("flow library scorecard", () => {
  const nodes = ["j1772-pilot"];
  const passing = Object.fromEntries(RULES.map((rule) => [rule, { test: true, nodes }]));

  it("passes when each rule does and each palette node has an example", () => {
    assert.deepEqual(complaints({ verdicts: passing, said: "Complete" }, ["j1772-pilot"]), []);
  });

  for (const rule of RULES) {
    it(`complains when ${rule} fails or was not judged`, () => {
      assert.deepEqual(complaints({ verdicts: { ...passing, [rule]: { test: false, nodes } }, said: "" }, nodes), [
        `${rule} does not pass`,
      ]);
      const { [rule]: _gone, ...others } = passing;
      assert.ok(complaints({ verdicts: others, said: "" }, nodes).includes(`${rule} does not pass`));
    });
  }

  it("complains about a node the judge silently left out", () => {
    const said = "Unable to parse  dist/nodes/j1772-car/j1772-car.js\n";
    assert.deepEqual(complaints({ verdicts: passing, said }, ["j1772-car"]), [
      "the judge cannot read dist/nodes/j1772-car/j1772-car.js",
      "N02 no example uses j1772-car",
    ]);
  });

  it("complains when there is no node to judge", () => {
    assert.deepEqual(complaints({ verdicts: passing, said: "Complete" }, []), ["expected nodes for the palette, found none"]);
  });

  it("knows the palette's nodes from the configuration nodes by their pages", () => {
    const page = 'RED.nodes.registerType("j1772-charger", {\n    category: "config",\n    defaults: {} });';
    assert.deepEqual(paletteTypes(HTML), ["j1772-pilot"]);
    assert.deepEqual(paletteTypes(page), []);
  });
});
