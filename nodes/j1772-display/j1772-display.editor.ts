import { edit } from "../shared/editor/j1772.ts";
import { J1772DisplayNode } from "./j1772-display.schema.ts";

edit(J1772DisplayNode);
