/** From what the machine wants driven to orders for single pins; who carries them out is a driver's. */
import type { Outputs } from "#core/evse/types";
import { type PilotOutput, STEADY_HIGH } from "#core/pilot/types";
import { PWM_FULL } from "#pi/dead-man";
import type { BoardLayout, OutputPin } from "#pi/layout";

/** Coil off, nothing offered. @see I5 */
export const SAFE: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };

/** Length of a liveness pulse, µs: the longest that pigpio makes. @see WD-01 */
export const PULSE_US = 100;
/** Steps of software PWM. */
const PWM_STEPS = 255;
/** Frequency of a relay that is held on less, above what can be heard. */
const HOLD_HZ = 8_000;

/** A pin's level, or software PWM on it. */
export type PinOrder =
  | { readonly gpio: number; readonly level: 0 | 1 }
  /** `steps` of 255. */
  | { readonly gpio: number; readonly hz: number; readonly steps: number };

/** Duty of hardware PWM, of a million, rounded down: the offer is never more than meant. @see DC-01 */
export function dutyOf(pilot: PilotOutput): number {
  if (pilot.kind === "steadyHigh") return PWM_FULL;
  return pilot.kind === "steadyLow" ? 0 : Math.floor((pilot.dutyPercent * PWM_FULL) / 100);
}

export const pinOrder = ({ gpio, active }: OutputPin, on: boolean): PinOrder => ({ gpio, level: on === (active === "high") ? 1 : 0 });

export const relayOrders = ({ relays }: BoardLayout, on: boolean): readonly PinOrder[] => relays.map((relay) => pinOrder(relay, on));

/** All relays from full to what holds them; nothing where they want full for good. */
export function holdOrders({ relays, relayHold }: BoardLayout): readonly PinOrder[] {
  if (relayHold === null) return [];
  const steps = Math.round((relayHold.percent / 100) * PWM_STEPS);
  return relays.map(({ gpio, active }) => ({ gpio, hz: HOLD_HZ, steps: active === "high" ? steps : PWM_STEPS - steps }));
}

/** The test winding, with a level or with an alternating one. */
export function testOrders({ gfciTest }: BoardLayout, on: boolean): readonly PinOrder[] {
  if (gfciTest === null) return [];
  if (!on || gfciTest.toggleHz === null) return [pinOrder(gfciTest, on)];
  return [{ gpio: gfciTest.gpio, hz: gfciTest.toggleHz, steps: (PWM_STEPS + 1) >> 1 }];
}

/** The outputs that are a level and nothing more. */
const PLAIN = ["gfciReset", "shuntTrip", "pilotOpen"] as const;

/** Orders for what differs, the coil and the pilot aside. @param before null where nothing is known */
export function plainOrders(layout: BoardLayout, before: Outputs | null, outputs: Outputs): readonly PinOrder[] {
  const orders: PinOrder[] = [];
  if (before === null || before.gfciTest !== outputs.gfciTest) orders.push(...testOrders(layout, outputs.gfciTest));
  for (const name of PLAIN) {
    const pin = layout[name];
    if (pin !== null && (before === null || before[name] !== outputs[name])) orders.push(pinOrder(pin, outputs[name]));
  }
  return orders;
}

/** What was driven when levels were read. */
export interface DrivenThen {
  readonly outputs: Outputs;
  /** The relays as they were, which may be off though the coil is wanted. */
  readonly relaysOn: boolean;
}

/** GPIO of an output that is on though it is driven off; null where there is none. The other way round may be the dead-man's doing. */
export function foreignOutput(layout: BoardLayout, { outputs, relaysOn }: DrivenThen, levels: number): number | null {
  const isOn = ({ gpio, active }: OutputPin): boolean => ((levels >>> gpio) & 1) === (active === "high" ? 1 : 0);
  const pins: OutputPin[] = relaysOn ? [] : [...layout.relays];
  for (const name of ["gfciTest", ...PLAIN] as const) {
    const pin = layout[name];
    if (pin !== null && !outputs[name]) pins.push(pin);
  }
  return pins.find(isOn)?.gpio ?? null;
}
