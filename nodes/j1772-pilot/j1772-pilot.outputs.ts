import { EventMessage, StatusMessage } from "#link/messages";

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { status: StatusMessage, events: EventMessage };
