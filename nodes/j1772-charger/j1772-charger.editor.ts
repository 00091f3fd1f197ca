import type { Form } from "../shared/editor/form.ts";
import { highestOffer } from "../shared/editor/installation.ts";
import { edit } from "../shared/editor/j1772.ts";
import { isOnPi, offerCalibration } from "./calibration.editor.ts";
import { ChargerNode } from "./j1772-charger.schema.ts";

/** What must be true of the hardware before anything is driven. @see conformance 3.4 */
const INTERLOCKS = [
  "livenessGate",
  "gfciLatch",
  "relayPullDown",
  "loadSideSense",
  "pilotDriver",
  "bufferedSense",
  "upstreamProtection",
] as const satisfies (keyof typeof ChargerNode.fields)[];

edit(ChargerNode, (form) => {
  const effect = form.note("hardwareA", form.node._("effect.label"));
  const missing = form.note("upstreamProtection");
  form.follow(["driver", ...INTERLOCKS], () => {
    missing.textContent = isOnPi(form) && !INTERLOCKS.every((name) => form.ticked(name)) ? form.node._("interlocks.missing") : "";
  });
  offerCalibration(form);
  form.follow(["breakerA", "continuousPercent", "cableA", "hardwareA", "volts", "phases", "driver"], () => {
    effect.textContent = effectOf(form);
    if (effect.parentElement) effect.parentElement.hidden = form.value("driver") === "service";
  });
});

function effectOf(form: Form): string {
  const number = (field: string): number => Number(form.value(field) || Number.NaN);
  const offer = highestOffer({
    breakerA: number("breakerA"),
    continuousPercent: number("continuousPercent"),
    cableA: number("cableA"),
    hardwareA: number("hardwareA"),
  });
  if (offer === null) return form.node._("effect.nothing");
  const kilowatts = (offer.limitA * number("volts") * number("phases")) / 1000;
  return form.node._("effect.limit", {
    limit: offer.limitA,
    power: Number.isFinite(kilowatts) ? kilowatts.toFixed(1).replace(".", form.node._("number.decimal")) : "?",
    by: form.node._(`effect.by.${offer.by}`),
  });
}
