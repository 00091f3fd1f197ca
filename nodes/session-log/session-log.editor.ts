import { edit } from "../shared/editor/j1772.ts";
import { SessionLogNode } from "./session-log.schema.ts";

edit(SessionLogNode, (form) => {
  const logFiles = document.querySelector<HTMLInputElement>("#node-input-logFiles");
  form.follow(["logFiles"], () => {
    const folder = form.row("folder");
    if (folder) folder.hidden = logFiles?.checked !== true;
  });
});
