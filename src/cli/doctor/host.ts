/** The machine as a place for a controller: Node, rights, clocks, disk, rivals. */
import { bad, type Finding, fine, none, note } from "./finding.ts";
import type { System } from "./system.ts";

const LEAST_NODE = [22, 9] as const;
const LEAST_NODE_RED = [4, 1] as const;
const atLeast = (text: string, [major, minor]: readonly [number, number]): boolean => {
  const [one = 0, two = 0] = (/(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
  return one > major || (one === major && two >= minor);
};

export function lookAtNode({ nodeVersion, nodeFlags }: System): Finding {
  if (!atLeast(nodeVersion, LEAST_NODE)) return bad("Node.js", nodeVersion, `Install ${LEAST_NODE.join(".")} or later.`);
  const slow = nodeFlags.find((flag) => /^--(inspect|cpu-prof|heap-prof|prof|trace)/.test(flag));
  if (slow !== undefined) return note("Node.js", `${nodeVersion} with ${slow}`, "A controller must not be held up; start it without.");
  return fine("Node.js", nodeVersion);
}

export async function lookAtNodeRed(system: System): Promise<Finding> {
  const told = (await system.run("node-red", "--version"))?.out ?? "";
  const version = /v?(\d+\.\d+\.\d+)/.exec(told)?.[1];
  if (version === undefined) return none("Node-RED", "not found in the search path; a controller that runs as a service needs none");
  if (!atLeast(version, LEAST_NODE_RED)) return bad("Node-RED", version, `Install ${LEAST_NODE_RED.join(".")} or later.`);
  return fine("Node-RED", version);
}

/** Whether a controller may run before everybody else. */
export async function lookAtPriority(system: System): Promise<Finding> {
  if (system.platform !== "linux")
    return note("priority", `no real-time priority on ${system.platform}`, "A real charger belongs on Linux.");
  const tried = await system.run("chrt", "--reset-on-fork", "--fifo", "10", "true");
  if (tried?.code === 0) return fine("priority", "real-time priority may be had");
  const fix = 'Run the controller as a service with "LimitRTPRIO=10", or give its user "rtprio 10" in /etc/security/limits.d.';
  return note("priority", tried === null ? "chrt is not installed (util-linux)" : "no real-time priority for this user", fix);
}

/** Beyond these a loop is worth telling, and a contactor opens, ms. @see F-31 @see WD-01 */
const WORTH_TELLING = 30;
const OPENS_AFTER = 60;

/** How late this machine wakes up, and whether the wall clock is set meanwhile. @param forMs how long to look */
export async function lookAtLateness(system: System, forMs: number): Promise<readonly Finding[]> {
  const { worstMs, usuallyMs, wallStepMs } = await system.lateness(forMs);
  const seen = `${worstMs.toFixed(1)} ms late at worst in ${(forMs / 1000).toFixed(0)} s, ${usuallyMs.toFixed(1)} ms in 99 of 100`;
  const findings: Finding[] = [];
  const busy = "Look what else runs here; a controller has real-time priority where it may, and this look has not.";
  if (worstMs >= OPENS_AFTER) findings.push(note("event loop", `${seen}: a contactor would have opened`, busy));
  else if (worstMs >= WORTH_TELLING) findings.push(note("event loop", seen, busy));
  else findings.push(fine("event loop", seen));
  if (Math.abs(wallStepMs) > 50) {
    findings.push(
      note(
        "wall clock",
        `was set by ${wallStepMs.toFixed(0)} ms meanwhile`,
        "Charging does not care; dates in the log do. Let NTP settle.",
      ),
    );
  }
  return findings;
}

export async function lookAtClock(system: System): Promise<Finding> {
  const told = (await system.run("timedatectl", "show", "--property=NTPSynchronized", "--value"))?.out.trim();
  const synced = told === "yes" || (await system.exists("/run/systemd/timesync/synchronized"));
  if (synced) return fine("wall clock", "set by NTP");
  if (told === undefined) return none("wall clock", "nobody tells whether it is set by NTP");
  return note("wall clock", "not set by NTP yet", "Sessions get wrong dates until it is; check the network, or fit a clock chip.");
}

export async function lookAtWatchdog(system: System): Promise<Finding> {
  if (system.platform !== "linux" || !(await system.exists("/dev/watchdog"))) return none("watchdog", "no hardware watchdog here");
  const told = (await system.run("systemctl", "show", "--property=RuntimeWatchdogUSec", "--value"))?.out.trim();
  if (told === undefined)
    return note("watchdog", "there, and nobody is known to use it", "Let systemd: RuntimeWatchdogSec=10 in /etc/systemd/system.conf.");
  if (told === "0" || told === "infinity" || told === "")
    return note(
      "watchdog",
      "there, not used",
      "Set RuntimeWatchdogSec=10 in /etc/systemd/system.conf; it restarts a Pi whose kernel hangs.",
    );
  return fine("watchdog", `used by systemd (${told})`);
}

const LITTLE = 50_000_000;
const TOO_LITTLE = 5_000_000;

export async function lookAtStateFolder(system: System, folder: string): Promise<Finding> {
  const about = "state folder";
  if (!(await system.mayWrite(folder)))
    return bad(about, `${folder} cannot be written by this user`, "Give it to the user who runs the controller.");
  const free = await system.freeBytes(folder);
  if (free === null) return fine(about, folder);
  const seen = `${folder}, ${(free / 1e6).toFixed(0)} MB free`;
  if (free < TOO_LITTLE) return bad(about, seen, "Free some space: faults and sessions must survive a power cut.");
  return free < LITTLE ? note(about, seen, "Free some space soon.") : fine(about, seen);
}

/** Programs that also drive pins, by the name of their process. */
const RIVALS: Readonly<Record<string, string>> = {
  nrgpio: "Node-RED's own GPIO nodes",
  "rpi-gpio": "a GPIO program",
  rgpiod: "the lgpio daemon",
  gpioset: "a program that holds pins",
  gpiomon: "a program that holds pins",
  pigs: "a client of pigpio",
};

/** Who else may drive pins on this machine. */
export async function lookForRivals(system: System): Promise<readonly Finding[]> {
  if (system.platform !== "linux") return [];
  const found: { readonly name: string; readonly pid: string; readonly command: string }[] = [];
  for (const pid of (await system.names("/proc")).filter((name) => /^\d+$/.test(name))) {
    const name = ((await system.text(`/proc/${pid}/comm`)) ?? "").trim();
    if (name !== "pigpiod" && RIVALS[name] === undefined) continue;
    const command = ((await system.text(`/proc/${pid}/cmdline`)) ?? "").replaceAll("\0", " ").trim();
    found.push({ name, pid, command });
  }
  const findings = found
    .filter(({ name }) => RIVALS[name] !== undefined)
    .map(({ name, pid }) =>
      note("rivals", `${name} runs (process ${pid}): ${RIVALS[name]}`, "Make sure that it leaves the board's pins alone, or end it."),
    );
  for (const { pid, command } of found.filter(({ name }) => name === "pigpiod")) {
    if (/\s-t\s*0\b/.test(command))
      findings.push(
        bad(
          "rivals",
          `pigpiod (process ${pid}) uses the PWM clock itself: "${command}"`,
          "Start it without -t 0; the pilot needs that clock.",
        ),
      );
    if (/\s-k\b/.test(command))
      findings.push(bad("rivals", `pigpiod (process ${pid}) has its socket switched off: "${command}"`, "Start it without -k."));
  }
  return findings.length > 0 ? findings : [fine("rivals", "nothing else is known to drive pins here")];
}
