/** The page: what needs a person first, then what is so now, then the last hours, the pilot and the history. */
import type { ChargerView, Now } from "../api.ts";
import { ControlPanel } from "./control-panel.ts";
import { h, remember, remembered, say, show } from "./dom.ts";
import { FaultList } from "./fault-list.ts";
import { clock, degrees, kwh, mains, power, useClock } from "./format.ts";
import { HistorySection } from "./history.ts";
import { Line } from "./line.ts";
import { LiveCurve } from "./live-curve.ts";
import { NowCard } from "./now-card.ts";
import { PanelDrawing } from "./panel-drawing.ts";
import { PilotDrawing } from "./pilot-drawing.ts";
import { renew } from "./renew.ts";
import { themeSwitch } from "./theme.ts";
import { words } from "./words.ts";

/** Times that pass by themselves are written anew this often, ms. */
const TICK = 10_000;
/** A display's clock. */
const SECOND = 1_000;
/** After news of a charge the history is asked for again, at most this often, ms. */
const HISTORY_EVERY = 5_000;

const title = h("h1", {}, words.title);
const tabs = h("nav", { class: "tabs", "aria-label": words.page.chargers });
const lost = h("p", { class: "banner lost", role: "status" });
const empty = h("section", { class: "card empty-page" }, h("h2", {}, words.page.connecting), h("p"));
const faults = new FaultList();
const nowCard = new NowCard(new ControlPanel());
const curve = new LiveCurve();
const pilot = new PilotDrawing();
const measured = h("dl", { class: "facts small" });
const pilotCard = h(
  "section",
  { class: "card", "aria-labelledby": "pilot" },
  h("h2", { id: "pilot" }, words.pilot.heading),
  h("p", { class: "small" }, words.pilot.about),
  pilot.element,
  measured,
);
const panel = new PanelDrawing();
const panelCard = h("section", { class: "card", "aria-labelledby": "panel" }, h("h2", { id: "panel" }, words.panel), panel.element);
const history = new HistorySection();
const live = h("div", { class: "columns" }, curve.element, h("div", { class: "side" }, pilotCard, panelCard));
const main = h("main", {}, lost, empty, faults.element, nowCard.element, live, history.element);

let state: Now | null = null;
let chosen = new URLSearchParams(location.search).get("charger") ?? remembered("charger");
let curveOf: string | null = null;
let isAsked = false;

const current = (): ChargerView | undefined => state?.chargers.find(({ charger }) => charger === chosen) ?? state?.chargers[0];

function draw(): void {
  if (state === null) return;
  const view = current();
  show(empty, view === undefined);
  for (const part of [nowCard.element, live, faults.element]) show(part, view !== undefined);
  say(title, state.name || view?.charger || words.title);
  document.title =
    view === undefined
      ? words.title
      : `${words.states[view.state]}${view.state === "charging" && view.powerW !== null ? ` ${power(view.powerW)}` : ""} · ${view.charger}`;
  drawTabs(state.chargers, view);
  if (view === undefined) {
    say(empty.children[0] as Element, words.page.noChargers);
    say(empty.children[1] as Element, words.page.howToWire);
    return;
  }
  faults.update(view);
  nowCard.update(view, state, state.solar);
  show(pilotCard, view.pilot !== null);
  pilot.update(view);
  panel.update(view, state.solar);
  drawMeasured(view);
  if (curveOf !== view.charger) {
    curveOf = view.charger;
    void curve.load(view.charger).catch(() => undefined);
  }
}

function drawTabs(chargers: readonly ChargerView[], view: ChargerView | undefined): void {
  show(tabs, chargers.length > 1);
  if (chargers.length < 2) return;
  renew(
    tabs,
    chargers.map((one) =>
      h(
        "button",
        {
          type: "button",
          "data-key": one.charger,
          "aria-pressed": String(one.charger === view?.charger),
          "data-state": one.state,
          click: () => choose(one.charger),
        },
        h("span", { class: "lamp", "aria-hidden": "true" }),
        h("span", {}, one.charger),
        h("span", { class: "small" }, one.state === "charging" && one.powerW !== null ? power(one.powerW) : words.states[one.state]),
      ),
    ),
  );
}

function drawMeasured({ voltageV, temperatureC, energyWh }: ChargerView): void {
  const facts: readonly (readonly [string, string | null])[] = [
    [words.now.voltage, voltageV === null ? null : mains(voltageV)],
    [words.now.temperature, temperatureC === null ? null : degrees(temperatureC)],
    [words.now.meter, energyWh === null ? null : kwh(energyWh)],
  ];
  measured.replaceChildren(
    ...facts.flatMap(([name, value]) => (value === null ? [] : h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
  );
}

function choose(charger: string): void {
  chosen = charger;
  remember("charger", charger);
  draw();
}

function askHistory(): void {
  if (isAsked) return;
  isAsked = true;
  setTimeout(() => {
    isAsked = false;
    void history.load();
  }, HISTORY_EVERY);
}

document.getElementById("page")?.append(h("header", {}, title, themeSwitch()), tabs, main);
for (const part of [faults.element, nowCard.element, live, history.element, lost, tabs]) show(part, false);

new Line({
  now(now) {
    useClock(now.at);
    state = now;
    // What the server remembers may be more or less than before it was away.
    curveOf = null;
    draw();
    show(history.element, true);
    history.update(now);
  },
  charger(charger) {
    if (state === null) return;
    const isNew = !state.chargers.some((known) => known.charger === charger.charger);
    const chargers = isNew
      ? [...state.chargers, charger]
      : state.chargers.map((known) => (known.charger === charger.charger ? charger : known));
    state = { ...state, chargers };
    curve.add(charger, state.site);
    draw();
  },
  site({ solar, site }) {
    if (state === null) return;
    state = { ...state, solar, site };
    draw();
  },
  session: askHistory,
  lost(since) {
    document.documentElement.classList.toggle("is-lost", since !== null);
    show(lost, since !== null);
    if (since !== null) say(lost, words.page.lostSince(clock(since)));
  },
});
setInterval(draw, TICK);
setInterval(() => {
  const view = current();
  if (state !== null && view !== undefined) panel.update(view, state.solar);
}, SECOND);
