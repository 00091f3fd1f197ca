import assert from "node:assert/strict";
import { boardWithoutPigpio, isStrict } from "./boards.ts";

describe("boards", () => {
  it("that pigpio cannot drive are known by their revision", () => {
    assert.equal(boardWithoutPigpio(0xc04170), "Pi 5");
    assert.equal(boardWithoutPigpio(0xb04180), "Compute Module 5");
    for (const revision of [0xb03111, 0xa02082, 0x900092, 0x000e]) assert.equal(boardWithoutPigpio(revision), null);
  });

  it("a strict config.txt is known from one that only looks so [H2]", () => {
    for (const strict of ["dtparam=strict_gpiod", "a=b\r\ndtparam=i2c_arm=on,strict_gpiod\r\n", "dtparam=strict_gpiod=on,spi=on"])
      assert.equal(isStrict(strict), true, strict);
    for (const loose of ["", "#dtparam=strict_gpiod", "dtparam=spi=on # strict_gpiod", "dtparam=strict_gpiod=off", "dtparam=strict_gpiods"])
      assert.equal(isStrict(loose), false, loose);
  });
});
