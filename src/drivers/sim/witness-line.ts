/** The line to a witness: one-way, never waited for, and no harm when nobody is at the other end. */
import { connect } from "node:net";
import { type CoilListener, WITNESS_WORDS } from "#simulator/coil-witness";

/** A witness that has fallen behind by this much does not read any more, bytes. */
const UNREAD_BYTES = 65_536;

/** A listener that writes what it hears to a socket or named pipe. It never throws and never blocks. */
export function tellWitness(path: string): CoilListener {
  const line = connect(path);
  // Nobody there, or gone: the charger does not need to know.
  line.on("error", () => {});
  line.resume();
  line.unref();
  const say = (word: string) => {
    if (!line.writable) return;
    if (line.writableLength > UNREAD_BYTES) line.destroy();
    else line.write(word);
  };
  return {
    pulsed: () => say(WITNESS_WORDS.pulse),
    coilCommanded: (on) => say(on ? WITNESS_WORDS.coilOn : WITNESS_WORDS.coilOff),
  };
}
