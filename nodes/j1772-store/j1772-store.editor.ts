import { edit } from "../shared/editor/j1772.ts";
import { StoreNode } from "./j1772-store.schema.ts";

edit(StoreNode);
