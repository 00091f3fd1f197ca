/** Time for the front panel: timers that keep no process alive. */
import type { PanelTime } from "#panel/panel-time";
import type { Clock } from "#ports/clock";

export const panelTime = (clock: Clock): PanelTime => ({
  now: () => clock.now(),
  pass: (ms, over) =>
    new Promise((resolve) => {
      if (over?.aborted === true) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        over?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      timer.unref();
      over?.addEventListener("abort", end);
    }),
});
