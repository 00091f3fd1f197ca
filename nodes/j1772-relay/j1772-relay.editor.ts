import { edit } from "../shared/editor/j1772.ts";
import { RelayNode } from "./j1772-relay.schema.ts";

edit(RelayNode);
