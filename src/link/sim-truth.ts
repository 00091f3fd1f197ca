/** The schema of what a simulation knows of itself. The vocabulary is the simulator's; the controller checks at compile time that both agree. */
import * as v from "valibot";
import { SimFaultMessage } from "./sim-action.ts";

const finite = v.pipe(v.number(), v.finite());
const mark = v.nullable(finite);

export const TruthMessage = v.strictObject({
  plugged: v.boolean(),
  s2Closed: v.boolean(),
  asleep: v.boolean(),
  carFault: v.boolean(),
  socPercent: finite,
  drawA: finite,
  coil: v.boolean(),
  coilEnergised: v.boolean(),
  contacts: v.array(v.boolean()),
  gridW: finite,
  pvW: finite,
  houseW: finite,
  mainsV: finite,
  faults: v.array(SimFaultMessage),
  marks: v.strictObject({ appliedAt: mark, coilOffAt: mark, coilReleasedAt: mark, contactsOpenAt: mark }),
});
export type TruthMessage = v.InferOutput<typeof TruthMessage>;
