import assert from "node:assert/strict";
import fc from "fast-check";
import { ADC_CHIPS, codeIn, codesOf, conversionAnswer, conversionRequest, highestClockHz, inputsOf, requestedInput } from "./adc.ts";
import { celsiusInW1 } from "./ds18b20.ts";
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
        const read = celsiusIn(high | 0xc0, low);
        assert.ok(read !== null && Math.abs(read - celsius) <= 1 / 32 + 1e-9);
      }),
      { seed: 1772 },
    );
  });

  it("a bus on which nothing answers reads ones, which are no temperature just below zero [OT-02]", () =>
    assert.equal(celsiusIn(0xff, 0xff), null));
});

describe("DS18B20, as the kernel tells it", () => {
  const told = (bytes: string, verdict: string, thousandths: string): string =>
    `${bytes}: crc=${bytes.slice(-3, -1)} ${verdict}\n${bytes}t=${thousandths}\n`;

  it("degrees, below zero too", () => {
    assert.equal(celsiusInW1(told("72 01 4b 46 7f ff 0e 10 57 ", "YES", "23125")), 23.125);
    assert.equal(celsiusInW1(told("5e ff 4b 46 7f ff 02 10 f5 ", "YES", "-10125")), -10.125);
  });

  it("a wrong checksum, a shorted bus, a chip that has not measured and garbage are no temperature [OT-02]", () => {
    assert.equal(celsiusInW1(told("72 01 4b 46 7f ff 0e 10 58 ", "NO", "23125")), null);
    assert.equal(celsiusInW1(told("00 00 00 00 00 00 00 00 00 ", "YES", "0")), null);
    assert.equal(celsiusInW1(told("50 05 4b 46 7f ff 0c 10 1c ", "YES", "85000")), null);
    for (const garbage of ["", "\n", "23125\n", told("72 01 4b 46 7f ff 0e 10 57 ", "YES", ""), told("72 01 ", "YES", "23125")])
      assert.equal(celsiusInW1(garbage), null, garbage);
  });
});

describe("the daemon's clock", () => {
  it("runs on over its end", () => {
    assert.equal(ticksBetween(0xffff_fff0, 0x10), 0x20);
    assert.equal(ticksBetween(tickAt(4_294_967.29), tickAt(4_294_967.3)), 10);
  });
});
