/** One charge in full: its course, what it came to, what happened. */

import { sunShare } from "#core/session/sun-share";
import type { SessionDetail, SessionView } from "../api.ts";
import { axis, Chart, CLOCK_STEPS } from "./chart.ts";
import { h } from "./dom.ts";
import { amps, clock, degrees, duration, kwh, money, percent, power, when } from "./format.ts";
import { ask } from "./line.ts";
import { endOf, faultName, pauseName, type Which } from "./session-words.ts";
import { color } from "./theme.ts";
import { words } from "./words.ts";

export async function showSession(id: string, which: Which, currency: string): Promise<void> {
  const body = h("div", { class: "detail" }, h("p", { role: "status" }, words.page.connecting));
  const dialog = h(
    "dialog",
    { "aria-labelledby": "charge" },
    body,
    h("form", { method: "dialog" }, h("button", { class: "quiet close" }, words.sessions.close)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    const detail = await ask<SessionDetail>(`api/sessions/${encodeURIComponent(id)}?history=${which}`);
    fill(body, detail, which, currency);
  } catch (error) {
    body.replaceChildren(h("p", { role: "alert" }, words.history.failed(error instanceof Error ? error.message : String(error))));
  }
}

function fill(body: HTMLElement, { session, samples, events }: SessionDetail, which: Which, currency: string): void {
  const curve = h("div", { class: "chart" });
  const hasCurve = samples.at.length > 1;
  body.replaceChildren(
    h("h2", { id: "charge" }, words.sessions.open(when(session.startedAt))),
    ...(which === "sample"
      ? [h("p", { class: "banner sample" }, h("strong", {}, words.history.sample), h("span", {}, words.history.sampleAbout))]
      : []),
    h("dl", { class: "facts" }, ...facts(session, currency)),
    hasCurve ? curve : h("p", { class: "empty" }, words.sessions.noSamples),
    ...(hasCurve ? [courseTable(samples)] : []),
    ...notes(session),
    ...(events.length === 0 ? [] : [h("details", { class: "table" }, h("summary", {}, words.sessions.events), eventTable(events))]),
  );
  if (hasCurve) draw(curve, samples);
}

function facts(session: SessionView, currency: string): readonly HTMLElement[] {
  const { energyWh, cost, pricedWh, chargingMs, maxPowerW, meanPowerW, offeredMinA, offeredMaxA, peakTemperatureC, charger, user } =
    session;
  const share = sunShare(session);
  const price = cost !== null && pricedWh > 0 ? money((1000 * cost) / pricedWh, currency) : null;
  const offered =
    offeredMaxA === null
      ? null
      : offeredMinA === null || offeredMinA === offeredMaxA
        ? amps(offeredMaxA)
        : `${amps(offeredMinA)} – ${amps(offeredMaxA)}`;
  const all: readonly (readonly [string, string | null])[] = [
    [words.sessions.charged, kwh(energyWh)],
    [words.history.sun, share === null ? null : percent(share)],
    [words.history.cost, cost === null ? null : money(cost, currency)],
    [words.sessions.price, price],
    [words.sessions.lasted, duration(chargingMs)],
    [words.sessions.maximum, maxPowerW === null ? null : power(maxPowerW)],
    [words.sessions.mean, meanPowerW === null ? null : power(meanPowerW)],
    [words.sessions.offered, offered],
    [words.now.temperature, peakTemperatureC === null ? null : degrees(peakTemperatureC)],
    [words.sessions.charger, charger],
    [words.sessions.user, user],
    [words.sessions.ended, endOf(session)],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function notes({ interruptions, faults, gaps }: SessionView): readonly HTMLElement[] {
  const list = (name: string, items: readonly string[]): readonly HTMLElement[] =>
    items.length === 0 ? [] : [h("h3", {}, name), h("ul", {}, ...items.map((item) => h("li", {}, item)))];
  return [
    ...list(
      words.sessions.interruptions,
      interruptions.map(({ at, until, reason }) => `${clock(at)}${until === null ? "" : `–${clock(until)}`}: ${pauseName(reason)}`),
    ),
    ...list(
      words.sessions.faults,
      faults.map(({ at, name, mrec }) => `${clock(at)}: ${faultName(name)} (${mrec ?? name})`),
    ),
    ...(gaps > 0 ? [h("p", { class: "small" }, words.sessions.gaps(gaps))] : []),
  ];
}

function draw(place: HTMLElement, { at, powerW, offeredA }: SessionDetail["samples"]): void {
  const chart = new Chart(place, 220, () => ({
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: true },
      y: { range: (_plot, _low, high) => [0, Math.max(1000, (high ?? 0) * 1.1)] },
      A: { range: (_plot, _low, high) => [0, Math.max(8, (high ?? 0) * 1.1)] },
    },
    axes: [
      axis({ values: (_plot, values) => values.map((seconds) => clock(seconds * 1000)), space: 70, incrs: CLOCK_STEPS }),
      axis({ values: (_plot, values) => values.map((watts) => power(watts)), size: 58 }),
    ],
    series: [
      { label: words.page.time, value: (_plot, seconds) => (seconds === null ? "–" : clock(seconds * 1000)) },
      {
        label: words.sessions.power,
        stroke: color("--car"),
        fill: `${color("--car")}22`,
        width: 2,
        points: { show: false },
        value: (_plot, watts) => (watts === null ? "–" : power(watts)),
      },
      {
        label: words.sessions.offered,
        stroke: color("--soft"),
        dash: [5, 4],
        width: 1.5,
        scale: "A",
        points: { show: false },
        value: (_plot, offered) => (offered === null ? "–" : amps(offered)),
      },
    ],
  }));
  chart.set([at.map((moment) => moment / 1000), powerW, offeredA], 0);
}

/** Thirty rows are enough to read; the file has them all. */
function courseTable({ at, powerW, energyWh }: SessionDetail["samples"]): HTMLElement {
  const step = Math.max(1, Math.ceil(at.length / 30));
  const rows = at.flatMap((moment, index) => {
    const watts = powerW[index] ?? null;
    const shown = index % step === 0 || index === at.length - 1;
    return shown
      ? [
          h(
            "tr",
            {},
            h("th", { scope: "row" }, clock(moment)),
            h("td", {}, watts === null ? "–" : power(watts)),
            h("td", {}, kwh(energyWh[index] ?? 0)),
          ),
        ]
      : [];
  });
  const head = [words.page.time, words.sessions.power, words.sessions.charged].map((name) => h("th", { scope: "col" }, name));
  return h(
    "details",
    { class: "table" },
    h("summary", {}, words.page.asTable),
    h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
  );
}

function eventTable(events: SessionDetail["events"]): HTMLElement {
  const rows = events.map(({ at, type, reason, fault }) =>
    h("tr", {}, h("th", { scope: "row" }, clock(at)), h("td", {}, fault === null ? type : faultName(fault)), h("td", {}, reason ?? "")),
  );
  return h("table", {}, h("tbody", {}, ...rows));
}
