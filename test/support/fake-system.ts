/** A machine for the doctor, by tables: files, programs and what they say. */
import type { Ran, System } from "#cli/doctor/system";

const PI_4 = "Raspberry Pi 4 Model B Rev 1.4";
export const GOOD_CONFIG = "dtparam=strict_gpiod\ndtparam=i2c_arm=on\ndtparam=spi=on\n";

/** What differs from a Raspberry Pi 4 that is as it should be. */
export interface FakePi {
  /** Empty for anything but a Pi. */
  readonly model?: string;
  readonly config?: string;
  readonly release?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, Ran>>;
  readonly system?: Partial<System>;
}

export const ran = (out: string, code = 0): Ran => ({ code, out });
const GOOD_COMMANDS: Readonly<Record<string, Ran>> = {
  "vcgencmd get_throttled": ran("throttled=0x0\n"),
  "node-red --version": ran("Node-RED v5.0.7\nNode.js v24.21.0\n"),
  "chrt --reset-on-fork --fifo 10 true": ran(""),
  "timedatectl show --property=NTPSynchronized --value": ran("yes\n"),
  "systemctl show --property=RuntimeWatchdogUSec --value": ran("10s\n"),
};

export function systemOf({
  model = PI_4,
  config = GOOD_CONFIG,
  release = "bookworm",
  files = {},
  commands = {},
  system = {},
}: FakePi): System {
  const texts: Readonly<Record<string, string>> = {
    ...(model === "" ? {} : { "/proc/device-tree/model": model, "/boot/firmware/config.txt": config }),
    "/etc/os-release": `ID=debian\nVERSION_CODENAME=${release}\n`,
    "/sys/class/thermal/thermal_zone0/temp": "48312\n",
    "/dev/watchdog": "",
    ...files,
  };
  const programs = { ...GOOD_COMMANDS, ...commands };
  return {
    platform: "linux",
    arch: "arm64",
    kernel: "6.12.25+rpt-rpi-v8",
    nodeVersion: "v24.21.0",
    nodeFlags: [],
    text: async (path) => texts[path] ?? null,
    names: async (folder) =>
      [...new Set(Object.keys(texts).filter((path) => path.startsWith(`${folder}/`)))].map((path) => path.split("/")[2] ?? ""),
    exists: async (path) => texts[path] !== undefined,
    mayWrite: async () => true,
    freeBytes: async () => 8e9,
    run: async (command, ...args) => programs[[command, ...args].join(" ")] ?? null,
    lateness: async () => ({ worstMs: 2, usuallyMs: 1, wallStepMs: 0 }),
    ...system,
  };
}
