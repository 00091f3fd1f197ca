#!/usr/bin/env node
/** The command `j1772`: finds the subcommand and loads nothing else. */
import type { Io } from "./io.ts";

const USAGE = `j1772: a J1772 charger's controller, its simulator and its pilot reader

  j1772 controller --config FILE   run the safety controller of one charger
  j1772 simulate SCENARIO          run a scenario on virtual time and print what happened
  j1772 calibrate …                measure the pilot's divider on a board, with a meter
  j1772 doctor …                   say what is wrong with a Raspberry Pi that is to charge, and what to do
  j1772 virtual-pi                 be a Raspberry Pi with a pigpio daemon and a simulated charger on its pins
  j1772 pilot-check FILE.csv       say what a recorded pilot signal means
  j1772 sessions copy …            move charging sessions between stores and files
  j1772 --help | --version

Every command answers --help.
`;

/** Exit code for a command line that cannot be understood. */
const USAGE_ERROR = 2;

type Command = (args: readonly string[], io: Io) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  controller: async () => (await import("#controller/main")).runController,
  simulate: async () => (await import("#cli/simulate")).simulate,
  "virtual-pi": async () => (await import("#cli/virtual-pi")).virtualPi,
  calibrate: async () => (await import("#cli/calibrate")).calibrate,
  doctor: async () => (await import("#cli/doctor")).doctor,
  "pilot-check": async () => (await import("#cli/pilot-check")).pilotCheck,
  sessions: async () => (await import("#cli/sessions")).sessions,
};

async function main([name, ...args]: readonly string[], io: Io): Promise<number> {
  if (name === "--help" || name === "-h" || name === "help") {
    io.out(USAGE);
    return 0;
  }
  if (name === "--version" || name === "-v") {
    const { packageVersion } = await import("#controller/version");
    io.out(`${packageVersion()}\n`);
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    io.err(`${name === undefined ? "A command is missing." : `There is no command "${name}".`}\n\n${USAGE}`);
    return USAGE_ERROR;
  }
  if (name !== "controller") endWhenNobodyReads();
  const command = await load();
  return command(args, io);
}

/** `j1772 simulate … | head` ends like any other command there; the controller has better things to do than to be read. */
function endWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
