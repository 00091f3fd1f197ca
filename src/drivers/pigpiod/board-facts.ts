/** What can be known of the Pi behind a daemon before anything is driven. */
import { networkInterfaces } from "node:os";
import { DriverUnavailable } from "#core/errors";
import { boardWithoutPigpio, withoutPigpioText } from "#pi/boards";
import { COMMAND } from "#pi/protocol/commands";
import { type DaemonLine, type Place, placeText, reach } from "./daemon-line.ts";

/** `PROCU`, which feeds the dead-man, came with this release. */
const OLDEST_DAEMON = 77;
const PROBE_WITHIN = 500;

/** @throws DriverUnavailable `boardUnsupported` or `daemonTooOld` */
export async function checkBoard(line: DaemonLine): Promise<void> {
  const { result: revision } = await line.demand("the board's revision", COMMAND.HWVER);
  const name = boardWithoutPigpio(revision);
  if (name !== null) throw new DriverUnavailable("boardUnsupported", withoutPigpioText(name));
  const { result: version } = await line.demand("the daemon's version", COMMAND.PIGPV);
  if (version < OLDEST_DAEMON) {
    throw new DriverUnavailable(
      "daemonTooOld",
      `Expected pigpio V${OLDEST_DAEMON} or later, this daemon is V${version}: install a newer one.`,
    );
  }
}

export const isHere = (host: string): boolean => host === "127.0.0.1" || host === "::1" || host === "localhost";

const outsideAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid === undefined || scopeid === 0))
    .map(({ address }) => address);

/**
 * Where the daemon answers from outside this machine, without a password: anybody there could close the contactor. Empty where it does not.
 */
export async function openToNetwork({ host, port }: Place, outside = outsideAddresses()): Promise<readonly string[]> {
  if (!isHere(host)) return [placeText({ host, port })];
  const open = await Promise.all(
    outside.map(async (address) => {
      const place = { host: address, port };
      try {
        (await reach(place, PROBE_WITHIN)).destroy();
        return [placeText(place)];
      } catch {
        return [];
      }
    }),
  );
  return open.flat();
}
