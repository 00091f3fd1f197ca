/** What was seen of the daemon and the pins, judged. */
import { WIDEST_SPACING_US } from "#pi/burst-spacing";
import { type BoardLayout, FIRST_PULLED_DOWN, objectionsTo, pinsOf } from "#pi/layout";
import type { DaemonSight } from "./daemon.ts";
import { bad, type Finding, fine, none, note } from "./finding.ts";

/** `PROCU`, which feeds the dead-man, came with this release. */
const OLDEST_DAEMON = 77;
const INPUT = 0;
const OUTPUT = 1;
/** Pins that hardware PWM reaches as a function of the chip. */
const PWM_MODES: readonly number[] = [2, 4];
/** Noise of a steady pilot, pilot volts, where no divider is known. */
const USUAL_GAIN = 9;
const MUCH_NOISE = 0.25;

export function judgeLayout(layout: BoardLayout): readonly Finding[] {
  const wrong = objectionsTo(layout).map((objection) => bad("pins", objection, "Correct the board's pins."));
  if (wrong.length > 0) return wrong;
  return [
    fine(
      "pins",
      `no pin is two things, no relay is on a pin that is pulled up at start (GPIO ${FIRST_PULLED_DOWN} and up are pulled down)`,
    ),
    fine("pilot PWM", `GPIO ${layout.pilotGpio} has hardware PWM`),
  ];
}

/** @param build the system has no package of the daemon */
export function judgeDaemon(sight: DaemonSight | string, build: boolean): readonly Finding[] {
  if (typeof sight === "string") {
    const package_ = build
      ? "This release has no package of pigpio: build V79 from its source."
      : '"sudo apt install pigpio" where it is missing.';
    return [bad("pigpio daemon", sight, `${package_} Start it with "-l", so that only this machine reaches it.`)];
  }
  const { place, version, without, openAt, driven, otherScripts } = sight;
  const findings: Finding[] = [];
  if (without !== null) findings.push(bad("board", `a Raspberry ${without}: pigpio cannot drive its pins`, "Use a Pi Zero to Pi 4."));
  if (version < OLDEST_DAEMON) findings.push(bad("pigpio daemon", `V${version} at ${place}`, `Install V${OLDEST_DAEMON} or later.`));
  else findings.push(fine("pigpio daemon", `V${version} at ${place}`));
  if (openAt.length > 0) {
    findings.push(
      note(
        "network",
        `the daemon answers on ${openAt.join(", ")} without a password`,
        'Anybody there could close the contactor. Start it with "-l".',
      ),
    );
  }
  findings.push(
    driven
      ? fine("controller", "one runs on these pins; they were only looked at")
      : none("controller", otherScripts > 0 ? `none on these pins; ${otherScripts} scripts of others in the daemon` : "none on these pins"),
  );
  return findings;
}

export function judgePins({ modes, levels, driven }: DaemonSight, layout: BoardLayout): readonly Finding[] {
  const findings: Finding[] = [];
  const isHigh = (gpio: number): boolean => ((levels >>> gpio) & 1) === 1;
  for (const { gpio, active } of layout.relays) {
    if (!driven && modes.get(gpio) === OUTPUT && isHigh(gpio) === (active === "high"))
      findings.push(bad("relay", `GPIO ${gpio} is on, and no controller has it`, "Switch the breaker off and find out who drives it."));
    else if (!driven && modes.get(gpio) === INPUT && isHigh(gpio) === (active === "high"))
      findings.push(bad("relay", `GPIO ${gpio} floats to on while nothing drives it`, "Fit the pull-down resistor."));
  }
  const pilot = modes.get(layout.pilotGpio) ?? INPUT;
  if (!driven && PWM_MODES.includes(pilot)) {
    findings.push(
      note("pilot", `GPIO ${layout.pilotGpio} still has a PWM, though no controller has it`, "A controller takes it over when it starts."),
    );
  }
  const outputs = [layout.gfciTest, layout.gfciReset, layout.shuntTrip].filter((pin) => pin !== null);
  for (const { gpio, active } of outputs) {
    if (!driven && modes.get(gpio) === OUTPUT && isHigh(gpio) === (active === "high"))
      findings.push(note("pins", `GPIO ${gpio} is on, and no controller has it`, "Find out who drives it."));
  }
  return [
    ...(findings.length > 0 ? findings : [fine("levels", "relays off, nothing driven that no controller drives")]),
    listed(modes, levels, layout),
  ];
}

/** Functions of the chip by their mode, in its own words. */
const MODES = ["in", "out", "alt5", "alt4", "alt0", "alt1", "alt2", "alt3"];

/** Every pin as it is now, for whoever has a meter on it. */
function listed(modes: DaemonSight["modes"], levels: number, layout: BoardLayout): Finding {
  const pins = pinsOf(layout).map(
    ([name, gpio]) => `${gpio} ${name === "pilotGpio" ? "pilot" : name} ${MODES[modes.get(gpio) ?? -1] ?? "?"} ${(levels >>> gpio) & 1}`,
  );
  return none("GPIOs", pins.join(", "));
}

export function judgeAdc({ adc }: DaemonSight, { adc: { chip } }: BoardLayout): Finding {
  if (adc === null) return none("converter", "not asked: its conversions would come between the controller's");
  if (typeof adc === "string") return bad("converter", adc, "Check the converter's wiring, its supply and its chip select.");
  const { level, spacingUs, came, asked } = adc;
  const noiseV = level.noiseV * USUAL_GAIN;
  const rate = (1000 / spacingUs).toFixed(1);
  const seen = `${chip}: ${rate} conversions a millisecond (one in ${spacingUs.toFixed(1)} µs), ${level.adcV.toFixed(3)} V, noise ${(level.noiseV * 1000).toFixed(1)} mV`;
  if (!(spacingUs <= WIDEST_SPACING_US))
    return bad("converter", seen, `Expected one in ${WIDEST_SPACING_US} µs at most: end what keeps this Pi busy.`);
  if (came < asked / 2)
    return bad("converter", `${seen}; ${asked - came} of ${asked} bursts were too slow`, "End what keeps this Pi busy.");
  if (came < asked) return note("converter", `${seen}; ${asked - came} of ${asked} bursts were too slow`, "Look what keeps this Pi busy.");
  if (noiseV > MUCH_NOISE)
    return note(
      "converter",
      `${seen}, about ${noiseV.toFixed(2)} V of pilot`,
      "Look for a missing buffer, a bad ground, or a PWM that runs.",
    );
  return fine("converter", seen);
}
