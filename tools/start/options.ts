/** What `npm start` was asked for. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** Node-RED's own port. */
export const USUAL_PORT = 1880;
/** Kept in the project, ignored by git, so that it is easy to find and easy to delete. */
export const USUAL_FOLDER = ".j1772-demo";

export interface StartOptions {
  readonly port: number;
  /** Absolute path of the one folder that everything is kept in. */
  readonly folder: string;
  /** Put the example back, and forget the charger's history. */
  readonly fresh: boolean;
}

export const HELP = `npm start -- [options]

Starts Node-RED with the example "01 - Complete charger" on a simulated charger.

  --port N   listen on 127.0.0.1:N instead of ${USUAL_PORT}
  --dir D    keep everything in folder D instead of ${USUAL_FOLDER}
  --fresh    put the example back; the flows that were there are kept beside it
  --help     show this
`;

/** @returns the options, "help", or the sentence to show when they cannot be understood. */
export function readOptions(args: readonly string[], project: string): StartOptions | "help" | { readonly wrong: string } {
  let values: { port?: string; dir?: string; fresh?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string", short: "p" },
        dir: { type: "string" },
        fresh: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) {
    return "help";
  }
  const port = values.port === undefined ? USUAL_PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return { wrong: `--port: expected a number from 1 to 65535, got "${values.port}".` };
  }
  if (values.dir === "") {
    return { wrong: "--dir: expected a folder, got nothing." };
  }
  return { port, folder: resolve(project, values.dir ?? USUAL_FOLDER), fresh: values.fresh ?? false };
}
