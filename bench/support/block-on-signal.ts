/** Loaded into a controller before it starts: on SIGUSR2 its event loop stands still, as behind code that does not return. */

/** Longer than everything that protects. */
const BLOCKED_MS = 1_000;

/** It waits and does not spin: a spinning process of a controller's priority would also hold up what measures. */
process.on("SIGUSR2", () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS));
