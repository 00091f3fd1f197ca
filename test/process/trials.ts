/** Tests in real time, on a machine that may hold a process up for longer than a safety loop may be late. */

/** A loop that was late by more may have missed what the rules wait for, and opened for it without a word of being late, ms. */
export const SPOILS = 30;
/** How often a trial that was held up is made again. */
const AGAIN = 3;

/**
 * Writes tests as `it` does. A loop that is held up for 60 ms opens the contactor, as it should: such a trial says nothing of what it is
 * about, and is made again. One that fails undisturbed has failed.
 */
export const trialsOf =
  (wasHeldUp: () => boolean) =>
  (title: string, body: (this: Mocha.Context) => Promise<void>): Mocha.Test =>
    it(title, async function () {
      try {
        await body.call(this);
      } catch (error) {
        if (wasHeldUp()) this.retries(AGAIN);
        throw error;
      }
    });
