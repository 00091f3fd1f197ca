/** Orders for pins as requests for the daemon. */
import type { Outputs } from "#core/evse/types";
import type { PilotOutput } from "#core/pilot/types";
import { PILOT_HZ } from "#pi/dead-man";
import type { BoardLayout, OutputPin } from "#pi/layout";
import { dutyOf, holdOrders, type PinOrder, pinOrder, plainOrders, relayOrders } from "#pi/outputs";
import { COMMAND } from "#pi/protocol/commands";
import { encodeRequest, words } from "#pi/protocol/frames";

/** @returns one request for a level, two for PWM */
export const requestsOf = (orders: readonly PinOrder[]): readonly Uint8Array[] =>
  orders.flatMap((order) =>
    "level" in order
      ? [encodeRequest(COMMAND.WRITE, order.gpio, order.level)]
      : [encodeRequest(COMMAND.PFS, order.gpio, order.hz), encodeRequest(COMMAND.PWM, order.gpio, order.steps)],
  );

export const pilotRequest = ({ pilotGpio }: BoardLayout, pilot: PilotOutput): Uint8Array =>
  encodeRequest(COMMAND.HP, pilotGpio, PILOT_HZ, words(dutyOf(pilot)));

export const pinRequests = (pin: OutputPin, on: boolean): readonly Uint8Array[] => requestsOf([pinOrder(pin, on)]);

export const relayRequests = (layout: BoardLayout, on: boolean): readonly Uint8Array[] => requestsOf(relayOrders(layout, on));

/** @see holdOrders */
export const holdRequests = (layout: BoardLayout): readonly Uint8Array[] => requestsOf(holdOrders(layout));

/** @see plainOrders */
export const plainRequests = (layout: BoardLayout, before: Outputs | null, outputs: Outputs): readonly Uint8Array[] =>
  requestsOf(plainOrders(layout, before, outputs));
