import { EventMessage } from "#link/messages";
import { RelayReport } from "./relay-report.ts";

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { relay: RelayReport, events: EventMessage };
