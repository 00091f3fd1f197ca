import { edit } from "../shared/editor/j1772.ts";
import { CarNode } from "./j1772-car.schema.ts";

edit(CarNode);
