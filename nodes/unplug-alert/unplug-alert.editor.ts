import type { Form } from "../shared/editor/form.ts";
import { edit } from "../shared/editor/j1772.ts";
import { isVariable } from "../shared/editor/variable.ts";
import { UnplugAlertNode } from "./unplug-alert.schema.ts";

/** What an empty field would look like filled in. */
const HINTS: Readonly<Record<string, string>> = {
  escalateMin: "3, 10",
  answerUrl: "https://home.example/unplug-answer",
  quietFrom: "22:00",
  quietTo: "7:00",
  pluggedBy: "21:00",
  texts: '{"full": {"title": "…", "text": "…"}}',
};

edit(UnplugAlertNode, (form) => {
  for (const [field, hint] of Object.entries({ ...HINTS, zone: Intl.DateTimeFormat().resolvedOptions().timeZone })) {
    form.row(field)?.querySelector("input")?.setAttribute("placeholder", hint);
  }
  form.follow(["channel"], () => show(form, ["address"], form.value("channel") !== "none"));
  form.follow(["nextChannel"], () => show(form, ["nextAddress"], form.value("nextChannel") !== "none"));
  form.follow(["escalateMin"], () => show(form, ["nextChannel", "nextAddress"], form.value("escalateMin").trim() !== ""));
  form.follow(["escalateMin", "nextChannel"], () => {
    if (form.value("nextChannel") === "none") show(form, ["nextAddress"], false);
  });
  form.follow(["quietFrom", "quietTo"], () => {
    show(form, ["alarmsAtNight"], form.value("quietFrom").trim() !== "" && form.value("quietTo").trim() !== "");
  });
  const example = form.note("address");
  form.follow(["channel"], () => {
    const channel = form.value("channel");
    example.textContent = channel === "none" || channel === "" || isVariable(channel) ? "" : form.node._(`example.${channel}`);
  });
});

function show(form: Form, fields: readonly string[], visible: boolean): void {
  for (const field of fields) {
    const row = form.row(field);
    if (row) row.hidden = !visible;
  }
}
