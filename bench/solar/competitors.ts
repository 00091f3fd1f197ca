/**
 * Other controllers, restated in our own code from their documented laws. Every constant names its source.
 * All are given the car current of the second at which the meter looked; none is given readings more often than the meter makes them.
 */
import { type Controller, FLOOR_A, type Reading, type Site } from "./plant.ts";

export type Setting = Readonly<Record<string, number>>;

export interface Competitor {
  readonly name: string;
  /** As shipped. */
  readonly defaults: Setting;
  /** A second place to start searching from: where an experienced owner would begin. */
  readonly hint?: Setting;
  /** What may be searched, and over what. */
  readonly grid: Readonly<Record<string, readonly number[]>>;
  /** Has a law of its own for switching phases, in force while the knob `phases` is 0. */
  readonly scales?: boolean;
  create(setting: Setting, site: Site): Controller;
}

/** The competitor where the charger can switch phases: which number it runs on is a knob, and part of what is searched. */
export function onSite(competitor: Competitor, site: Site): Competitor {
  if (site.phases !== "switchable") return competitor;
  const own = competitor.scales === true ? [0] : [];
  const usual = { phases: competitor.scales === true ? 0 : 3 };
  return {
    ...competitor,
    defaults: { ...competitor.defaults, ...usual },
    ...(competitor.hint === undefined ? {} : { hint: { ...competitor.hint, ...usual } }),
    grid: { ...competitor.grid, phases: [...own, 1, 3] },
    create(setting, where) {
      const made = competitor.create(setting, where);
      return made.phases === undefined ? { ...made, phases: () => phasesFor(where, setting) } : made;
    },
  };
}

const read = (setting: Setting, name: string): number => setting[name] ?? 0;
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
const rounded = (amps: number, step: number): number => (step > 0 ? Math.floor(amps / step + 1e-9) * step : amps);

/** Phases a controller without a law for switching them runs on: a knob where the charger could switch. */
export const phasesFor = (site: Site, setting: Setting): 1 | 3 => {
  if (site.phases !== "switchable") return site.phases;
  return read(setting, "phases") === 1 ? 1 : 3;
};
const voltsOf = (site: Site, setting: Setting): number => site.volts * phasesFor(site, setting);

/** Holds the newest reading and calls `decide` every `period` seconds, or on each new reading when that is 0. */
function polled(period: number, decide: (reading: Reading, second: number, arrived: number) => number, offset = 0): Controller {
  let newest: Reading | null = null;
  let arrived = 0;
  let fresh = false;
  let pilot = 0;
  return {
    reading(reading, second) {
      newest = reading;
      arrived = second;
      fresh = true;
    },
    tick(second) {
      const due = period === 0 ? fresh : second % period === offset % period;
      if (due && newest !== null) pilot = decide(newest, second, arrived);
      fresh = false;
      return pilot;
    },
  };
}

/** simat/Variable-J1772-Charger 7f6856d, evcharge.py:140-162: pure integrator, once a page; stops only when Maximum demand is 0. */
const simat: Competitor = {
  name: "simat",
  // Poll: net.py:140. Divisor VMains 230: evcharge.py:64. Current limit: evcharge.py:63, here the site's.
  defaults: { poll: 60, gain: 1 },
  grid: { poll: [5, 10, 30, 60], gain: [0.5, 0.75, 1, 1.25] },
  create(setting, site) {
    let amps = 0;
    let lastMeasured = -1;
    return polled(read(setting, "poll"), ({ grid, measured }) => {
      // An unchanged timestamp is refused and holds: net.py:151-161.
      if (measured === lastMeasured) return amps;
      lastMeasured = measured;
      amps = clamp(amps - (read(setting, "gain") * grid) / 230, 0, site.mostA);
      if (amps < FLOOR_A) amps = FLOOR_A;
      return amps;
    });
  },
};

/** The function node everybody writes first: export plus what the car draws, divided by the voltage, on when there is enough. */
const naive: Competitor = {
  name: "naive",
  defaults: { poll: 10, start: 6, stop: 6, step: 1 },
  grid: { poll: [2, 5, 10, 30, 60], start: [3, 4, 5, 6, 7], stop: [-3, -1, 0, 1, 2, 3, 4, 5, 6], step: [1, 0.1] },
  create(setting, site) {
    const volts = voltsOf(site, setting);
    let on = false;
    return polled(read(setting, "poll"), ({ grid, car }) => {
      const spare = car - grid / volts;
      on = on ? spare >= read(setting, "stop") : spare >= read(setting, "start");
      return on ? clamp(rounded(spare, read(setting, "step")), FLOOR_A, site.mostA) : 0;
    });
  },
};

/** evcc b29b49e, core/loadpoint.go:1607-1729 (pvMaxCurrent), core/site.go:982-1048 (sitePower). */
function evcc(interval: number): Competitor {
  return {
    name: `evcc${interval}`,
    // Thresholds and delays: loadpoint.go:319-320. Whole amps for coarse chargers: loadpoint.go:924-935; 0 is milliamps.
    defaults: { enableW: 0, disableW: 0, enableDelay: 60, disableDelay: 180, step: 0, residual: 0 },
    hint: { enableW: -700, disableW: 700, enableDelay: 60, disableDelay: 300, step: 0, residual: 0 },
    grid: {
      enableW: [-1600, -1300, -1000, -850, -700, -550, -400, 0],
      disableW: [0, 300, 500, 600, 700, 800, 900, 1050, 1200],
      enableDelay: [0, 30, 60, 120, 240],
      disableDelay: [0, 60, 120, 180, 300, 450, 600, 900],
      residual: [-200, -100, -50, 0, 50, 100, 200],
      step: [0, 1],
    },
    scales: true,
    create(setting, site) {
      const auto = site.phases === "switchable" && read(setting, "phases") === 0;
      let phases: 1 | 3 = phasesFor(site, setting);
      let scaling: number | null = null;
      /** pvScalePhases, loadpoint.go:1433-1541: down when three phases cannot be fed, up when one is not enough; at once while not charging. */
      const scale = (available: number, second: number): void => {
        const other = phases === 3 ? 1 : 3;
        const wanted = phases === 3 ? available < 690 * FLOOR_A : available / 230 > site.mostA && available / 690 >= FLOOR_A;
        scaling = wanted ? (scaling ?? second) : null;
        if (scaling === null) return;
        const delay = offered > 0 ? read(setting, phases === 3 ? "disableDelay" : "enableDelay") : 0;
        if (second - scaling < delay) return;
        phases = other;
        scaling = null;
      };
      let offered = 0;
      let timer: number | null = null;
      let first = true;
      const loop = polled(interval, ({ grid, car }, second) => {
        const sitePower = grid + read(setting, "residual");
        // effectiveCurrent: measured + 2 A, never above the offer: loadpoint.go:1284-1296.
        const effective = offered > 0 && car > 0.5 ? Math.min(car + 2, offered) : Math.max(offered, 0);
        if (auto) scale(effective * 230 * phases - sitePower, second);
        const target = Math.max(0, effective - sitePower / (230 * phases));
        const amps = clamp(rounded(target, read(setting, "step")), FLOOR_A, site.mostA);
        if (offered > 0) {
          if (target >= FLOOR_A || sitePower < read(setting, "disableW")) {
            timer = null;
            offered = amps;
          } else {
            timer ??= second;
            offered = second - timer >= read(setting, "disableDelay") ? 0 : FLOOR_A;
            if (offered === 0) timer = null;
          }
          return offered;
        }
        const threshold = read(setting, "enableW");
        // A threshold of 0 means "enough for the minimum current": loadpoint.go:1686-1720. Connecting elapses the timer: :569.
        const enough = threshold === 0 ? target >= FLOOR_A : sitePower <= threshold;
        if (!enough) timer = null;
        else {
          timer ??= second;
          if (first || second - timer >= read(setting, "enableDelay")) {
            offered = FLOOR_A;
            first = false;
            timer = null;
          }
        }
        return offered;
      });
      return auto ? { ...loop, phases: () => phases } : loop;
    },
  };
}

/** OpenEVSE ESP32_WiFi_V4.x 18506b7, src/divert.cpp: on every reading. */
const openevse: Competitor = {
  name: "OpenEVSE",
  // Ratio, attack and decay times, hysteresis, minimum charge time: divert.cpp and its defaults.
  defaults: { ratio: 1.1, attack: 20, decay: 600, hysteresis: 0.5, minimumTime: 600 },
  hint: { ratio: 0.6, attack: 60, decay: 600, hysteresis: 0.5, minimumTime: 200 },
  grid: {
    ratio: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1],
    attack: [5, 10, 20, 40, 60, 120, 240],
    decay: [30, 60, 120, 200, 400, 600, 900, 1200, 2000],
    hysteresis: [0, 0.1, 0.3, 0.5, 1, 1.5, 2],
    minimumTime: [0, 60, 200, 400, 600, 1200],
  },
  create(setting, site) {
    const volts = voltsOf(site, setting);
    const ratio = read(setting, "ratio");
    const floor = FLOOR_A * Math.min(1, ratio);
    let smoothed = 0;
    let last: number | null = null;
    let pilot = 0;
    let startedAt = 0;
    return polled(0, ({ grid, car, measured }, second) => {
      const available = car - grid / volts - (1000 * Math.max(0, ratio - 1)) / volts;
      const elapsed = last === null ? 0 : measured - last;
      last = measured;
      const time = available > smoothed ? read(setting, "attack") : read(setting, "decay");
      smoothed += (1 - Math.exp(-elapsed / time)) * (Math.max(0, available) - smoothed);
      // Whole amps; one more when the part left over exceeds the ratio.
      const whole = Math.floor(available);
      const amps = clamp(whole + (available - whole > Math.min(1, ratio) ? 1 : 0), FLOOR_A, site.mostA);
      if (pilot === 0) {
        if (smoothed >= floor + read(setting, "hysteresis")) {
          pilot = amps;
          startedAt = second;
        }
      } else if (smoothed > floor) {
        // Between the thresholds and during the minimum time the current is not updated: divert.cpp:232-245.
        if (smoothed >= floor + read(setting, "hysteresis")) pilot = amps;
      } else if (second - startedAt >= read(setting, "minimumTime")) pilot = 0;
      return pilot;
    });
  },
};

/** SmartEVSE-3.5 2d95cf0, src/main.cpp:984-1087: small steps on each fresh reading, nothing without fresh ones for 11 s (:1421-1425). */
const smartevse: Competitor = {
  name: "SmartEVSE",
  // StartCurrent, StopTime, ImportCurrent, CHARGEDELAY, SOLARSTARTTIME: main.h:87-121.
  defaults: { startA: 4, stopMin: 10, importA: 0, chargeDelay: 60, timeout: 11 },
  grid: { startA: [1, 2, 3, 4, 5, 6], stopMin: [1, 2, 3, 5, 7, 10, 20, 30], importA: [-0.5, 0, 0.5, 1], chargeDelay: [60], timeout: [11] },
  create(setting, site) {
    const volts = voltsOf(site, setting);
    let pilot = 0;
    let newest: Reading | null = null;
    let arrived = Number.NEGATIVE_INFINITY;
    let fresh = false;
    let delayUntil = 0;
    let startedAt = 0;
    let shortSince: number | null = null;
    const steer = (import10: number): void => {
      let tenths = pilot * 10;
      if (import10 < 0) tenths += import10 < -10 ? 5 : 1;
      else if (import10 > 20) tenths -= import10 / 2;
      else if (import10 > 10) tenths -= 5;
      else if (import10 > 3) tenths -= 1;
      pilot = clamp(Math.round(tenths) / 10, FLOOR_A, site.mostA);
    };
    return {
      reading(reading, second) {
        newest = reading;
        arrived = second;
        fresh = true;
      },
      tick(second) {
        if (newest === null) return 0;
        if (second - arrived > read(setting, "timeout")) {
          pilot = 0;
          delayUntil = second + read(setting, "chargeDelay");
          return 0;
        }
        const isum = newest.grid / volts;
        const needed = read(setting, "startA");
        if (pilot === 0) {
          if (-isum < needed) delayUntil = second + read(setting, "chargeDelay");
          if (second >= delayUntil && -isum >= needed) {
            pilot = FLOOR_A;
            startedAt = second;
            shortSince = null;
          }
        } else if (fresh && second - startedAt > 40) {
          steer((isum - read(setting, "importA")) * 10);
          const short = pilot <= FLOOR_A && isum > FLOOR_A - needed;
          shortSince = short ? (shortSince ?? second) : null;
        }
        fresh = false;
        if (pilot > 0 && shortSince !== null && second - shortSince >= read(setting, "stopMin") * 60) {
          pilot = 0;
          delayUntil = second + read(setting, "chargeDelay");
        }
        return pilot;
      },
    };
  },
};

/** openWB/core 3039a21, packages/control/{algorithm/surplus_controlled.py,counter.py}: every 10 s. */
const openwb: Competitor = {
  name: "openWB",
  // Range: general.py:15-16. Thresholds and delays: counter.py:279-316, 411-476. Change limit: surplus_controlled.py:195-219.
  defaults: { onW: 1500, onDelay: 30, offW: 0, offDelay: 60, rangeLow: 0, rangeHigh: 230 },
  hint: { onW: 1000, onDelay: 30, offW: 700, offDelay: 180, rangeLow: 0, rangeHigh: 100 },
  grid: {
    onW: [500, 700, 850, 1000, 1200, 1500],
    onDelay: [0, 30, 60, 120],
    offW: [0, 300, 500, 600, 700, 800, 900, 1200],
    offDelay: [30, 60, 120, 180, 300, 450, 600],
    rangeLow: [-100, -50, 0],
    rangeHigh: [0, 20, 50, 100, 230],
  },
  create(setting, site) {
    const volts = voltsOf(site, setting);
    let pilot = 0;
    let timer: number | null = null;
    return polled(10, ({ grid, car }, second, arrived) => {
      // Meter silent for more than 60 s: surplus counts as nothing (counter.py:98-141).
      const silent = second - arrived > 60;
      const [low, high] = [read(setting, "rangeLow"), read(setting, "rangeHigh")];
      const spare = silent ? -car * volts : -grid;
      if (pilot === 0) {
        if (spare < read(setting, "onW") * phasesFor(site, setting)) timer = null;
        else {
          timer ??= second;
          if (second - timer >= read(setting, "onDelay")) {
            pilot = FLOOR_A;
            timer = null;
          }
        }
        return pilot;
      }
      if (pilot <= FLOOR_A && -spare > read(setting, "offW")) {
        timer ??= second;
        if (second - timer >= read(setting, "offDelay")) {
          timer = null;
          pilot = 0;
          return 0;
        }
      } else timer = null;
      const inside = -spare >= low && -spare <= high;
      if (inside) return pilot;
      const wanted = car + (spare + (low + high) / 2) / volts;
      // Up to 2 A the car leaves unused are offered on top (surplus_controlled.py:116-130).
      const unused = clamp(pilot - car, 0, 2);
      pilot = clamp(clamp(wanted + unused, car - 5, car + 5), FLOOR_A, site.mostA);
      return pilot;
    });
  },
};

/** TWCManager a7c84f4, TWCMaster.py:872-912, TWCSlave.py:754-764: every 30 s, green energy less consumption. */
const twcmanager: Competitor = {
  name: "TWCManager",
  // Policy period: Policy.py:88. startStopDelay: TWCSlave.py:89. greenEnergyFlexAmps: 0. Supports a 6 A minimum.
  defaults: { flexA: 0, startStopDelay: 60, offsetA: 0, step: 0.01 },
  grid: {
    flexA: [0, 1, 2, 3, 4, 5, 6],
    startStopDelay: [0, 60, 120, 180, 300, 600],
    offsetA: [-1, -0.5, -0.25, 0, 0.25, 0.5],
    step: [0.01],
  },
  create(setting, site) {
    const volts = voltsOf(site, setting);
    let pilot = 0;
    let flippedAt = -1e6;
    return polled(30, ({ grid, car }, second) => {
      const offer = Math.max(0, car - grid / volts - read(setting, "offsetA"));
      const least = pilot > 0 ? FLOOR_A - read(setting, "flexA") : FLOOR_A;
      const on = offer >= least;
      if (on !== pilot > 0) {
        if (second - flippedAt < read(setting, "startStopDelay")) return pilot;
        flippedAt = second;
      }
      pilot = on ? clamp(rounded(offer, read(setting, "step")), FLOOR_A, site.mostA) : 0;
      return pilot;
    });
  },
};

export const COMPETITORS: readonly Competitor[] = [simat, naive, evcc(30), evcc(10), openevse, smartevse, openwb, twcmanager];
