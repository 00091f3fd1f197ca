/** How a controller process is started. */

/**
 * Flags for Node that keep the controller small: its garbage is a few short strings a second, and a loop of a third of a millisecond
 * gains nothing from optimising compilers that take 15 MB. With them it holds 59 MiB, without 75.
 */
export const controllerExecArgv: readonly string[] = ["--max-semi-space-size=1", "--max-old-space-size=48", "--no-opt", "--no-maglev"];
