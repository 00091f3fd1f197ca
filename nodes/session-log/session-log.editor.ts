import { edit } from "../shared/editor/j1772.ts";
import { SessionLogNode } from "./session-log.schema.ts";

edit(SessionLogNode, (form) => {
  form.follow(["logFiles"], () => {
    const folder = form.row("folder");
    if (folder) folder.hidden = !form.ticked("logFiles");
  });
});
