/** Situations at a real plug and what their owner is told: simulator, safety machine and alert rules on virtual time. */
import assert from "node:assert/strict";
import type { AlertEvidence, AlertSeverity } from "#core/alerts/alert";
import type { UnplugConfig } from "#core/alerts/unplug/config";
import type { UnplugAlertType } from "#core/alerts/unplug/types";
import { Minutes, WattHours, Watts } from "#core/units/units";
import { type Chapter, tell } from "./alert-rig.ts";

const POWER = "limit 16 by user for 3h";
const CHARGING = `${POWER}\nafter 3s plug polite\nwithin 40s current > 12\nwait 20s`;

interface Situation {
  readonly title: string;
  readonly story: readonly Chapter[];
  /** What is told, in order; nothing else is. */
  readonly told: readonly (readonly [UnplugAlertType, AlertSeverity, AlertEvidence?])[];
  readonly config?: Partial<UnplugConfig>;
  readonly charger?: string;
}

const SITUATIONS: readonly Situation[] = [
  {
    title: "the plug is pulled while the car draws",
    story: [CHARGING, "unplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "alarm", { before: "C" }]],
  },
  {
    title: "a polite thief presses the button, the car stops, and a moment later the plug is out",
    story: [CHARGING, "press button\nafter 1500ms unplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "alarm", { before: "B" }]],
  },
  {
    title: "a slow thief holds the button for nine seconds",
    story: [CHARGING, "press button\nafter 9s unplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "alarm"]],
  },
  {
    title: "the plug is pulled half a minute after the car stopped: more than politeness, less than done",
    story: [CHARGING, "press button\nafter 30s unplug\nwait 10s"],
    told: [["unpluggedSoonAfterStop", "warning"]],
  },
  {
    title: "a car that stopped by itself is unplugged when it is done; it is not called full",
    story: [CHARGING, "press button\nwait 3min\nunplug\nwait 10s"],
    told: [
      ["stoppedDrawing", "info", { socPercent: null }],
      ["unpluggedAfterDone", "info"],
    ],
  },
  {
    title: "a car that says it is full is called full",
    story: [CHARGING, { type: "battery", socPercent: 100, full: false }, "press button\nwait 3min"],
    told: [["full", "info", { socPercent: 100 }]],
  },
  {
    title: "a car that stopped at 80 % is not called full",
    story: [CHARGING, { type: "battery", socPercent: 80, full: false }, "press button\nwait 3min"],
    told: [["stoppedDrawing", "info", { socPercent: 80 }]],
  },
  {
    title: "the sun goes, and we stop offering: interrupted after five minutes, resumed when it is back, never full",
    story: [CHARGING, "limit 0 by sun for 1h\nwait 6min\nlimit 16 by sun for 1h\nwithin 40s current > 12\nwait 15s"],
    told: [
      ["interrupted", "info", { pausedBy: "sun" }],
      ["resumed", "info"],
    ],
  },
  {
    title: "clouds that pass in two minutes are nobody's business",
    story: [CHARGING, "limit 0 by sun for 1h\nwait 2min\nlimit 16 by sun for 1h\nwithin 40s current > 12\nwait 15s"],
    told: [],
  },
  {
    title: "a car that waits for the sun is unplugged: it was not done",
    story: [CHARGING, "limit 0 by sun for 1h\nwait 2min\nunplug\nwait 10s"],
    told: [["unpluggedWhilePaused", "warning", { pausedBy: "sun" }]],
  },
  {
    title: "the plug is pulled while the sun's pause has only begun and the car still draws",
    story: [CHARGING, "limit 0 by sun for 1h\nafter 1s unplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "alarm"]],
  },
  {
    title: "a car that waited for the sun is unplugged just when it is back: it was not done",
    story: [CHARGING, "limit 0 by sun for 1h\nwait 3min\ncar decideMs 60000\nlimit 16 by sun for 1h\nwait 20s\nunplug\nwait 10s"],
    told: [["unpluggedWhilePaused", "warning", { pausedBy: "sun" }]],
  },
  {
    title: "a car that was done before the sun went is unplugged in the morning",
    story: [CHARGING, "press button\nwait 3min\nlimit 0 by sun for 1h\nwait 10min\nunplug\nwait 10s"],
    told: [
      ["stoppedDrawing", "info"],
      ["unpluggedAfterDone", "info"],
    ],
  },
  {
    title: "a driver stops with a card and unplugs",
    charger: "charger authorisation required",
    story: [
      `${POWER}\nafter 3s plug polite\nafter 5s authorise card\nwithin 40s current > 12\ndeauthorise app\nwait 10s\nunplug\nwait 10s`,
    ],
    config: { level: "everything" },
    told: [
      ["pluggedIn", "info"],
      ["unpluggedAfterStop", "info", { stoppedBy: "app" }],
    ],
  },
  {
    title: "somebody pauses the charge and unplugs within five minutes: not an alarm, and not worth a message",
    story: [CHARGING, "pause by relay\nwait 4min\nunplug\nwait 10s"],
    told: [],
  },
  {
    title: "a stop counts until the charge goes on",
    story: [CHARGING, "pause\nwait 10s\nresume\nwithin 40s current > 12\nunplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "alarm"]],
  },
  {
    title: "a ground fault cuts the power, then the car is unplugged and the fault reset",
    story: [CHARGING, "inject leakage 30\nwait 10s\nunplug\nwait 5s\nclear all and reset\nwait 10s"],
    told: [
      ["fault", "alarm", { fault: "GroundFault", drawingBefore: true }],
      ["faultCleared", "info", { fault: "GroundFault" }],
      ["unpluggedAfterFault", "info", { fault: "GroundFault" }],
    ],
  },
  {
    title: "the supply sags and recovers: told once, and told when it is over",
    story: [CHARGING, "inject brownOut 40\nafter 300ms clear brownOut\nwait 2min"],
    told: [
      ["fault", "alarm", { fault: "BrownOut" }],
      ["faultCleared", "info"],
    ],
  },
  {
    title: "the power fails and comes back with the car in place: nobody is alarmed",
    story: [CHARGING, `power off\nafter 1min power on and ${POWER}\nwithin 1min current > 12\nwait 1min`],
    told: [],
  },
  {
    title: "the plug is pulled while the power is away: told as what it is, when it is certain",
    story: [CHARGING, `power off\nafter 5s unplug\nafter 1min power on and ${POWER}\nwait 30s`],
    told: [["unpluggedDuringOutage", "alarm", { drawingBefore: true }]],
  },
  {
    title: "the charger falls silent, is missed, and comes back with its car",
    config: { level: "everything" },
    story: [CHARGING, `power off\nwait 3min\npower on and ${POWER}\nwithin 1min current > 12\nwait 1min`],
    told: [
      ["pluggedIn", "info"],
      ["noNews", "warning", { drawingBefore: true }],
      ["newsAgain", "info"],
    ],
  },
  {
    title: "the controller is killed and starts again: nobody is alarmed",
    story: [CHARGING, `kill controller\nafter 5s start controller and ${POWER}\nwithin 1min current > 12\nwait 1min`],
    told: [],
  },
  {
    title: "Node-RED restarts while the car charges: nothing is said of the first state after it",
    story: [CHARGING, { type: "start" }, "wait 1min"],
    told: [],
  },
  {
    title: "a contact that rattles for a second is no unplugging",
    story: [CHARGING, "unplug\nafter 800ms plug polite\nwithin 1min current > 12\nwait 1min"],
    told: [],
  },
  {
    title: "a contact that rattles all the time is a bad contact",
    story: [CHARGING, "repeat 6 times\nunplug\nafter 900ms plug polite\nwait 4s\nend\nwait 30s"],
    told: [["badContact", "warning", { bounces: 5 }]],
  },
  {
    title: "plugged in again within the grace: the alarm is taken back",
    story: [CHARGING, "unplug\nwait 15s\nplug polite\nwait 4min"],
    told: [
      ["unpluggedWhileCharging", "alarm"],
      ["pluggedInAgain", "info"],
    ],
  },
  {
    title: "the handle is in another car, or the same, ten minutes later: the charger cannot tell which",
    config: { escalateAfter: [] },
    story: [CHARGING, "unplug\nwait 10min\nplug polite\nwait 10s"],
    told: [
      ["unpluggedWhileCharging", "alarm"],
      ["pluggedIn", "info", { awayMs: 600_012 }],
    ],
  },
  {
    title: "nobody answers: after three minutes the next channel, once",
    story: [CHARGING, "unplug\nwait 20min"],
    told: [
      ["unpluggedWhileCharging", "alarm"],
      ["unpluggedWhileCharging", "alarm"],
    ],
  },
  {
    title: "it was the owner, who says so: nothing more is said",
    story: [CHARGING, "unplug\nwait 1min", { type: "answer", alert: null, answer: "yes" }, "wait 20min"],
    told: [["unpluggedWhileCharging", "alarm"]],
  },
  {
    title: "it was not the owner, who says so: the next channel at once, and then no more",
    story: [CHARGING, "unplug\nwait 10s", { type: "answer", alert: null, answer: "no" }, "wait 20min"],
    told: [
      ["unpluggedWhileCharging", "alarm"],
      ["unpluggedWhileCharging", "alarm", { ownerSaysNo: true }],
    ],
  },
  {
    title: "disarmed for this car, armed again by the next",
    story: [CHARGING, { type: "disarm", until: null }, "unplug\nwait 1min\nplug polite\nwithin 40s current > 12\nunplug\nwait 10s"],
    told: [
      ["unpluggedWhileCharging", "info", { consent: "disarmed" }],
      ["unpluggedWhileCharging", "alarm"],
    ],
  },
  {
    title: "the owner is at home: a quiet note",
    story: [CHARGING, { type: "presence", home: true }, "unplug\nwait 20min"],
    told: [["unpluggedWhileCharging", "info", { consent: "home" }]],
  },
  {
    title: "the owner is at home and wants the alarm all the same",
    config: { atHome: "alarm", escalateAfter: [] },
    story: [CHARGING, { type: "presence", home: true }, "unplug\nwait 1min"],
    told: [["unpluggedWhileCharging", "alarm"]],
  },
  {
    title: "the car was unlocked a minute before: its owner",
    story: [CHARGING, { type: "unlocked" }, "wait 1min\nunplug\nwait 10s"],
    told: [["unpluggedWhileCharging", "info", { consent: "unlocked" }]],
  },
  {
    title: "an alarm at night wakes, a note waits for the morning",
    config: { quiet: { from: 0, to: 10 }, escalateAfter: [], level: "everything" },
    story: [CHARGING, "unplug\nwait 12min"],
    told: [
      ["unpluggedWhileCharging", "alarm"],
      ["pluggedIn", "info"],
    ],
  },
  {
    title: "not plugged in at nine, told once",
    config: { pluggedBy: 3, zone: "UTC" },
    story: [`${POWER}\nwait 10min`],
    told: [["notPluggedIn", "warning"]],
  },
  {
    title: "plugged in at nine: no question",
    config: { pluggedBy: 3 },
    story: [CHARGING, "wait 10min"],
    told: [],
  },
  {
    title: "the car is away with its owner: no question until they are home",
    config: { pluggedBy: 3 },
    story: [POWER, { type: "presence", home: false }, "wait 5min", { type: "presence", home: true }, "wait 5min"],
    told: [["notPluggedIn", "warning"]],
  },
  {
    title: "a limit of energy is reached, once",
    config: { energyLimit: WattHours(100) },
    story: [CHARGING, "wait 5min"],
    told: [["limitReached", "info", { limit: "energy" }]],
  },
  {
    title: "a limit of time is reached, once",
    config: { timeLimit: Minutes(2) },
    story: [CHARGING, "wait 5min"],
    told: [["limitReached", "info", { limit: "time" }]],
  },
  {
    title: "a charge begins without sun",
    config: { sunFrom: Watts(1400) },
    story: [CHARGING, { type: "sun", surplusW: Watts(200), intended: false }, "wait 2min"],
    told: [["startedWithoutSun", "info", { surplusW: 200, neededW: 1400 }]],
  },
  {
    title: "a charge begins without sun because its owner wants it so",
    config: { sunFrom: Watts(1400) },
    story: [CHARGING, { type: "sun", surplusW: Watts(200), intended: true }, "wait 10min"],
    told: [],
  },
  {
    title: "nobody knows the sun: nothing is claimed",
    config: { sunFrom: Watts(1400) },
    story: [CHARGING, "wait 10min"],
    told: [],
  },
  {
    title: "the plug is held to the car and pulled before it ever drew",
    story: [`${POWER}\nplug polite decideMs 60000\nwait 20s\nunplug\nwait 10s`],
    told: [],
  },
  {
    title: "a car that waits for its own hour is unplugged before it drew",
    story: [`limit 16 for 1h\nplug polite decideMs 600000\nwait 3min\nunplug\nwait 10s`],
    told: [["unpluggedBeforeCharging", "warning"]],
  },
];

describe("what the owner of a car is told", function () {
  this.timeout(60_000);
  for (const { title, story, told, config = {}, charger = "" } of SITUATIONS) {
    it(title, async () => {
      const alert = await tell(story, config, charger);
      assert.deepEqual(
        alert.told.map(({ type, severity }) => [type, severity]),
        told.map(([type, severity]) => [type, severity]),
      );
      for (const [index, [type, , evidence = {}]] of told.entries()) {
        const found = alert.told[index]?.evidence ?? {};
        for (const [name, value] of Object.entries(evidence)) assert.equal(found[name], value, `${type}: ${name}`);
      }
    });
  }
});
