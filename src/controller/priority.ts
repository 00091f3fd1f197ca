/** Runs before others where the system allows it. */
import { getPriority, setPriority } from "node:os";

/** Nice values to try, from the best. */
const WANTED = [-20, -10, -5] as const;

/** Raises this process as far as it may go. @returns the nice value it has then; 0 is everybody's. */
export function raisePriority(): number {
  for (const nice of WANTED) {
    try {
      setPriority(nice);
      break;
    } catch {
      // Not allowed; the next is more modest, and ordinary priority is no fault.
    }
  }
  return getPriority();
}
