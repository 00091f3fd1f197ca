import type { Form } from "../shared/editor/form.ts";
import { edit } from "../shared/editor/j1772.ts";
import { breakEvenW, presetOf, presetTolerance, SolarLimitNode } from "./solar-limit.schema.ts";

edit(SolarLimitNode, (form) => {
  const effect = form.note("importTolerance", form.node._("effect.label"));
  form.follow(["preset", "importTolerance", "volts", "phases", "floorA"], () => {
    effect.textContent = effectOf(form);
  });
  form.follow(["reading"], () => show(form, ["gridSign", "carInMeter"], form.value("reading") !== "page"));
  form.follow(["chargers"], () => show(form, ["sharing", "carMaximumA"], form.value("chargers").includes(",")));
  const battery = ["batterySign", "batteryLargestW", "batteryDischargeW", "batteryFloorPercent"];
  form.follow(["batteryPriority"], () => show(form, battery, form.value("batteryPriority") !== "ignore"));
  form.follow(["tariffA"], () => show(form, ["tariffFromH", "tariffToH"], form.value("tariffA").trim() !== ""));
});

function show(form: Form, fields: readonly string[], visible: boolean): void {
  for (const field of fields) {
    const row = form.row(field);
    if (row) row.hidden = !visible;
  }
}

/** What the preset comes to: from which surplus on charging pays. */
function effectOf(form: Form): string {
  const preset = presetOf(form.value("preset"));
  const own = form.value("importTolerance").trim();
  if (preset === null) return "";
  const tolerance = own === "" ? presetTolerance(preset) : Number(own);
  const phases = form.value("phases") === "3" ? 3 : 1;
  const { leastW, fromW } = breakEvenW(tolerance, Number(form.value("volts")), phases, Number(form.value("floorA")));
  if (!Number.isFinite(fromW)) return "";
  const kilowatts = (watts: number): string => (watts / 1000).toFixed(1).replace(".", form.node._("number.decimal"));
  return form.node._("effect.breakEven", { from: kilowatts(fromW), least: kilowatts(leastW) });
}
