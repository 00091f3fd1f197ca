/** What a board must have where no daemon watches over its controller. @see conformance 3.4 H1 */
import type { BoardLayout } from "#pi/layout";

/** Says plainly what stands and falls with the one-shot. */
export const ONE_SHOT_ALONE =
  "with the driver pigpio nothing but the one-shot in hardware opens the contactor when the controller dies, for no script in a daemon stands behind it";

/** What is wrong with a board for a driver without a daemon, in words; empty where nothing is. */
export function objectionsWithoutDaemon({ liveness, coilInhibited }: Pick<BoardLayout, "liveness" | "coilInhibited">): readonly string[] {
  const wrong: string[] = [];
  if (liveness?.drive === "heartbeat") {
    wrong.push(
      "liveness: this board's watchdog wants an edge every few milliseconds, which only a script in the pigpio daemon gives (a wave of the library would stop the pilot's PWM); use the driver pigpiod",
    );
  }
  if (coilInhibited === null)
    wrong.push(
      `coilInhibited: expected the pin that shows whether the coil's gate blocks, so that the one-shot is tried at each start: ${ONE_SHOT_ALONE}`,
    );
  return wrong;
}
