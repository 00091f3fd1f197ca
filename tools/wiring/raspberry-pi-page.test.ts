import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readBoard } from "#link/pi-driver";
import { INTERLOCK_NAMES } from "#pi/interlocks";
import { pinsOf } from "#pi/layout";
import { PRESET_NAMES, PRESETS } from "#pi/presets";
import { placeOf } from "./header.ts";
import { converterV, LEAST_SLEW, ONE_SHOT, oneShotMs, SENSE_OHM, SHORTED_MA } from "./parts.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/raspberry-pi.md"), "utf8");
/** First cells of the page's tables. */
const rows = page.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.split(" | ")[0] ?? ""] : []));

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(ROOT, folder, file), "utf8"));
}

describe("docs/raspberry-pi.md", () => {
  it("has a row for every code with which a board refuses", () => {
    const folders = ["src/drivers", "src/panel", "src/cli/calibrate", "nodes/j1772-charger"];
    const codes = new Set(
      folders
        .flatMap(sourcesBelow)
        .flatMap((text) => [...text.matchAll(/new DriverUnavailable\(\s*"(\w+)"/g)].map(([, code = ""]) => code)),
    );
    assert.ok(codes.size > 10);
    for (const code of codes)
      assert.ok(
        rows.some((row) => row.includes(`\`${code}\``)),
        code,
      );
  });

  it("has a row for every interlock and every preset", () => {
    for (const name of [...INTERLOCK_NAMES, ...PRESET_NAMES])
      assert.ok(
        rows.some((row) => row.includes(`\`${name}\``)),
        name,
      );
  });

  it("has each pin of each preset in its table, and no other", () => {
    const table = [...page.matchAll(/^\| (\d+) \| (\d+) \| (\S*) ?\| (\S*) ?\|$/gm)].map(([, gpio, place, ...names]) => [
      Number(gpio),
      Number(place),
      ...names,
    ]);
    for (const [column, layout] of [PRESETS.buildGuide, PRESETS.evseHat].entries()) {
      const shown = table.flatMap((row) => (row[column + 2] === "" ? [] : [[row[column + 2], row[0], row[1]]]));
      const meant = pinsOf(layout).map(([name, gpio]) => [`\`${name}\``, gpio, placeOf(gpio)]);
      assert.deepEqual(new Set(shown.map(String)), new Set(meant.map(String)));
    }
  });

  it("shows a layout of one's own that the driver takes", () => {
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const layout = readBoard("custom", JSON.parse(json));
    assert.deepEqual([layout.relays.length, layout.relayHold?.percent, layout.temperature?.sensor], [3, 68, "DS18B20"]);
  });

  it("calls things as a form and a status do", () => {
    const words = (file: string) => JSON.parse(readFileSync(join(ROOT, "nodes", file), "utf8"));
    const { options } = words("j1772-charger/locales/en-US/j1772-charger.json").field.driver;
    const { status, fault } = words("shared/locales/en-US/shared.json");
    const waiting = status.waiting.replace("__limit__", "16");
    const said = [options.pigpiod, options.pigpio, options.service, status.notConnected, status.noController, status.gfciPassed, waiting];
    for (const each of [...said, fault.DiodeFault.short]) assert.ok(page.includes(`*${each}*`), each);
  });

  it("links to what is there", () => {
    const targets = [...page.matchAll(/\]\(([^)#]+)|src="([^"]+)"/g)].map(([, link, image]) => link ?? image ?? "");
    assert.ok(targets.length > 8);
    for (const target of targets) assert.ok(existsSync(join(ROOT, "docs", target)), target);
  });

  it("has the values that the drawings have", () => {
    for (const value of [
      `${converterV(12).toFixed(3)} V at +12 V, ${converterV(0).toFixed(3)} V at 0 V, ${converterV(-12).toFixed(3)} V at −12 V`,
      `${LEAST_SLEW.toFixed(1)} V/µs`,
      `${SHORTED_MA} mA into 1 kΩ`,
      `${ONE_SHOT.ohm / 1_000} kΩ 1 % and ${ONE_SHOT.microfarad} µF 5 % film: ${oneShotMs().drawn.toFixed(1)} ms`,
      `2 × ${SENSE_OHM / 2_000} kΩ`,
    ])
      assert.ok(page.includes(value), value);
  });

  it("names files of the package that are there", () => {
    const unit = readdirSync(join(ROOT, "deploy/systemd"));
    for (const [, file = ""] of page.matchAll(/install -\w*m 644 (\S+)/g)) assert.ok(unit.includes(file), file);
  });
});
