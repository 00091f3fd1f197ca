/** The part of a controller's configuration that says which pins of a Raspberry Pi the charger hangs on, and that somebody answers for the hardware. */
import * as v from "valibot";
import { BrokenInvariant, ConfigError } from "#core/errors";
import type { PilotDivider } from "#core/pilot/calibration";
import { Ohms, Volts } from "#core/units/units";
import { ADC_CHIPS } from "#pi/adc";
import { INTERLOCK_NAMES, INTERLOCKS } from "#pi/interlocks";
import { type BoardLayout, HIGHEST_GPIO, LOWEST_GPIO, objectionsTo, PWM_GPIOS } from "#pi/layout";
import { PRESET_NAMES, PRESETS } from "#pi/presets";
import { ONE_SHOT_ALONE, objectionsWithoutDaemon } from "#pi/without-daemon";
import { explain } from "./explain.ts";

const finite = v.pipe(v.number(), v.finite());
const between = (least: number, most: number) => v.pipe(finite, v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) => v.pipe(finite, v.integer(), v.minValue(least), v.maxValue(most));
const gpio = whole(LOWEST_GPIO, HIGHEST_GPIO);
const active = v.optional(v.picklist(["high", "low"]), "high");
const ohms = between(1, 10_000_000);

const Output = v.strictObject({ gpio, active });
const Input = v.strictObject({ gpio, active, pull: v.optional(v.picklist(["none", "down", "up"]), "none") });
const fitted = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.nullable(schema), null);

const Divider = v.strictObject({ pilotOhm: ohms, groundOhm: ohms, supplyOhm: ohms });

/** Pins of a board that has no preset. Only what is fitted needs to be named. */
const Layout = v.pipe(
  v.strictObject({
    pilotGpio: v.picklist(PWM_GPIOS),
    relays: v.pipe(v.array(Output), v.minLength(1), v.maxLength(4)),
    relayHold: fitted(v.strictObject({ percent: between(60, 100), afterMs: between(100, 5_000) })),
    liveness: fitted(v.strictObject({ gpio, drive: v.optional(v.picklist(["pulse", "heartbeat"]), "pulse") })),
    gfciTripped: Input,
    gfciTest: fitted(v.strictObject({ gpio, active, toggleHz: fitted(v.picklist([40, 50, 80, 100])) })),
    gfciReset: fitted(Output),
    coilInhibited: fitted(Input),
    loadSide: v.pipe(v.array(Input), v.minLength(1), v.maxLength(4)),
    groundPresent: fitted(Input),
    emergencyStop: fitted(Input),
    ventilationOk: fitted(Input),
    shuntTrip: fitted(Output),
    pilotOpen: fitted(Output),
    adc: v.strictObject({
      chip: v.picklist(ADC_CHIPS),
      chipSelect: v.optional(v.picklist([0, 1]), 0),
      referenceV: between(2.7, 5.5),
      highestHz: fitted(whole(100_000, 3_600_000)),
      pilotInput: whole(0, 7),
    }),
    divider: fitted(Divider),
    temperature: fitted(
      v.variant("sensor", [
        v.strictObject({ sensor: v.literal("MCP9808"), bus: v.optional(whole(0, 1), 1), address: v.optional(whole(0x18, 0x1f), 0x18) }),
        v.strictObject({ sensor: v.literal("DS18B20"), id: v.pipe(v.string(), v.regex(/^28-[0-9a-f]{12}$/)) }),
      ]),
    ),
    statusLight: fitted(v.strictObject({ red: gpio, green: gpio, blue: gpio })),
  }),
  v.check(
    (layout) => objectionsTo(layout).length === 0,
    ({ input }) => objectionsTo(input).join("; "),
  ),
);

const missing = (confirmed: readonly string[]): readonly string[] =>
  INTERLOCK_NAMES.filter((name) => !confirmed.includes(name)).map((name) => `${name} (${INTERLOCKS[name]})`);

/**
 * Every interlock must be named by whoever built it: a Pi alone opens nothing when it dies. @see conformance 3.4
 * @param alone what to say beside it where the one-shot is missing
 */
const interlocks = (alone = "") =>
  v.pipe(
    v.array(v.picklist(INTERLOCK_NAMES)),
    v.check(
      (confirmed) => missing(confirmed).length === 0,
      ({ input }) => {
        const confirmed = input as string[];
        const why = alone === "" || confirmed.includes("livenessGate") ? "" : `; ${alone}`;
        return `expected every interlock to be confirmed by whoever built the hardware, missing: ${missing(confirmed).join("; ")}${why}`;
      },
    ),
  );

const board = {
  preset: v.picklist([...PRESET_NAMES, "custom"]),
  /** With the preset "custom". */
  layout: v.exactOptional(Layout),
};

const CUSTOM_ALONE = 'expected "layout" with the preset "custom", and only with it';
const agrees = ({ preset, layout }: { readonly preset: string; readonly layout?: unknown }): boolean =>
  (preset === "custom") === (layout !== undefined);

export const PigpiodDriver = v.pipe(
  v.strictObject({
    kind: v.literal("pigpiod"),
    /** Where the daemon is; left out, this machine. */
    host: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
    port: v.optional(whole(1, 65_535), 8888),
    ...board,
    interlocks: interlocks(),
  }),
  v.check((driver) => agrees(driver), CUSTOM_ALONE),
);
export type PigpiodDriver = v.InferOutput<typeof PigpiodDriver>;

const withoutDaemon = (driver: Pick<PigpiodDriver, "preset" | "layout">): readonly string[] =>
  agrees(driver) ? objectionsWithoutDaemon(layoutOf(driver)) : [];

/** The library in the controller's own process. */
export const PigpioDriver = v.pipe(
  v.strictObject({ kind: v.literal("pigpio"), ...board, interlocks: interlocks(ONE_SHOT_ALONE) }),
  v.check((driver) => agrees(driver), CUSTOM_ALONE),
  v.check(
    (driver) => withoutDaemon(driver).length === 0,
    ({ input }) => withoutDaemon(input).join("; "),
  ),
);
export type PigpioDriver = v.InferOutput<typeof PigpioDriver>;

/** Either driver of a Raspberry Pi. */
const PiDriver = v.variant("kind", [PigpiodDriver, PigpioDriver]);
export type PiDriver = v.InferOutput<typeof PiDriver>;

/** The board a driver's settings mean. */
export function layoutOf({ preset, layout }: Pick<PiDriver, "preset" | "layout">): BoardLayout {
  if (preset !== "custom") return PRESETS[preset];
  if (layout === undefined) throw new BrokenInvariant("layoutMissing", "a custom board without a layout was let through");
  return boardOf(layout);
}

function boardOf(layout: v.InferOutput<typeof Layout>): BoardLayout {
  const { adc, divider } = layout;
  const resistors = divider && {
    pilotOhm: Ohms(divider.pilotOhm),
    groundOhm: Ohms(divider.groundOhm),
    supplyOhm: Ohms(divider.supplyOhm),
  };
  return { ...layout, adc: { ...adc, referenceV: Volts(adc.referenceV) }, divider: resistors };
}

/** What the rest of a configuration claims and the board does not have, in words; empty where both agree. */
export function disagreements(
  board: BoardLayout,
  claims: {
    readonly poles: number;
    readonly groundMonitor: string;
    readonly temperatureSensor: string;
    readonly meter: string;
    readonly ventilation: string;
    readonly inlet: string;
  },
): readonly string[] {
  const wrong: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  expect(claims.poles === board.loadSide.length, `supply.poles: expected ${board.loadSide.length}, as many as the board senses`);
  expect(
    claims.groundMonitor === "notFitted" || board.groundPresent !== null,
    'groundMonitor: expected "notFitted", the board has no pin for it',
  );
  expect(
    claims.temperatureSensor === "notFitted" || board.temperature !== null,
    'temperature.sensor: expected "notFitted", the board has none',
  );
  expect(claims.meter === "none", 'meter: expected "none", the board has none');
  expect(
    claims.ventilation === "none" || board.ventilationOk !== null,
    'ventilation: expected "none", the board has no pin for the interlock',
  );
  expect(claims.inlet === "tethered", 'inlet: expected "tethered", the board does not measure proximity');
  return wrong;
}

/** What the pilot's divider is on a board, and on what supply; null where two points must be measured. */
export function dividerOf(board: BoardLayout): { readonly divider: PilotDivider; readonly vcc: Volts } | null {
  return board.divider === null ? null : { divider: board.divider, vcc: board.adc.referenceV };
}

/** What a board has, in the words of the rest of a configuration. */
export function fittedOn(board: BoardLayout): {
  readonly poles: 1 | 2 | 3 | 4;
  readonly groundMonitor: "fitted" | "notFitted";
  readonly temperatureSensor: "fitted" | "notFitted";
} {
  const poles = ([1, 2, 3, 4] as const).find((count) => count === board.loadSide.length) ?? 1;
  return {
    poles,
    groundMonitor: board.groundPresent === null ? "notFitted" : "fitted",
    temperatureSensor: board.temperature === null ? "notFitted" : "fitted",
  };
}

/** A board by its preset's name, or "custom" and its pins. @throws ConfigError `configInvalid` naming what is wrong */
export function readBoard(preset: string, layout?: unknown): BoardLayout {
  const known = PRESET_NAMES.find((name) => name === preset);
  if (known !== undefined) return PRESETS[known];
  if (preset !== "custom")
    throw new ConfigError("configInvalid", `preset: expected ${PRESET_NAMES.join(", ")} or custom, got "${preset}".`);
  const parsed = v.safeParse(Layout, layout);
  if (!parsed.success) throw new ConfigError("configInvalid", `${explain(parsed.issues)}.`);
  return boardOf(parsed.output);
}

/** A driver as somebody wrote it. @throws ConfigError `configInvalid` naming what is wrong */
export function readPiDriver(driver: unknown): PiDriver {
  const parsed = v.safeParse(PiDriver, driver);
  if (!parsed.success) throw new ConfigError("configInvalid", `${explain(parsed.issues)}.`);
  return parsed.output;
}
