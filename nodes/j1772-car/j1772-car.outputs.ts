import { CarReport } from "./car-report.ts";

/** What each output's payload is, for the help and for whoever checks it. */
export const outputs = { truth: CarReport };
