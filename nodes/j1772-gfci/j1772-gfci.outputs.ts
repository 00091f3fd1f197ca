import { EventMessage } from "#link/messages";
import { GfciReport } from "./gfci-report.ts";

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { gfci: GfciReport, events: EventMessage };
