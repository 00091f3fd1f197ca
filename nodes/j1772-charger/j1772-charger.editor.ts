import type { Form } from "../shared/editor/form.ts";
import { highestOffer } from "../shared/editor/installation.ts";
import { edit } from "../shared/editor/j1772.ts";
import { isOnPi, offerCalibration } from "./calibration.editor.ts";
import { ChargerNode, INTERLOCK_FIELDS } from "./j1772-charger.schema.ts";

edit(ChargerNode, (form) => {
  const effect = form.note("hardwareA", form.node._("effect.label"));
  const missing = form.note("upstreamProtection");
  form.follow(["driver", ...INTERLOCK_FIELDS], () => {
    missing.textContent = isOnPi(form) && !INTERLOCK_FIELDS.every((name) => form.ticked(name)) ? form.node._("interlocks.missing") : "";
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
