/** How a controller process is started. */

/** Flags for Node that keep the controller small; its garbage is few short strings a second. */
export const controllerExecArgv: readonly string[] = ["--max-semi-space-size=1", "--max-old-space-size=48"];
