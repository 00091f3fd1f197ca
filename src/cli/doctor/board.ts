/** The board: which it is, what its config.txt says, and whether it has power. */
import { isStrict } from "#pi/boards";
import type { BoardLayout } from "#pi/layout";
import { bad, type Finding, fine, none, note } from "./finding.ts";
import type { System } from "./system.ts";

const PI = "Raspberry Pi";
/** Models whose pins pigpio cannot reach: another chip has them. */
const WITHOUT_PIGPIO = /^Raspberry Pi (5|500|Compute Module 5)/;
const ONE_CORE = /^Raspberry Pi (Zero W|Zero Rev|Zero$|1 |Model [AB]|Compute Module Rev)/;
const OWN_CONTROLLER = "Use a Pi Zero to Pi 4, or a charger with a controller of its own.";

export interface Board {
  /** As the firmware calls it; null on anything but a Pi. */
  readonly model: string | null;
  /** Its config.txt; null where it cannot be read. */
  readonly config: string | null;
}

export async function boardOf(system: System): Promise<Board> {
  const model = await system.text("/proc/device-tree/model");
  if (model === null || !model.startsWith(PI)) return { model: null, config: null };
  return { model, config: (await system.text("/boot/firmware/config.txt")) ?? (await system.text("/boot/config.txt")) };
}

/** @param remote the daemon is on another machine */
export function lookAtBoard({ model }: Board, { platform, arch }: System, remote: boolean): Finding {
  if (model === null) {
    const what = `no Raspberry Pi (${platform}, ${arch})`;
    return none(
      "board",
      remote ? `${what}; the pins are another machine's` : `${what}: use simulated hardware here, or the daemon of a Pi with --host`,
    );
  }
  if (WITHOUT_PIGPIO.test(model)) return bad("board", `${model}: pigpio cannot drive its pins`, OWN_CONTROLLER);
  if (ONE_CORE.test(model)) {
    return note(
      "board",
      `${model}, one core`,
      "Run the controller as a service with real-time priority, and Node-RED on another machine if it is slow.",
    );
  }
  return fine("board", model);
}

const SINCE_SYSFS_BASE = [6, 6] as const;

/** Kernel and system; what they mean for pigpio. */
export async function lookAtKernel(system: System): Promise<readonly Finding[]> {
  const [major = 0, minor = 0] = system.kernel.split(".").map(Number);
  const isNew = major > SINCE_SYSFS_BASE[0] || (major === SINCE_SYSFS_BASE[0] && minor >= SINCE_SYSFS_BASE[1]);
  const kernel = isNew ? `${system.kernel} (from 6.6 on sysfs counts GPIOs from 512; nothing here uses sysfs for pins)` : system.kernel;
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec((await system.text("/etc/os-release")) ?? "")?.[1] ?? null;
  return [fine("kernel", codename === null ? kernel : `${kernel}, ${codename}`)];
}

/** Whether this release of Raspberry Pi OS has no package of the daemon any more. */
export async function mustBuildDaemon(system: System): Promise<boolean> {
  return /^VERSION_CODENAME=(trixie|forky)$/m.test((await system.text("/etc/os-release")) ?? "");
}

const line = (pattern: string): RegExp => new RegExp(`^[ \\t]*${pattern}`, "m");

/** What config.txt says that matters to a charger's pins. */
export function lookAtConfig({ model, config }: Board, layout: BoardLayout, usedGpios: ReadonlySet<number>): readonly Finding[] {
  if (model === null) return [];
  if (config === null) return [note("config.txt", "cannot be read", "Run this as a user who may read /boot/firmware/config.txt.")];
  const findings: Finding[] = [];
  const mend = (seen: string, fix: string): void => void findings.push(bad("config.txt", seen, `${fix} Then restart the Pi.`));
  const mention = (seen: string, fix: string): void => void findings.push(note("config.txt", seen, `${fix} Then restart the Pi.`));
  if (!isStrict(config)) mention("a pin keeps its last level when a program that holds it ends", 'Add "dtparam=strict_gpiod".');
  if (layout.temperature?.sensor === "MCP9808" && !line("dtparam=(?:[^#\\n]*,)?i2c_arm=on").test(config))
    mend("the thermometer is on I2C, which is off", 'Add "dtparam=i2c_arm=on".');
  const wire = line("dtoverlay=w1-gpio(?:-pullup)?(?:[^#\\n]*?gpiopin=(\\d+))?").exec(config);
  if (layout.temperature?.sensor === "DS18B20" && wire === null)
    mend("the thermometer is on 1-wire, which is off", 'Add "dtoverlay=w1-gpio,gpiopin=N" with a pin that is free.');
  const wireGpio = Number(wire?.[1] ?? 4);
  if (wire !== null && usedGpios.has(wireGpio))
    mend(`1-wire has GPIO ${wireGpio}, which this board uses`, 'Give it another: "dtoverlay=w1-gpio,gpiopin=N".');
  for (const match of config.matchAll(/^[ \t]*gpio=([\d,-]+)=([^#\n]*)/gm)) {
    const gpios = (match[1] ?? "").split(",").flatMap(rangeOf);
    const taken = layout.relays.find(({ gpio }) => gpios.includes(gpio));
    if (taken !== undefined && /\b(dh|pu)\b/.test(match[2] ?? ""))
      mend(`"${match[0].trim()}" lets a relay pull in while the Pi starts`, "Remove that line.");
  }
  if (line("dtoverlay=pwm").test(config))
    mend("the kernel has the hardware PWM (dtoverlay=pwm), which the pilot needs", "Remove that line.");
  if (line("dtparam=(?:[^#\\n]*,)?audio=on").test(config))
    mention("analogue audio uses the same hardware PWM as the pilot", 'Set "dtparam=audio=off".');
  if (line("enable_uart=1").test(config) && (usedGpios.has(14) || usedGpios.has(15)))
    mention("a serial console may have GPIO 14 and 15, of which this board uses one", 'Set "enable_uart=0", or use another pin.');
  return findings.length > 0 ? findings : [fine("config.txt", "strict_gpiod; nothing else has the board's pins")];
}

function rangeOf(text: string): readonly number[] {
  const [from = Number.NaN, to = from] = text.split("-").map(Number);
  return Number.isInteger(from) && Number.isInteger(to)
    ? Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
    : [];
}

const UNDER_VOLTAGE = { now: 1 << 0, since: 1 << 16 } as const;
const THROTTLED = { now: (1 << 1) | (1 << 2) | (1 << 3), since: (1 << 17) | (1 << 18) | (1 << 19) } as const;
const HOT = 80;
const STRONGER = "Use the power supply that belongs to this Pi, and feed relays from another one.";

/** What the firmware tells, "throttled=0x50005" or the digits alone; null for anything else. */
function flagsIn(told: string | null | undefined): number | null {
  const digits = /^(?:throttled=0x)?([0-9a-f]{1,8})$/i.exec(told?.trim() ?? "")?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

/** Under-voltage, throttling, heat. */
export async function lookAtPower({ model }: Board, system: System): Promise<readonly Finding[]> {
  if (model === null) return [];
  const findings: Finding[] = [];
  const flags =
    flagsIn((await system.run("vcgencmd", "get_throttled"))?.out) ??
    flagsIn(await system.text("/sys/devices/platform/soc/soc:firmware/get_throttled"));
  if (flags === null) findings.push(none("power", "the firmware does not tell (vcgencmd get_throttled)"));
  else if ((flags & UNDER_VOLTAGE.now) !== 0) findings.push(bad("power", "under-voltage now", STRONGER));
  else if ((flags & UNDER_VOLTAGE.since) !== 0) findings.push(note("power", "under-voltage since the start", STRONGER));
  else if ((flags & (THROTTLED.now | THROTTLED.since)) !== 0)
    findings.push(note("power", "slowed down for its temperature since the start", "Cool it."));
  else findings.push(fine("power", "no under-voltage, not slowed down"));
  const celsius = Number((await system.text("/sys/class/thermal/thermal_zone0/temp")) ?? Number.NaN) / 1000;
  if (celsius >= HOT) findings.push(note("temperature", `${celsius.toFixed(0)} °C`, "Cool the Pi; it slows down from 80 °C."));
  else if (Number.isFinite(celsius)) findings.push(fine("temperature", `${celsius.toFixed(0)} °C`));
  return findings;
}
