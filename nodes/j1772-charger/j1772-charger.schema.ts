/** One charger and the installation behind it. Installation limits are set here and by nothing else. @see NE-01 */
import { choice, flag, optionalQuantity, quantity, text } from "../shared/fields.ts";
import type { NodeSchema } from "../shared/node-schema.ts";
import { migrations } from "./migrations.ts";

/** The drivers of a Raspberry Pi. */
const PI_DRIVERS = ["pigpiod", "pigpio"] as const;
/** What this node decides, and not a service's own file. */
const own = { shownWhen: { driver: ["simulated", ...PI_DRIVERS] } } as const;
const ownExpert = { ...own, expert: true } as const;
/** What a board on a Raspberry Pi has, or has not, by itself. */
const simulatedExpert = { shownWhen: { driver: "simulated" }, expert: true } as const;
const pi = { shownWhen: { driver: PI_DRIVERS } } as const;
const piExpert = { ...pi, expert: true } as const;

/** A front panel needs the daemon, which gives it lines of its own. */
const onDaemon = { driver: "pigpiod" } as const;
const light = { shownWhen: { ...onDaemon, panel: ["led", "lcdAndLed"] }, expert: true } as const;

export const ChargerNode = {
  type: "j1772-charger",
  fields: {
    name: text(64, "Charger"),
    driver: choice(["simulated", ...PI_DRIVERS, "service"], "simulated"),
    socketPath: text(200, "", { optional: true, shownWhen: { driver: "service" } }),
    board: choice(["buildGuide", "evseHat", "custom"], "buildGuide", pi),
    customPins: text(4000, "", { optional: true, shownWhen: { driver: PI_DRIVERS, board: "custom" } }),
    // Each is a promise of whoever built the hardware; nothing is driven before all are given. @see conformance 3.4
    livenessGate: flag(false, pi),
    gfciLatch: flag(false, pi),
    relayPullDown: flag(false, pi),
    loadSideSense: flag(false, pi),
    pilotDriver: flag(false, pi),
    bufferedSense: flag(false, pi),
    upstreamProtection: flag(false, pi),
    breakerA: quantity("A", 6, 125, 40, own),
    /** Share of the breaker that may flow for hours: 80 % where it must be 125 % of a continuous load. @see DC-08 */
    continuousPercent: choice([80, 100], 80, own),
    cableA: quantity("A", 6, 80, 40, own),
    hardwareA: quantity("A", 6, 80, 40, own),
    volts: quantity("V", 90, 480, 240),
    phases: choice([1, 3], 1),
    ventilation: choice(["none", "interlock"], "none", own),
    autoReset: flag(true, own),
    authorisation: choice(["free", "required"], "free", own),
    leaseS: quantity("s", 1, 3600, 30, ownExpert),
    /** 0, or at least 6: J1772 has no offer in between. */
    fallbackA: choice([0, 6, 8, 10, 13, 16], 0, ownExpert),
    poles: choice([1, 2, 3, 4], 2, simulatedExpert),
    groundMonitor: choice(["fitted", "notFitted"], "fitted", simulatedExpert),
    meter: choice(["none", "stopWhenSilent", "capWhenSilent"], "stopWhenSilent", simulatedExpert),
    inlet: choice(["tethered", "type2Socket"], "tethered", simulatedExpert),
    simplifiedCar: choice(["trust", "clampTo10A"], "trust", ownExpert),
    wakeUp: choice(["none", "stateF", "stateE"], "stateF", ownExpert),
    wakeUpAfterS: quantity("s", 5, 3600, 30, ownExpert),
    faultPilot: choice(["stateF", "steadyHigh"], "stateF", ownExpert),
    startDelayMaxS: quantity("s", 0, 1800, 0, ownExpert),
    temperatureSensor: choice(["fitted", "notFitted"], "fitted", simulatedExpert),
    derateHalfC: quantity("°C", 30, 120, 65, ownExpert),
    derateQuarterC: quantity("°C", 30, 120, 68, ownExpert),
    stopC: quantity("°C", 30, 120, 71, ownExpert),
    restoreC: quantity("°C", 20, 110, 62, ownExpert),
    /** Empty is this machine, at the daemon's usual port. */
    daemonAddress: text(200, "", { optional: true, shownWhen: { driver: "pigpiod" }, expert: true }),
    /** Two points of the pilot as measured with a meter; all four or none. */
    highAdcV: optionalQuantity("V", 0, 30, "", piExpert),
    highPilotV: optionalQuantity("V", 11, 13, "", piExpert),
    lowAdcV: optionalQuantity("V", 0, 30, "", piExpert),
    lowPilotV: optionalQuantity("V", -13, -11, "", piExpert),
    panel: choice(["none", "lcd", "led", "lcdAndLed"], "none", { shownWhen: onDaemon, expert: true }),
    panelLanguage: choice(["en", "de"], "en", { shownWhen: { ...onDaemon, panel: ["lcd", "lcdAndLed"] }, expert: true }),
    /** Red, green, blue; empty is the board's own. */
    ledPins: text(20, "", { optional: true, ...light }),
    ledCommon: choice(["cathode", "anode"], "cathode", light),
  },
  migrations,
  face: null,
} as const satisfies NodeSchema;

/** What whoever built the hardware has to tick before anything is driven, by the names that a controller knows. @see conformance 3.4 */
export const INTERLOCK_FIELDS = [
  "livenessGate",
  "gfciLatch",
  "relayPullDown",
  "loadSideSense",
  "pilotDriver",
  "bufferedSense",
  "upstreamProtection",
] as const satisfies (keyof typeof ChargerNode.fields)[];
