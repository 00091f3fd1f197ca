import assert from "node:assert/strict";
import { Lcd } from "./lcd.ts";

const LATCH_B = 0x15;
const LATCH_A = 0x14;
const RS = 0x80;
const E = 0x20;

/** The four data lines of a nibble on port B. */
const lines = (nibble: number): number => ((nibble & 1) << 4) | ((nibble & 2) << 2) | (nibble & 4) | ((nibble & 8) >> 2);

function nibble(lcd: Lcd, value: number, rs = 0): void {
  for (const port of [lines(value) | rs | E, lines(value) | rs]) lcd.write(Uint8Array.of(LATCH_B, port));
}

function byte(lcd: Lcd, value: number, rs = 0): void {
  nibble(lcd, value >> 4, rs);
  nibble(lcd, value & 15, rs);
}

const write = (lcd: Lcd, text: string): void => {
  for (const letter of text) byte(lcd, letter.charCodeAt(0), RS);
};

function ready(): Lcd {
  const lcd = new Lcd();
  lcd.write(Uint8Array.of(0x00, 0x1f, 0x00));
  for (const each of [3, 3, 3, 2]) nibble(lcd, each);
  for (const each of [0x28, 0x0c, 0x01, 0x06]) byte(lcd, each);
  return lcd;
}

describe("display of the virtual Pi", () => {
  it("shows two lines of sixteen characters", () => {
    const lcd = ready();
    write(lcd, "EVSE Ready 30A");
    byte(lcd, 0x80 | 0x40);
    write(lcd, "Not Connected");
    assert.deepEqual(lcd.view.lines, ["EVSE Ready 30A  ", "Not Connected   "]);
    assert.equal(lcd.view.on, true);
    byte(lcd, 0x01);
    assert.deepEqual(lcd.view.lines, [" ".repeat(16), " ".repeat(16)]);
  });

  it("takes characters of one's own", () => {
    const lcd = ready();
    byte(lcd, 0x40 | 8);
    for (const row of [4, 14, 31, 4, 4, 4, 4, 0]) byte(lcd, row, RS);
    assert.deepEqual(lcd.view.custom, { 1: [4, 14, 31, 4, 4, 4, 4, 0] });
  });

  it("has three lights, on when their line is low", () => {
    const lcd = ready();
    lcd.write(Uint8Array.of(LATCH_A, 0x80));
    lcd.write(Uint8Array.of(LATCH_B, 0x01));
    assert.deepEqual(lcd.view.light, { red: true, green: false, blue: false });
  });

  it("shows a held button as a low pin where the pull-ups are on", () => {
    const lcd = ready();
    lcd.write(Uint8Array.of(0x0c, 0x1f));
    const port = (): number => {
      lcd.write(Uint8Array.of(0x12));
      return (lcd.read(1)[0] ?? 0) & 0x1f;
    };
    assert.equal(port(), 0x1f);
    lcd.hold("up", true);
    assert.equal(port(), 0x1f & ~(1 << 3));
    lcd.hold("up", false);
    assert.equal(port(), 0x1f);
  });

  it("forgets everything without power", () => {
    const lcd = ready();
    write(lcd, "EVSE Ready 30A");
    lcd.write(Uint8Array.of(0x0c, 0x1f));
    lcd.cutPower();
    assert.deepEqual([lcd.view.lines[0], lcd.view.on, lcd.view.light.red], [" ".repeat(16), false, false]);
    lcd.write(Uint8Array.of(0x00));
    assert.deepEqual([...lcd.read(2)], [0xff, 0xff]);
  });

  it("takes a run of bytes for both ports in turn when addresses do not run on", () => {
    const lcd = ready();
    lcd.write(Uint8Array.of(0x0a, 0x20));
    const both = (value: number, rs: number): number[] => [lines(value) | rs | E, lines(value) | rs].flatMap((port) => [0x00, port]);
    const letter = "K".charCodeAt(0);
    lcd.write(Uint8Array.of(LATCH_A, ...both(letter >> 4, RS), ...both(letter & 15, RS)));
    assert.equal(lcd.view.lines[0][0], "K");
  });
});
