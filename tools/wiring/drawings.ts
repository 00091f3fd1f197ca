/** Every wiring diagram of the documentation, by its path. */
import type { BoardLayout } from "#pi/layout";
import { PRESETS } from "#pi/presets";
import { boardDrawing } from "./board.ts";
import { coilPathDrawing } from "./coil-path.ts";
import { frontEndDrawing } from "./front-end.ts";
import { chosenFrom, FIXED } from "./pins.ts";

/** A board with everything that a layout can have; its pins are off the header, so that none is in the way of another. */
const EVERYTHING: BoardLayout = {
  ...PRESETS.buildGuide,
  relays: [{ gpio: 101, active: "high" }],
  liveness: { gpio: 102, drive: "pulse" },
  gfciTripped: { gpio: 103, active: "high", pull: "up" },
  gfciTest: { gpio: 104, active: "high", toggleHz: null },
  gfciReset: { gpio: 105, active: "high" },
  coilInhibited: { gpio: 106, active: "high", pull: "up" },
  loadSide: [{ gpio: 107, active: "low", pull: "up" }],
  groundPresent: { gpio: 108, active: "low", pull: "up" },
  emergencyStop: { gpio: 109, active: "high", pull: "up" },
  ventilationOk: { gpio: 110, active: "high", pull: "none" },
  shuntTrip: { gpio: 111, active: "high" },
  pilotOpen: { gpio: 112, active: "high" },
  statusLight: { red: 113, green: 114, blue: 115 },
};

export function wiringDrawings(): ReadonlyMap<string, string> {
  return new Map([
    [
      "docs/images/wiring-build-guide.svg",
      boardDrawing({
        title: "Build-guide board",
        about: "Which pins of a Raspberry Pi lead to which part of the build-guide board.",
        layout: PRESETS.buildGuide,
        pins: FIXED,
        make: "built",
        notes: "Preset buildGuide. What is tied to the red line takes the coil's current away by itself, without the Pi.",
      }),
    ],
    [
      "docs/images/wiring-evse-hat.svg",
      boardDrawing({
        title: "Raspberry Pi EVSE Hat",
        about: "Which pins of a Raspberry Pi the EVSE Hat uses, and for what.",
        layout: PRESETS.evseHat,
        pins: FIXED,
        make: "bought",
        notes:
          "Preset evseHat. The hat sits on the header; pins as its README says. Without an edge for some milliseconds its watchdog sets the ground-fault latch.",
      }),
    ],
    [
      "docs/images/wiring-custom.svg",
      boardDrawing({
        title: "A board of your own",
        about: "What a custom layout may have, and which GPIOs each part may be on.",
        layout: EVERYTHING,
        pins: chosenFrom(EVERYTHING),
        make: "built",
        notes:
          "Preset custom. Each pin has its name in the layout, and below it the GPIOs that it may be on. Values as on the build-guide board; broken lines may be left out.",
      }),
    ],
    ["docs/images/wiring-front-end.svg", frontEndDrawing()],
    ["docs/images/wiring-coil-path.svg", coilPathDrawing()],
  ]);
}
