import { edit } from "../shared/editor/j1772.ts";
import { GfciNode } from "./j1772-gfci.schema.ts";

edit(GfciNode);
