import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSecret } from "../../nodes/shared/fields.ts";
import { readConfig } from "../../nodes/shared/read-config.ts";
import { keysOf, LANGUAGES, word, wordAt } from "./catalog.ts";
import { formHtml } from "./form.ts";
import { outdatedFiles } from "./generate.ts";
import { helpMarkdown } from "./help.ts";
import { loadSlices, type Slice } from "./slices.ts";

const root = join(import.meta.dirname, "../..");
const slices = await loadSlices(root);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = ""]) => found);

describe("generated files", () => {
  it("are committed as their schemas and words say", async () => assert.deepEqual(await outdatedFiles(), []));
});

for (const slice of slices) {
  const { type, schema, catalogs } = slice;
  describe(`${type}`, () => {
    const html = readFileSync(join(root, "nodes", type, `${type}.html`), "utf8");
    const fields = Object.keys(schema.fields);
    /** Those that the flow file holds. */
    const openFields = Object.entries(schema.fields)
      .filter(([, field]) => !isSecret(field))
      .map(([name]) => name);

    it("is known to Node-RED, and has an icon", () => {
      assert.equal(manifest["node-red"].nodes[type], `dist/nodes/${type}/${type}.js`);
      assert.match(readFileSync(join(root, "icons", `${type}.svg`), "utf8"), /^<svg [^>]*viewBox="0 0 40 60"/);
    });

    it("has one form control, one default and one label for each field of its schema", () => {
      const prefix = schema.face ? "node-input" : "node-config-input";
      assert.deepEqual(matches(html, new RegExp(`<(?:input|select)[^>]* id="${prefix}-(\\w+)"`, "g")).toSorted(), fields.toSorted());
      assert.deepEqual(matches(html, new RegExp(`<label for="${prefix}-(\\w+)"`, "g")).toSorted(), fields.toSorted());
      const defaults = matches(
        html.slice(html.indexOf("defaults: {"), html.indexOf("</script>", html.indexOf("defaults: {"))),
        /^ {6}(\w+): \{ value/gm,
      );
      assert.deepEqual(defaults, ["version", ...openFields]);
      const credentials = matches(html, /credentials: \{ (.+) \},/g).flatMap((each) => matches(each, /(\w+): \{ type: "password" \}/g));
      assert.deepEqual([...openFields, ...credentials].toSorted(), fields.toSorted());
    });

    it("checks every field in the editor but the one that Node-RED checks itself", () => {
      const checked = matches(html, /J1772\.check\(this, "(\w+)", value\)/g);
      assert.deepEqual(
        checked,
        openFields.filter((name) => schema.fields[name]?.kind !== "reference"),
      );
    });

    it("starts with values that its own schema accepts", () => {
      const initial = Object.fromEntries(
        Object.entries(schema.fields).map(([name, field]) => [name, field.kind === "reference" ? "c1" : field.initial]),
      );
      assert.doesNotThrow(() => readConfig(schema.fields, initial));
    });

    it("uses the editor's colours, and a node colour that dark words can be read on", () => {
      assert.doesNotMatch(html.replace(/color: "#\w{6}"/, ""), /#[0-9a-f]{3,8}\b/i);
      const color = schema.face?.color;
      if (color === undefined) return;
      const [red = 0, green = 0, blue = 0] = matches(color, /([0-9A-F]{2})/gi).map((part) => Number.parseInt(part, 16));
      assert.ok(0.2126 * red + 0.7152 * green + 0.0722 * blue > 190, color);
    });

    it("has words for every label, option, output and fold that its form asks for, in each language", () => {
      const wanted = [
        ...matches(html, /data-i18n="([\w.]+)"/g),
        ...(schema.face?.outputs ?? []).map((output) => `output.${output}`),
        "label",
      ];
      for (const language of LANGUAGES) {
        for (const key of wanted) assert.notEqual(word(catalogs[language], key).trim(), "", `${language}: ${key}`);
      }
    });

    it("names its input in the flow where its catalogue has a name for it, and its outputs", () => {
      const named = wordAt(catalogs["en-US"], "input") !== undefined;
      assert.ok(!named || schema.face?.inputs === 1);
      assert.equal(html.includes('inputLabels: function () { return this._("input"); }'), named);
      assert.equal(html.includes("outputLabels: function"), schema.face !== null);
    });

    it("has no words for fields and options that are not there", () => {
      const own = keysOf(catalogs["en-US"]).filter((key) => key.startsWith("field."));
      for (const key of own) {
        const [, name = "", kind, option] = key.split(".");
        const field = schema.fields[name];
        assert.ok(field, key);
        if (kind !== "label") assert.ok(field.kind === "choice" && field.options.map(String).includes(option ?? ""), key);
      }
    });

    it("explains each option of a choice or none", () => {
      for (const [name, field] of Object.entries(schema.fields)) {
        if (field.kind !== "choice") continue;
        const explained = field.options.filter((option) => wordAt(catalogs["en-US"], `field.${name}.about.${option}`) !== undefined);
        assert.ok(explained.length === 0 || explained.length === field.options.length, `${name}: ${explained.join(", ")}`);
      }
    });

    it("has the same keys in each language, with the same blanks to fill", () => {
      const english = keysOf(catalogs["en-US"]);
      for (const language of LANGUAGES) {
        assert.deepEqual(keysOf(catalogs[language]).toSorted(), english.toSorted(), language);
        for (const key of english) {
          const blanks = (text: string) => [...new Set(matches(text, /__(\w+)__/g))].toSorted();
          assert.deepEqual(blanks(word(catalogs[language], key)), blanks(word(catalogs["en-US"], key)), `${language}: ${key}`);
        }
      }
    });

    it("has help that says as much in each language", () => {
      const shape = (help: string) => [
        help.match(/^ *: /gm)?.length,
        help.match(/^### /gm)?.length,
        help.match(/^- /gm)?.length,
        matches(help, /`([^`]+)`/g).length,
      ];
      const english = shape(helpMarkdown(slice, "en-US"));
      for (const language of LANGUAGES) assert.deepEqual(shape(helpMarkdown(slice, language)), english, language);
    });
  });
}

describe("help", () => {
  const [slice] = slices.filter(({ type }) => type === "j1772-gfci");
  const withHelp = (help: string): Slice => {
    assert.ok(slice);
    return { ...slice, help: { ...slice.help, "en-US": help } };
  };
  const source = slice?.help["en-US"] ?? "";

  it("fails when a field is not described", () => {
    assert.throws(
      () => helpMarkdown(withHelp(source.replace(/^: \{field intervalS\}.*$/m, "")), "en-US"),
      /says nothing of "field intervalS"/,
    );
  });
  it("fails when a property of an output is not described", () => {
    assert.throws(
      () => helpMarkdown(withHelp(source.replace(/^: \{out gfci.retryAt\}.*$/m, "")), "en-US"),
      /says nothing of "out gfci.retryAt"/,
    );
  });
  it("fails when it describes what is not there", () => {
    assert.throws(() => helpMarkdown(withHelp(`${source}\n: {field colour} : red`), "en-US"), /"field colour" is unknown/);
  });
  it("fails on a colon that Node-RED would take for the end of the text", () => {
    assert.throws(() => helpMarkdown(withHelp(source.replace("{field name} : ", "{field name} : note: ")), "en-US"), /has a colon/);
  });
});

describe("form", () => {
  it("keeps expert fields behind one fold, and nothing else", () => {
    for (const slice of slices) {
      const html = formHtml(slice);
      const folded = html.slice(html.indexOf("<details"), html.indexOf("</details>"));
      const expert = Object.entries(slice.schema.fields).flatMap(([name, field]) => (field.expert ? [name] : []));
      assert.deepEqual(matches(folded, /data-field="(\w+)"/g), expert, slice.type);
    }
  });
});

describe("examples", () => {
  const folder = join(root, "examples");
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const nodesOf = (file: string): Record<string, unknown>[] => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const core = new Set([
    ...["tab", "group", "comment", "inject", "debug", "switch", "change", "function", "json", "join", "catch", "status"],
    ...["link in", "link out", "http in", "http response", "http request", "mqtt in", "mqtt out", "mqtt-broker", "tcp request"],
  ]);
  const byType = new Map(slices.map(({ type, schema }) => [type, schema]));
  const labelOf = (type: string): string =>
    byType.has(type) ? JSON.parse(readFileSync(join(root, `nodes/${type}/locales/en-US/${type}.json`), "utf8")).label : type;
  /** As the editor draws it, in steps of 20; links are squares. A letter is 7 wide, more in some fonts, less in most. */
  const widthOf = ({ type, name, url }: Record<string, unknown>): number => {
    if (/^link (in|out)$/.test(String(type))) return 30;
    const { length } = String(name || url || labelOf(String(type)));
    return Math.max(100, 20 * Math.ceil((length * 7 + 50) / 20));
  };

  for (const file of files) {
    describe(file, () => {
      const nodes = nodesOf(file);
      const ids = nodes.map(({ id }) => id);

      it("has nodes of this package and of a bare Node-RED only", () => {
        assert.deepEqual(
          nodes.filter(({ type }) => !core.has(String(type)) && !byType.has(String(type))),
          [],
        );
      });
      it("has unique ids and no wire or reference into the void", () => {
        assert.equal(new Set(ids).size, ids.length);
        for (const node of nodes) {
          const { wires, links, z, g } = node;
          const fields = Object.entries(byType.get(String(node.type))?.fields ?? {});
          const references = fields.filter(([name, field]) => field.kind === "reference" && node[name] !== "").map(([name]) => node[name]);
          for (const id of [
            ...((wires as string[][] | undefined) ?? []).flat(),
            ...((links as string[] | undefined) ?? []),
            ...references,
            z,
            g,
          ]) {
            if (id !== undefined) assert.ok(ids.includes(id), String(id));
          }
        }
      });
      it("has settings that the nodes' schemas accept, and no others", () => {
        for (const node of nodes) {
          const schema = byType.get(String(node.type));
          if (!schema) continue;
          assert.doesNotThrow(() => readConfig(schema.fields, node, schema.migrations));
          const known = new Set([...Object.keys(schema.fields), "id", "type", "z", "g", "x", "y", "wires", "info", "version"]);
          assert.deepEqual(
            Object.keys(node).filter((key) => !known.has(key)),
            [],
          );
        }
      });
      it("has no node that lies on another", () => {
        const placed = nodes.filter(({ type, x }) => typeof x === "number" && type !== "group");
        for (const one of placed)
          for (const other of placed) {
            const isBeside = one.g === other.g && Math.abs(Number(one.y) - Number(other.y)) < 30;
            if (one === other || !isBeside || Number(other.x) < Number(one.x)) continue;
            const gap = Number(other.x) - Number(one.x) - (widthOf(one) + widthOf(other)) / 2;
            assert.ok(gap > 0, `${one.type} "${one.name}" and ${other.type} "${other.name}" at ${one.y}`);
          }
      });
      it("says on the tab, on each comment and on each node of this package what it is for", () => {
        for (const { type, name, info } of nodes) {
          if (type === "tab" || type === "comment" || byType.has(String(type)))
            assert.ok(typeof info === "string" && info.length > 20, `${type} ${name}`);
        }
      });
    });
  }

  it("tell a person what each fault that pressing the buttons leads to means, never a bare code", () => {
    const telling = nodesOf("01 - Complete charger.json").filter(({ name }) => /^say (what is wrong|that it is over)$/.test(String(name)));
    assert.equal(telling.length, 2);
    for (const fault of ["GroundFault", "GfciSelfTestFailed", "ContactorWelded", "DiodeFault", "OverCurrent"])
      for (const { name, rules } of telling)
        assert.match(JSON.stringify(rules), new RegExp(`\\\\"${fault}\\\\": \\\\"\\w+ .*`), `${name}: ${fault}`);
  });

  it("use each node", () => {
    const used = new Set(files.flatMap((file) => nodesOf(file).map(({ type }) => type)));
    for (const { type } of slices) assert.ok(used.has(type), type);
  });
});

describe("pages", () => {
  it("exist for each node and nothing else", () => {
    const pages = readdirSync(join(root, "docs/nodes")).toSorted();
    assert.deepEqual(pages, ["README.md", ...slices.map(({ type }) => `${type}.md`)].toSorted());
    assert.ok(existsSync(join(root, "docs/nodes/README.md")));
  });
});
