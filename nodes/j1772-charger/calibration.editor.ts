/** The dialog that walks a person through the two points of a calibration, and fills them into the form. */
import type { Form } from "../shared/editor/form.ts";
import type { EditorNode } from "../shared/editor/red-editor.ts";

const POINT_FIELDS = ["highAdcV", "highPilotV", "lowAdcV", "lowPilotV"] as const;
type Point = "high" | "low";

/** What the process that calibrates tells. */
type Step =
  | { readonly step: "measuring"; readonly point: Point | "again" | "proof" }
  | { readonly step: "ask"; readonly point: Point; readonly adcV: number; readonly readsV: number | null }
  | { readonly step: "notTaken"; readonly why: string; readonly message: string }
  | ({ readonly step: "result" } & Result)
  | { readonly step: "failed"; readonly why?: string | null; readonly message: string };

/** Refusals that the dialog has words for, in the language of the editor; the sentence that came with it has the figures. */
const KNOWN_REFUSALS = [
  ...["car", "meter", "board", "unsteady", "proof", "live", "stopped"],
  ...["busy", "plugged", "daemonUnreachable", "boardBusy", "alreadyRunning"],
];

/** A refusal with what it is about. */
class Refusal extends Error {
  readonly why: string | null;

  constructor(message: string, why: string | null) {
    super(message);
    this.why = why;
  }
}

interface Result {
  readonly points: Readonly<Record<Point, { readonly adcV: number; readonly pilotV: number }>>;
  readonly before: { readonly highV: number; readonly lowV: number } | null;
  readonly proof: { readonly highV: number; readonly lowV: number; readonly dutyPercent: number };
}

interface News {
  readonly steps: readonly Step[];
  readonly next: number;
  readonly over: boolean;
}

interface Line {
  readonly gain: number;
  readonly offsetV: number;
}

/** Whether the form is about pins of a Raspberry Pi. */
export const isOnPi = (form: Form): boolean => form.value("driver") === "pigpiod" || form.value("driver") === "pigpio";

/** The button below the hardware's checklist, and what the pilot is measured by at present. */
export function offerCalibration(form: Form): void {
  const below = form.row("upstreamProtection");
  if (below === null) return;
  const words = (key: string): string => form.node._(`calibrate.${key}`);
  const row = element("div", { className: "form-row j1772-calibrate" });
  const label = element("label", { textContent: words("label"), htmlFor: "j1772-calibrate" });
  const button = element("button", { type: "button", id: "j1772-calibrate", className: "red-ui-button", textContent: words("open") });
  const state = element("output", { className: "j1772-about" });
  row.append(label, button, state);
  below.after(row);
  button.addEventListener("click", () => new CalibrationDialog(form).open());
  form.follow(["driver", ...POINT_FIELDS], () => {
    row.hidden = !isOnPi(form);
    state.textContent = lineIn(form) === null ? words("asDrawn") : words("byPoints");
  });
}

/** What the form's four points come to; null where they are not all there. */
function lineIn(form: Form): Line | null {
  const [highAdcV = 0, highPilotV = 0, lowAdcV = 0, lowPilotV = 0] = POINT_FIELDS.map((field) =>
    form.value(field).trim() === "" ? Number.NaN : Number(form.value(field)),
  );
  const gain = (highPilotV - lowPilotV) / (highAdcV - lowAdcV);
  return Number.isFinite(gain) ? { gain, offsetV: highPilotV - highAdcV * gain } : null;
}

type Properties<E> = Partial<Omit<E, "style">>;

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties<HTMLElementTagNameMap[Name]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

class CalibrationDialog {
  readonly #form: Form;
  readonly #node: EditorNode;
  readonly #path: string;
  readonly #body = element("div", { className: "j1772-dialog-body" });
  readonly #buttons = element("div", { className: "j1772-dialog-buttons" });
  readonly #dialog: HTMLDialogElement;
  #token: string | null = null;
  #isClosed = false;

  constructor(form: Form) {
    this.#form = form;
    this.#node = form.node;
    this.#path = `j1772-charger/${encodeURIComponent(form.node.id)}/calibration`;
    const title = element("h3", { id: "j1772-dialog-title", textContent: this.#say("title") });
    this.#body.setAttribute("aria-live", "polite");
    this.#dialog = element("dialog", { className: "j1772-dialog" }, title, this.#body, this.#buttons);
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#dialog.addEventListener("close", () => this.#closed());
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#introduce();
    this.#dialog.showModal();
  }

  #say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    return this.#node._(`calibrate.${key}`, values);
  }

  #volts(volts: number, digits = 2): string {
    const number = Math.abs(volts).toFixed(digits).replace(".", this.#node._("number.decimal"));
    return `${volts < 0 ? "−" : "+"}${number} V`;
  }

  #show(...content: readonly Node[]): void {
    this.#body.replaceChildren(...content);
  }

  #offer(...buttons: readonly (readonly [label: string, does: () => void])[]): void {
    const made = buttons.map(([label, does], index) => {
      const className = `red-ui-button${index === buttons.length - 1 ? " primary" : ""}`;
      const button = element("button", { type: "button", className, textContent: this.#say(`button.${label}`) });
      button.addEventListener("click", does);
      return button;
    });
    this.#buttons.replaceChildren(...made);
  }

  #paragraph(key: string, values: Readonly<Record<string, string | number>> = {}): HTMLElement {
    return element("p", { textContent: this.#say(key, values) });
  }

  #introduce(): void {
    const needs = ["unplug", "stops", "meter"].map((key) => element("li", { textContent: this.#say(`intro.${key}`) }));
    this.#show(this.#paragraph("intro.what"), element("ul", {}, ...needs));
    this.#offer(["cancel", () => this.#dialog.close()], ["begin", () => void this.#run()]);
  }

  async #run(): Promise<void> {
    this.#busy("stopping");
    try {
      const hardware = Object.fromEntries(
        ["driver", "board", "customPins", "daemonAddress"].map((field) => [field, this.#form.value(field)]),
      );
      const { token } = await this.#ask<{ token: string }>("POST", this.#path, hardware);
      this.#token = token;
      if (this.#isClosed) this.#end();
      await this.#follow(token);
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    if (error instanceof Refusal) this.#failed(error.message, error.why);
    else this.#failed((error as Error).message, null);
  }

  async #follow(token: string): Promise<void> {
    let from = 0;
    while (!this.#isClosed) {
      const { steps, next, over } = await this.#ask<News>("GET", `${this.#path}/${token}?from=${from}`);
      if (this.#isClosed) return;
      for (const step of steps) this.#take(step);
      from = next;
      if (!over) continue;
      this.#token = null;
      return;
    }
  }

  #take(step: Step): void {
    switch (step.step) {
      case "measuring":
        this.#busy(step.point);
        break;
      case "ask":
        this.#askMeter(step);
        break;
      case "notTaken":
        this.#body.append(this.#objection(step.message, step.why));
        break;
      case "result":
        this.#result(step);
        break;
      case "failed":
        this.#failed(step.message, step.why ?? null);
    }
  }

  #busy(what: string): void {
    this.#show(this.#paragraph(`busy.${what}`));
    this.#offer(["cancel", () => this.#dialog.close()]);
  }

  #askMeter({ point, adcV, readsV }: Extract<Step, { step: "ask" }>): void {
    const wrong = this.#body.querySelector(".j1772-dialog-wrong");
    const line = lineIn(this.#form);
    const reads = line === null ? readsV : adcV * line.gain + line.offsetV;
    const label = element("label", { htmlFor: "j1772-meter", textContent: this.#say("ask.meter") });
    const input = element("input", { id: "j1772-meter", type: "text", inputMode: "decimal", autocomplete: "off" });
    const until = reads === null ? [] : [this.#paragraph("ask.reads", { volts: this.#volts(reads) })];
    this.#show(this.#paragraph(`ask.${point}`), element("p", {}, label, " ", input, " V"), ...until, ...(wrong === null ? [] : [wrong]));
    const send = (): void => {
      const volts = Number(input.value.trim().replace(",", ".").replace("−", "-") || Number.NaN);
      input.classList.toggle("input-error", !Number.isFinite(volts));
      if (Number.isFinite(volts)) void this.#answer(volts);
    };
    input.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") send();
    });
    this.#offer(["cancel", () => this.#dialog.close()], ["next", send]);
    input.focus();
  }

  async #answer(volts: number): Promise<void> {
    if (this.#token === null) return;
    this.#busy("taking");
    try {
      await this.#ask("POST", `${this.#path}/${this.#token}`, { volts });
    } catch (error) {
      this.#refused(error);
    }
  }

  #result({ points, before, proof }: Result): void {
    const line = lineIn(this.#form);
    const was = (point: Point): string => {
      if (line !== null) return this.#volts(points[point].adcV * line.gain + line.offsetV);
      return before === null ? this.#say("result.unknown") : this.#volts(point === "high" ? before.highV : before.lowV);
    };
    const cells = (name: "td" | "th", ...texts: readonly string[]): HTMLElement =>
      element("tr", {}, ...texts.map((textContent) => element(name, { textContent })));
    const rows = (["high", "low"] as const).map((point) =>
      cells("td", this.#say(`result.${point}`), was(point), this.#volts(points[point].pilotV)),
    );
    const head = cells("th", "", this.#say("result.before"), this.#say("result.after"));
    const duty = proof.dutyPercent.toFixed(1).replace(".", this.#node._("number.decimal"));
    this.#show(
      element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
      this.#paragraph("result.proof", { high: this.#volts(proof.highV), low: this.#volts(proof.lowV), duty }),
      this.#paragraph("result.deploy"),
    );
    this.#offer(["discard", () => this.#dialog.close()], ["use", () => this.#use(points)]);
  }

  #use({ high, low }: Result["points"]): void {
    const values = { highAdcV: high.adcV, highPilotV: high.pilotV, lowAdcV: low.adcV, lowPilotV: low.pilotV };
    for (const [field, value] of Object.entries(values)) this.#form.set(field, String(value));
    const fold = this.#form.row("highAdcV")?.closest("details");
    if (fold) fold.open = true;
    this.#dialog.close();
  }

  /** What is wrong in the language of the editor, and the sentence that has the figures. */
  #objection(message: string, why: string | null): HTMLElement {
    const known = why !== null && KNOWN_REFUSALS.includes(why) ? [element("p", { textContent: this.#say(`why.${why}`) })] : [];
    const detail = element("p", { className: known.length > 0 ? "j1772-dialog-detail" : "", textContent: message });
    return element("div", { className: "j1772-dialog-wrong", role: "alert" }, ...known, detail);
  }

  #failed(message: string, why: string | null): void {
    if (this.#isClosed) return;
    this.#token = null;
    this.#show(this.#paragraph("failed"), this.#objection(message, why));
    this.#offer(["close", () => this.#dialog.close()], ["again", () => this.#introduce()]);
  }

  #closed(): void {
    this.#isClosed = true;
    this.#dialog.remove();
    if (this.#token !== null) this.#end();
  }

  /** Nobody watches any more; the charger's controller comes back. */
  #end(): void {
    this.#token = null;
    this.#ask("DELETE", this.#path).catch(() => {});
  }

  /** By jQuery, which brings along who is signed in to the editor. @throws Error with the server's sentence */
  #ask<Answer>(method: string, url: string, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      $.ajax({
        ...{ method, url, dataType: "json" },
        ...(body === undefined ? {} : { data: JSON.stringify(body), contentType: "application/json" }),
        success: (answer) => resolve(answer as Answer),
        error: ({ status, responseJSON }) =>
          reject(
            responseJSON?.message === undefined
              ? new Error(this.#say(status === 401 || status === 403 ? "notAllowed" : "noAnswer"))
              : new Refusal(responseJSON.message, responseJSON.why ?? null),
          ),
      });
    });
  }
}
