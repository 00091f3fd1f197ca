/** From what the form says to what the rules need. */
import { minuteOfDay } from "#core/alerts/local-time";
import type { UnplugConfig } from "#core/alerts/unplug/config";
import { Hours, Minutes, Seconds, WattHours, Watts } from "#core/units/units";
import type { ConfigOf } from "../shared/fields.ts";
import { minutesOf, type UnplugAlertNode } from "./unplug-alert.schema.ts";

export type AlertForm = ConfigOf<typeof UnplugAlertNode.fields>;

const unless = <From, To>(value: From | null, make: (value: From) => To): To | null => (value === null ? null : make(value));

/** @param systemZone where the form names no zone */
export function unplugConfig(form: AlertForm, systemZone: string): UnplugConfig {
  const from = minuteOfDay(form.quietFrom);
  const to = minuteOfDay(form.quietTo);
  return {
    arms: form.armed,
    atHome: form.atHome,
    level: form.level,
    settle: Seconds(form.settleS),
    grace: Seconds(form.graceS),
    interruptedAfter: Minutes(form.interruptedMin),
    noNewsAfter: unless(form.noNewsS, Seconds),
    zone: form.zone === "" ? systemZone : form.zone,
    quiet: from === null || to === null ? null : { from, to },
    holdAlarms: form.alarmsAtNight === "wait",
    pluggedBy: minuteOfDay(form.pluggedBy),
    escalateAfter: minutesOf(form.escalateMin).map(Minutes),
    remindEvery: unless(form.remindMin, Minutes),
    remindTimes: form.remindTimes,
    timeToLive: Hours(form.lifeH),
    fullPercent: form.fullPercent,
    energyLimit: unless(form.energyKwh, (kwh) => WattHours(kwh * 1000)),
    timeLimit: unless(form.timeH, Hours),
    socLimitPercent: form.socPercent,
    sunFrom: unless(form.sunKw, (kw) => Watts(kw * 1000)),
  };
}
