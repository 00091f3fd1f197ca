import type { Form } from "../shared/editor/form.ts";
import { highestOfferOf } from "../shared/editor/installation.ts";
import { edit } from "../shared/editor/j1772.ts";
import { PilotNode } from "./j1772-pilot.schema.ts";

edit(PilotNode, (form) => {
  const effect = form.note("offerA");
  form.follow(["charger", "offerA"], () => {
    effect.textContent = effectOf(form);
  });
});

/** Says so when the charger will not offer as much as the form asks for. */
function effectOf(form: Form): string {
  const highest = highestOfferOf(RED.nodes.node(form.value("charger")));
  return highest !== null && Number(form.value("offerA")) > highest.limitA ? form.node._("effect.capped", { limit: highest.limitA }) : "";
}
