import assert from "node:assert/strict";
import { changeWrites } from "#core/display/hd44780";
import { heldIn, nibblesOf, restingPorts, transferOf } from "./plate-wires.ts";

const DARK = { red: false, green: false, blue: false };

describe("wires of a display", () => {
  it("lets the register's choice stand before the enable line rises, and the data until it has fallen", () => {
    const [register, ...ports] = transferOf(nibblesOf([{ isText: true, byte: 0x4b }]), DARK);
    const portB = ports.filter((_, index) => index % 2 === 1);
    assert.equal(register, 0x14);
    assert.deepEqual(portB, [0x81, 0x81 | 0x20 | 0b00100, 0x81 | 0b00100, 0x81 | 0x20 | 0b11010, 0x81 | 0b11010]);
    assert.ok(
      ports.filter((_, index) => index % 2 === 0).every((portA) => portA === 0xc0),
      "the lamps stay as they are",
    );
  });

  it("writes a whole page in one transfer of 281 bytes", () => {
    assert.equal(transferOf(nibblesOf(changeWrites(null, ["EVSE Ready   30A", "Not Connected   "])), DARK).length, 281);
  });

  it("lights lamps and sees buttons when they are low", () => {
    assert.deepEqual(restingPorts({ red: true, green: false, blue: true }), [0x80, 0x00]);
    assert.equal(heldIn(0b1111_1011), 0b00100);
    assert.equal(heldIn(0b0001_1111), 0);
  });
});
