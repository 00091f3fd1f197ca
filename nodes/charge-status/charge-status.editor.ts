import { edit } from "../shared/editor/j1772.ts";
import { ChargeStatusNode } from "./charge-status.schema.ts";

edit(ChargeStatusNode, (form) => {
  const address = form.note("path");
  form.follow(["path"], () => {
    const path = form
      .value("path")
      .trim()
      .replace(/^\/+|\/+$/g, "");
    const root = RED.settings.httpNodeRoot ?? "/";
    address.textContent =
      path === "" ? "" : form.node._("effect.address", { address: `${location.origin}${root.replace(/\/$/, "")}/${path.toLowerCase()}/` });
  });
});
