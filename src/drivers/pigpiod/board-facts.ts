/** What can be known of the Pi behind a daemon before anything is driven. */
import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { DriverUnavailable } from "#core/errors";
import { COMMAND } from "#pi/protocol/commands";
import { type DaemonLine, type Place, placeText, reach } from "./daemon-line.ts";

/** `PROCU`, which feeds the dead-man, came with this release. */
const OLDEST_DAEMON = 77;
/** Board types in a revision code of the new style, bits 4 to 11: those whose pins the daemon cannot reach. */
const WITHOUT_PIGPIO: Readonly<Record<number, string>> = { 23: "Pi 5", 24: "Compute Module 5", 25: "Pi 500", 26: "Compute Module 5 Lite" };
const NEW_STYLE = 1 << 23;
const PROBE_WITHIN = 500;

/** The board's name where it is one that pigpio cannot drive; null otherwise. */
export function boardWithoutPigpio(revision: number): string | null {
  return (revision & NEW_STYLE) === 0 ? null : (WITHOUT_PIGPIO[(revision >> 4) & 0xff] ?? null);
}

/** @throws DriverUnavailable `boardUnsupported` or `daemonTooOld` */
export async function checkBoard(line: DaemonLine): Promise<void> {
  const { result: revision } = await line.demand("the board's revision", COMMAND.HWVER);
  const name = boardWithoutPigpio(revision);
  if (name !== null) {
    throw new DriverUnavailable(
      "boardUnsupported",
      `pigpio cannot drive the pins of a Raspberry ${name}: use a Pi Zero to Pi 4, or a charger with a controller of its own.`,
    );
  }
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

/** Whether a Pi's config.txt says that the kernel takes pins back from a program that ends. @see conformance 3.4 H2 */
export const isStrict = (config: string): boolean =>
  /^[ \t]*dtparam=(?:[^#\n]*,)?strict_gpiod(?:=(?:on|true|yes|1))?[ \t]*(?:,|\r?$)/m.test(config);

/** True where this machine is a Pi whose config.txt can be read and is not strict. */
export async function isLoose(root = "/"): Promise<boolean> {
  const text = (path: string): Promise<string> => readFile(join(root, path), "utf8").catch(() => "");
  if (!(await text("proc/device-tree/model")).startsWith("Raspberry Pi")) return false;
  const config = (await text("boot/firmware/config.txt")) || (await text("boot/config.txt"));
  return config !== "" && !isStrict(config);
}

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
