import assert from "node:assert/strict";
import fc from "fast-check";
import { ADC_CHIPS, codeIn, codesOf, conversionAnswer, conversionRequest, highestClockHz, inputsOf, requestedInput } from "./adc.ts";
import { celsiusIn, temperatureBytes } from "./mcp9808.ts";
import { tickAt, ticksBetween } from "./ticks.ts";

describe("converters of the MCP3000 family", () => {
  it("ask as their makers say: start bit, single-ended, input", () => {
    assert.deepEqual([...conversionRequest("MCP3008", 5)], [0x01, 0xd0, 0x00]);
    assert.deepEqual([...conversionRequest("MCP3208", 5)], [0x07, 0x40, 0x00]);
  });

  for (const chip of ADC_CHIPS) {
    it(`${chip}: what is asked for is understood, what is answered is read`, () => {
      for (let input = 0; input < inputsOf(chip); input += 1) assert.equal(requestedInput(chip, conversionRequest(chip, input)), input);
      for (let code = 0; code < codesOf(chip); code += 1) assert.equal(codeIn(chip, conversionAnswer(code)), code);
      assert.equal(requestedInput(chip, new Uint8Array(3)), null);
    });
  }

  it("leading bits that a converter leaves floating do not count", () => {
    assert.equal(codeIn("MCP3004", Uint8Array.of(0xff, 0xfd, 0x80)), 0x180);
    assert.equal(codeIn("MCP3204", Uint8Array.of(0xff, 0xed, 0x80)), 0xd80);
  });

  it("may be clocked as fast as their supply allows", () => {
    assert.equal(highestClockHz("MCP3208", 2.7), 1_000_000);
    assert.equal(highestClockHz("MCP3208", 5), 2_000_000);
    assert.equal(highestClockHz("MCP3004", 3.3), 1_936_956);
  });
});

describe("MCP9808", () => {
  it("degrees survive its registers to a sixteenth, below zero too, flags ignored", () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 125, noNaN: true }), (celsius) => {
        const [high, low] = temperatureBytes(celsius);
        assert.ok(Math.abs(celsiusIn(high | 0xe0, low) - celsius) <= 1 / 32 + 1e-9);
      }),
    );
  });
});

describe("the daemon's clock", () => {
  it("runs on over its end", () => {
    assert.equal(ticksBetween(0xffff_fff0, 0x10), 0x20);
    assert.equal(ticksBetween(tickAt(4_294_967.29), tickAt(4_294_967.3)), 10);
  });
});
