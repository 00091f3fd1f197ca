/** Everything about a node that its form, its help and its run-time code must agree on. */
import type { Fields } from "./fields.ts";
import type { Migrations } from "./migrations.ts";

/** How a node that sits in a flow looks on the palette. */
export interface Face {
  /** Light, because Node-RED writes dark labels on it in both themes. */
  readonly color: string;
  readonly inputs: 0 | 1;
  /** Keys of the outputs' names in the catalogue, in order. */
  readonly outputs: readonly string[];
}

export interface NodeSchema {
  /** Type in the flow file; folder, files and icon are named after it. */
  readonly type: string;
  readonly fields: Fields;
  readonly migrations: Migrations;
  /** Null for a configuration node. */
  readonly face: Face | null;
}
