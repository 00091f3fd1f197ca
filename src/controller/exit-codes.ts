/** How the process ends, for whoever started it. */

export const EXIT = {
  /** Stopped as asked; the relay is open. */
  stopped: 0,
  /** The command line or the configuration cannot be used; starting again will not help. */
  config: 2,
  /** Another controller runs for this charger. */
  alreadyRunning: 3,
  /** The driver, the state folder or the socket cannot be had; it may be later. */
  unavailable: 4,
  /** Our fault. The relay is open and an InternalFault is latched. */
  internal: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
