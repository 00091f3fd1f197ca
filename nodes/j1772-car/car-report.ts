/** What the simulated car's node reports: the car and the house as they really are, which no charger can know. */
import * as v from "valibot";
import { StatusMessage } from "#link/messages";
import { TruthMessage } from "#link/sim-truth";

const { marks: _onlyForBenches, ...truth } = TruthMessage.entries;

export const CarReport = v.strictObject({ charger: StatusMessage.entries.charger, at: StatusMessage.entries.at, ...truth });
export type CarReport = v.InferOutput<typeof CarReport>;

/** @param at wall time, ms since 1970 */
export function carReport(charger: string, at: number, { marks: _onlyForBenches, ...known }: TruthMessage): CarReport {
  return { charger, at, ...known };
}
