import { edit } from "../shared/editor/j1772.ts";
import { BayAlertNode } from "./bay-alert.schema.ts";

edit(BayAlertNode);
