/**
 * Signals given back. The library puts a handler of its own on every signal when it begins and never takes it away: whatever it does not
 * know, SIGTERM, SIGHUP and the SIGCONT of a service that is stopped among them, ends the process at once, with no handler run and no
 * output made safe.
 */
import { constants } from "node:os";

/** Nobody can handle these. */
const BEYOND: readonly string[] = ["SIGKILL", "SIGSTOP"];
/** Node ignores the one and debugs by the other; their default would end the process. The library's own handler does nothing that hurts. */
const LEFT: readonly string[] = ["SIGPIPE", "SIGUSR1"];

const nothing = (): void => {};

/**
 * To be called right after the library has begun. Listeners hear their signal again; a signal without one does again what it does by
 * default. A child that is running now is lost to its parent; one that is started later is not.
 */
export function giveSignalsBack(): void {
  for (const name of Object.keys(constants.signals) as NodeJS.Signals[]) {
    if (BEYOND.includes(name) || LEFT.includes(name)) continue;
    const listeners = process.rawListeners(name) as NodeJS.SignalsListener[];
    process.removeAllListeners(name);
    // Node takes the signal with the first listener, and with the last one gone the default comes back.
    process.on(name, nothing);
    for (const listener of listeners) process.on(name, listener);
    process.off(name, nothing);
  }
}
