import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pilotCheck } from "#cli/pilot-check";
import { CAR_OHM, type Circuit, GAIN, gaussian, lineOf, OFFSET_V, seededRandom, voltsAt } from "../../bench/pilot-waveform.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: string[]): Promise<Outcome> {
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
  return { code: await pilotCheck(args, io), out, err };
}

const reportOf = ({ out }: Outcome): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

/** Rows of a simulated recording: µs and pilot volts. */
function rows(circuit: Circuit, duty: number, count = 3000): (readonly [number, number])[] {
  const line = lineOf(circuit, duty);
  return Array.from({ length: count }, (_, index) => [index, voltsAt(line, index + 400)] as const);
}

const csv = (samples: readonly (readonly [number, number])[], head = "t_us,cp_V", join = ","): string =>
  `${[head, ...samples.map(([t, v]) => `${t}${join}${v.toFixed(4)}`)].join("\n")}\n`;

describe("j1772 pilot-check", () => {
  let folder = "";
  let files = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pilot-check-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(text: string | Uint8Array): string {
    files += 1;
    const path = join(folder, `${files}.csv`);
    writeFileSync(path, text);
    return path;
  }

  it("prints one JSON object with the verdict and exits 0 for a healthy pilot", async () => {
    const outcome = await run(file(csv(rows({ carOhm: CAR_OHM.C }, 50))));
    equal(outcome.code, 0);
    equal(outcome.err, "");
    equal(outcome.out.trim().split("\n").length, 1);
    deepEqual(reportOf(outcome), {
      state: "C",
      highV: 5.99,
      lowV: -12,
      dutyCycle: 49.9,
      offeredCurrentA: 29.9,
      frequencyHz: 1000,
      diode: "ok",
      verdict: "valid",
      reasons: [],
      explanations: [],
      column: "cp_V",
      rows: 3000,
      missing: 0,
    });
  });

  it("exits 1 for a shorted diode, with the reason and what it means", async () => {
    const outcome = await run(file(csv(rows({ carOhm: CAR_OHM.B, diodeShorted: true }, 50))));
    equal(outcome.code, 1);
    const report = reportOf(outcome);
    equal(report.diode, "shorted");
    deepEqual(report.reasons, ["diodeShorted"]);
    match(String(report.explanations), /diode is shorted or missing/);
  });

  it("reads ADC volts through the build guide's divider, and through another with its supply", async () => {
    const adc = rows({ carOhm: CAR_OHM.B }, 26.6).map(([t, v]) => [t, (v - OFFSET_V) / GAIN] as const);
    const usual = reportOf(await run(file(csv(adc, "t_us,adc_V"))));
    equal(usual.state, "B");
    equal(usual.verdict, "valid");
    const other = rows({ carOhm: CAR_OHM.B }, 26.6).map(([t, v]) => [t, v / 9.2726 + 1.6476] as const);
    const path = file(csv(other, "t_us,adc_V"));
    equal(reportOf(await run(path)).verdict, "invalid", "the wrong divider is not believed");
    equal(reportOf(await run(path, "--divider", "200k,54.9k,43.2k", "--vcc", "3.3")).verdict, "valid");
  });

  it("takes cp_V where both columns are there, and the other when asked or when a divider is given", async () => {
    const both = rows({ carOhm: CAR_OHM.B }, 50).map(([t, v]) => `${t},${v.toFixed(4)},${((v - OFFSET_V) / GAIN).toFixed(5)}`);
    const path = file(["t_us,cp_V,adc_V", ...both].join("\n"));
    equal(reportOf(await run(path)).column, "cp_V");
    equal(reportOf(await run(path, "--column", "adc_V")).column, "adc_V");
    equal(reportOf(await run(path, "--vcc", "5.0")).column, "adc_V");
    equal(reportOf(await run(path, "--column", "adc_V")).verdict, "valid");
  });

  it("compares the measured duty with the one given [DC-09]", async () => {
    const path = file(csv(rows({ carOhm: CAR_OHM.C }, 50)));
    equal((await run(path, "--duty", "50")).code, 0);
    equal(reportOf(await run(path, "--duty", "50 %")).offeredCurrentA, 30);
    deepEqual(reportOf(await run(path, "--duty", "16")).reasons, ["dutyMismatch"]);
  });

  it("never says C or D of a car in A or B under noise of 0.3 V and 5 % outliers [VW-10]", async () => {
    const random = seededRandom(12);
    for (const state of ["A", "B"] as const) {
      for (const duty of [10, 50, 96]) {
        for (const nanofarad of [1, 5.5]) {
          const noisy = rows({ carOhm: CAR_OHM[state], nanofarad }, duty).map(
            ([t, v]) => [t, random() < 0.05 ? 33 * random() - 18 : v + 0.3 * gaussian(random)] as const,
          );
          equal(reportOf(await run(file(csv(noisy)))).state, state);
        }
      }
    }
  });

  it("reads what scopes write: CRLF, BOM, quotes, preamble, comments, semicolons with decimal commas, tabs, empty fields", async () => {
    const samples = rows({ carOhm: CAR_OHM.B }, 50);
    const plain = csv(samples);
    const variants: Readonly<Record<string, string>> = {
      crlf: plain.replaceAll("\n", "\r\n"),
      "no last newline": plain.trimEnd(),
      bom: `\uFEFF${plain}`,
      quotes: plain.replace("t_us,cp_V", '"t_us","cp_V"'),
      "other case and spaces": plain.replace("t_us,cp_V", " T_US , CP_V "),
      preamble: `Model,DS1054Z\nSampling,1 MSa/s\n\n${plain}`,
      comments: plain.replace("\n", "\n# armed\n"),
      semicolons: csv(samples, "t_us;cp_V", ";").replaceAll(".", ","),
      tabs: csv(samples, "t_us\tcp_V", "\t"),
      "more columns": plain.replace("t_us,cp_V", "n,t_us,cp_V,note").replaceAll(/^(\d+),(.*)$/gm, "7,$1,$2,x"),
    };
    for (const [name, text] of Object.entries(variants)) {
      const outcome = await run(file(text));
      equal(outcome.err, "", name);
      equal(reportOf(outcome).state, "B", name);
      equal(reportOf(outcome).verdict, "valid", name);
    }
    const holed = reportOf(await run(file(plain.replaceAll(/^(\d*7),.*$/gm, "$1,").replaceAll(/^(\d*3),.*$/gm, "$1,NaN"))));
    equal(holed.verdict, "valid");
    equal(holed.missing, 600);
  });

  it("streams a million rows", async () => {
    const path = join(folder, "long.csv");
    const cycle = rows({ carOhm: CAR_OHM.C }, 53.3, 1000).map(([, v]) => v.toFixed(3));
    const stream = createWriteStream(path);
    stream.write("t_us,cp_V\n");
    for (let second = 0; second < 1000; second += 1) {
      stream.write(cycle.map((v, index) => `${second * 1000 + index},${v}\n`).join(""));
    }
    await new Promise<void>((resolve) => stream.end(resolve));
    const before = process.memoryUsage().rss;
    const report = reportOf(await run(path));
    equal(report.rows, 1_000_000);
    equal(report.state, "C");
    equal(report.verdict, "valid");
    const grewMB = (process.memoryUsage().rss - before) / 1e6;
    ok(grewMB < 150, `memory grew by ${grewMB.toFixed(0)} MB`);
  });

  describe("refuses with exit code 2, saying what was expected, what came and what to do", () => {
    const good = "t_us,cp_V\n0,9\n";
    const bad: readonly (readonly [string, () => string[], RegExp])[] = [
      ["no file", () => [], /expected one FILE\.csv, got none.*--help/],
      ["two files", () => ["a.csv", "b.csv"], /expected one FILE\.csv, got 2/],
      ["an unknown option", () => ["a.csv", "--fast"], /Unknown option '--fast'/],
      ["a missing file", () => [join(folder, "none.csv")], /none\.csv: cannot be read \(there is no such file\)/],
      ["a directory", () => [folder], /it is a directory/],
      ["an empty file", () => [file("")], /expected a header line such as "t_us,cp_V".*the file has no lines/],
      ["a file without a header", () => [file("0,9\n1,9\n2,9\n")], /expected a header line.*the first line is "0,9"/],
      ["a header that does not come", () => [file("scope,1\n".repeat(200))], /in the first 100 lines; the first line is "scope,1"/],
      ["a header without rows", () => [file("t_us,cp_V\n")], /the header is there but no samples follow/],
      ["no value column", () => [file("t_us,volts\n0,9\n")], /line 1: expected a column cp_V or adc_V beside t_us, found "t_us", "volts"/],
      ["a wanted column that is not there", () => [file(good), "--column", "adc_V"], /expected a column adc_V/],
      ["text in a number", () => [file("t_us,cp_V\n0,9\n1,nine\n")], /line 3: expected a number in cp_V, got "nine"/],
      ["a number in hexadecimal", () => [file("t_us,cp_V\n0,0x10\n")], /expected a number in cp_V, got "0x10"/],
      ["an infinite number", () => [file("t_us,cp_V\n0,Infinity\n")], /got "Infinity"/],
      ["a number beyond all numbers", () => [file("t_us,cp_V\n0,1e999\n")], /got "1e999"/],
      ["two decimal commas", () => [file("t_us;cp_V\n0;1,2,3\n")], /got "1,2,3"/],
      ["a row without a time", () => [file("t_us,cp_V\n,9\n")], /t_us has no value/],
      ["time that goes back", () => [file("t_us,cp_V\n5,9\n4,9\n")], /line 3: t_us goes back from 5 to 4/],
      ["a line of a million characters", () => [file(`t_us,cp_V\n0,${"9".repeat(1e6)}\n`)], /line 2: longer than 10000 characters/],
      ["a million characters without a line", () => [file("x".repeat(1e6))], /line 1: longer than 10000 characters/],
      ["UTF-16", () => [file(Buffer.from("t_us,cp_V\n0,9\n", "utf16le"))], /not a text file in UTF-8/],
      ["a binary file", () => [file(new Uint8Array(5000))], /not a text file in UTF-8/],
      ["an unknown column", () => [file(good), "--column", "volts"], /--column: expected cp_V or adc_V, got "volts"/],
      ["a divider with cp_V", () => [file(good), "--column", "cp_V", "--vcc", "5"], /leave one out/],
      ["two resistors", () => [file(good), "--divider", "200k,100k"], /expected three resistors such as 200k,100k,56k, got "200k,100k"/],
      ["a resistor of nothing", () => [file(good), "--divider", "200k,100k,lots"], /expected a resistor such as 200k, got "lots"/],
      ["a divider that cannot be", () => [file(good), "--divider", "56k,100k,200k"], /must stay within 0 to 5 V at the ADC/],
      ["a supply of zero", () => [file(good), "--vcc", "0"], /vcc must be more than zero, got 0/],
      ["a supply in words", () => [file(good), "--vcc", "five"], /--vcc: expected a number, got "five"/],
      ["a duty above 100", () => [file(good), "--duty", "120"], /--duty: expected 0 to 100 percent, got "120"/],
    ];
    for (const [what, args, message] of bad) {
      it(what, async () => {
        const outcome = await run(...args());
        equal(outcome.code, 2, outcome.out);
        equal(outcome.out, "");
        match(outcome.err, message);
        ok(outcome.err.length < 600, "the message stays readable");
      });
    }
  });

  it("exits 1, not 2, for a file that is well formed and says nothing: too few samples", async () => {
    const outcome = await run(file("t_us,cp_V\n0,9\n1,9\n"));
    equal(outcome.code, 1);
    deepEqual(reportOf(outcome).reasons, ["noSamples"]);
  });

  it("explains itself", async () => {
    for (const option of ["--help", "-h"]) {
      const outcome = await run(option);
      equal(outcome.code, 0);
      for (const part of ["FILE.csv", "t_us", "cp_V", "adc_V", "--column", "--divider", "--vcc", "--duty", "Exit code"]) {
        ok(outcome.out.includes(part), part);
      }
    }
  });
});

const SHARED = join(import.meta.dirname, "../../../shared/data/pilot");

// No rule is cited here: what shows a rule must be there for everybody who has the project.
if (existsSync(SHARED)) {
  describe("j1772 pilot-check on simulated cycles", () => {
    for (const column of ["cp_V", "adc_V"]) {
      it(`agrees with their names, by ${column}`, async () => {
        for (const [name, state, verdict, diode] of [
          ["ideal_pm12_3n_A_16", "A", "valid", "notTested"],
          ["ideal_pm12_3n_B_96", "B", "valid", "ok"],
          ["ideal_pm12_3n_C_50", "C", "valid", "ok"],
          ["ideal_pm12_3n_D_85", "D", "valid", "ok"],
          ["ideal_pm12_3n_B_diode_short_85", "B", "invalid", "shorted"],
          ["ideal_pm12_3n_C_diode_short_16", "C", "invalid", "shorted"],
          ["LF353_pm12_3n_A_50", "gap", "invalid", "notTested"],
          ["LF353_pm12_3n_B_50", "gap", "invalid", "ok"],
          ["LF353_pm12_3n_B_diode_short_50", "gap", "invalid", "shorted"],
          ["LF353_pm12_3n_C_50", "C", "invalid", "ok"],
        ] as const) {
          const outcome = await run(join(SHARED, `${name}.csv`), "--column", column);
          const report = reportOf(outcome);
          deepEqual([report.state, report.verdict, report.diode], [state, verdict, diode], name);
          equal(outcome.code, verdict === "valid" ? 0 : 1);
        }
      });
    }
  });
}
