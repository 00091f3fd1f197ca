/** What the drivers of a Raspberry Pi can do on the virtual Pi with the board "buildGuide". */
import type { BoardCapabilities } from "../../src/drivers/contract.ts";

export const ON_BUILD_GUIDE: BoardCapabilities = {
  coilObserved: true,
  livenessGate: true,
  pilotSense: true,
  gfciSelfTest: true,
  senses: {
    gfciTripped: true,
    coilInhibited: true,
    loadSide: true,
    groundPresent: true,
    mainsV: false,
    currentA: false,
    energyWh: false,
    temperatureC: true,
    railHighV: false,
    railLowV: false,
    coilSupplyPercent: false,
    pwm: true,
    ventilationOk: false,
    proximityOhms: false,
  },
  spacingTolerancePercent: 20,
  sensesWithinMs: 250,
};
