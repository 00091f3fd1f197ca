/** From what the machine wants driven to requests for the daemon. */
import type { Outputs } from "#core/evse/types";
import { type PilotOutput, STEADY_HIGH } from "#core/pilot/types";
import { PILOT_HZ, PWM_FULL } from "#pi/dead-man";
import type { BoardLayout, OutputPin } from "#pi/layout";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest, words } from "#pi/protocol/frames";

/** Coil off, nothing offered. @see I5 */
export const SAFE: Outputs = { pilot: STEADY_HIGH, coil: false, gfciTest: false, gfciReset: false, shuntTrip: false, pilotOpen: false };

/** Steps of software PWM. */
const PWM_STEPS = 255;
/** Frequency of a relay that is held on less, above what can be heard. */
const HOLD_HZ = 8_000;

export function samePilot(one: PilotOutput, other: PilotOutput): boolean {
  if (one.kind !== "pwm" || other.kind !== "pwm") return one.kind === other.kind;
  return one.dutyPercent === other.dutyPercent;
}

/** Duty of hardware PWM, of a million, rounded down: the offer is never more than meant. @see DC-01 */
export function dutyOf(pilot: PilotOutput): number {
  if (pilot.kind === "steadyHigh") return PWM_FULL;
  return pilot.kind === "steadyLow" ? 0 : Math.floor((pilot.dutyPercent * PWM_FULL) / 100);
}

export const pilotRequest = ({ pilotGpio }: BoardLayout, pilot: PilotOutput): Uint8Array =>
  encodeRequest(COMMAND.HP, pilotGpio, PILOT_HZ, words(dutyOf(pilot)));

const levelOf = (pin: OutputPin, on: boolean): number => (on === (pin.active === "high") ? 1 : 0);

export const pinRequest = (pin: OutputPin, on: boolean): Uint8Array => encodeRequest(COMMAND.WRITE, pin.gpio, levelOf(pin, on));

export const relayRequests = ({ relays }: BoardLayout, on: boolean): readonly Uint8Array[] => relays.map((relay) => pinRequest(relay, on));

/** All relays from full to what holds them; nothing where they want full for good. */
export function holdRequests({ relays, relayHold }: BoardLayout): readonly Uint8Array[] {
  if (relayHold === null) return [];
  const steps = Math.round((relayHold.percent / 100) * PWM_STEPS);
  return relays.flatMap(({ gpio, active }) => [
    encodeRequest(COMMAND.PFS, gpio, HOLD_HZ),
    encodeRequest(COMMAND.PWM, gpio, active === "high" ? steps : PWM_STEPS - steps),
  ]);
}

/** The test winding, with a level or with an alternating one. */
export function testRequests({ gfciTest }: BoardLayout, on: boolean): readonly Uint8Array[] {
  if (gfciTest === null) return [];
  if (!on || gfciTest.toggleHz === null) return [pinRequest(gfciTest, on)];
  return [encodeRequest(COMMAND.PFS, gfciTest.gpio, gfciTest.toggleHz), encodeRequest(COMMAND.PWM, gfciTest.gpio, (PWM_STEPS + 1) >> 1)];
}

/** The outputs that are a level and nothing more. */
const PLAIN = ["gfciReset", "shuntTrip", "pilotOpen"] as const;

/** Requests for what differs, the coil and the pilot aside. @param before null where nothing is known */
export function plainRequests(layout: BoardLayout, before: Outputs | null, outputs: Outputs): readonly Uint8Array[] {
  const requests: Uint8Array[] = [];
  if (before === null || before.gfciTest !== outputs.gfciTest) requests.push(...testRequests(layout, outputs.gfciTest));
  for (const name of PLAIN) {
    const pin = layout[name];
    if (pin !== null && (before === null || before[name] !== outputs[name])) requests.push(pinRequest(pin, outputs[name]));
  }
  return requests;
}
