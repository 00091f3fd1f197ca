import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { type ParsedPage, parseExcessPage } from "#core/solar/excess-page";

interface Values {
  readonly current?: string;
  readonly stamp?: string;
  readonly excess?: readonly [string, string];
  readonly minimum?: readonly [string, string];
  readonly maximum?: readonly [string, string];
}

function linesOf({ current, stamp, excess, minimum, maximum }: Values): string[] {
  return [
    `Current Time ${current ?? "20240601120030"}`,
    `Timestamp ${stamp ?? "20240601120002"}`,
    ...(excess ?? ["-105W", "-105W"]).map((value) => `Excess solar power available ${value}`),
    ...(minimum ?? ["0W", "0W"]).map((value) => `Minimum demand energy ${value}`),
    ...(maximum ?? ["5000W", "5000W"]).map((value) => `Maximum demand energy ${value}`),
  ];
}
const page = (values: Values = {}): ParsedPage => parseExcessPage(linesOf(values).join("\n"));
const why = (parsed: ParsedPage): string => (parsed.ok ? "accepted" : parsed.why);
const ageOf = (parsed: ParsedPage): number => (parsed.ok ? parsed.page.age : Number.NaN);

describe("parseExcessPage", () => {
  it("reads the page as paragraphs and as plain text alike", () => {
    const paragraphs = parseExcessPage(
      `<html><body>${linesOf({})
        .map((line) => `<p>${line}</p>\n`)
        .join("")}</body></html>`,
    );
    deepEqual(paragraphs, page());
    deepEqual(paragraphs, {
      ok: true,
      page: { stamp: "20240601120002", age: 28_000, excess: -105, minimum: 0, maximum: 5000 },
    });
  });

  it("accepts a page that forbids charging with a maximum of 0 W", () => {
    const parsed = page({ maximum: ["0W", "0W"] });
    ok(parsed.ok && parsed.page.maximum === 0);
  });

  const ages: readonly (readonly [string, string, string, number])[] = [
    ["a minute", "20240601120102", "20240601120058", 4],
    ["an hour", "20240601130001", "20240601125959", 2],
    ["midnight", "20240602000005", "20240601235955", 10],
    ["the end of a leap February", "20240301000001", "20240229235958", 3],
    ["a year", "20250101000010", "20241231235950", 20],
  ];
  for (const [across, current, stamp, seconds] of ages) {
    it(`measures the age of the values across ${across}`, () => equal(ageOf(page({ current, stamp })), seconds * 1000));
  }

  const torn: readonly (readonly [string, Values, RegExp])[] = [
    ["an excess pair that differs", { excess: ["-105W", "-10W"] }, /differ/],
    ["a minimum pair that differs", { minimum: ["0W", "100W"] }, /differ/],
    ["a maximum pair that differs", { maximum: ["5000W", "500W"] }, /differ/],
    ["a value that is not power", { excess: ["many", "many"] }, /watts/],
    ["a value without its unit", { excess: ["-105", "-105"] }, /watts/],
    ["a negative maximum", { maximum: ["-1W", "-1W"] }, /negative/],
    ["a day that does not exist", { stamp: "20240230120000" }, /YYYYMMDD/],
    ["a stamp later than its own page", { stamp: "20240601130000" }, /later/],
    ["values from before the last ten minutes", { stamp: "20240601114900" }, /old/],
  ];
  for (const [what, values, expected] of torn) {
    it(`refuses a page with ${what}`, () => match(why(page(values)), expected));
  }

  it("refuses every page that was cut short", () => {
    const whole = linesOf({}).join("\n");
    for (let length = 0; length < whole.length - 1; length += 1) {
      const parsed = parseExcessPage(whole.slice(0, length));
      ok(!parsed.ok, `accepted after ${length} of ${whole.length} characters`);
    }
  });

  it("refuses noise without throwing", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (text) => {
        ok(!parseExcessPage(text).ok);
      }),
      { seed: 61851, numRuns: 2000 },
    );
  });
});
