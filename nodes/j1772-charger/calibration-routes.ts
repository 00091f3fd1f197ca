/** The way from the charger's form to a calibration, behind Node-RED's own permissions. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as v from "valibot";
import { ConfigError } from "#core/errors";
import { explain } from "#link/explain";
import type { Red } from "../shared/red.ts";
import { type Calibrations, statusCodeOf } from "./calibration.ts";
import type { Hardware } from "./calibration-process.ts";

/** Whoever may write this may move the pilot of a real charger. */
const PERMISSION = "j1772-charger.write";
const PATH = "/j1772-charger/:id/calibration";

interface Request extends IncomingMessage {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}
type Handler = (request: Request, response: ServerResponse) => void;
type Guard = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** As much of Node-RED's administration as is needed; missing where the settings switch it off. */
export interface AdminRed extends Red {
  readonly auth?: { needsPermission(permission: string): Guard };
  readonly httpAdmin?: Record<"get" | "post" | "delete", (path: string, guard: Guard, handler: Handler) => unknown>;
}

const short = v.pipe(v.string(), v.maxLength(200));
const HardwareForm = v.strictObject({
  driver: v.picklist(["pigpiod", "pigpio"]),
  board: v.picklist(["buildGuide", "evseHat", "custom"]),
  customPins: v.pipe(v.string(), v.maxLength(4000)),
  daemonAddress: short,
});
const Answer = v.strictObject({ volts: v.pipe(v.number(), v.finite()) });
const From = v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number));

/** What was posted. As JSON only: a form of another site, which a browser sends with everybody's cookies, cannot say that it is. */
function read<Schema extends v.GenericSchema>(schema: Schema, { body, headers }: Request): v.InferOutput<Schema> {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) throw new ConfigError("badRequest", "Expected application/json.");
  return checked(schema, body);
}

function checked<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new ConfigError("badRequest", `${explain(parsed.issues)}.`);
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}

/** Whatever goes wrong is told in a sentence. */
const answering =
  (handle: (request: Request) => Promise<object> | object): Handler =>
  (request, response) => {
    Promise.resolve()
      .then(() => handle(request))
      .then(
        (body) => send(response, 200, body),
        (error: Error) => send(response, statusCodeOf(error), { why: "code" in error ? error.code : null, message: error.message }),
      );
  };

const idOf = ({ params }: Request): string => params.id ?? "";
const tokenOf = ({ params }: Request): string => params.token ?? "";

export function serveCalibrations({ auth, httpAdmin }: AdminRed, calibrations: Calibrations<Hardware>): void {
  if (auth === undefined || httpAdmin === undefined) return;
  const guard = auth.needsPermission(PERMISSION);
  const begin = answering(async (request) => ({ token: await calibrations.begin(idOf(request), read(HardwareForm, request)) }));
  const news = answering((request) => calibrations.news(idOf(request), tokenOf(request), checked(From, request.query.from)));
  const answer = answering((request) => {
    calibrations.answer(idOf(request), tokenOf(request), read(Answer, request).volts);
    return {};
  });
  const end = answering((request) => {
    calibrations.end(idOf(request));
    return {};
  });
  httpAdmin.post(PATH, guard, begin);
  httpAdmin.get(`${PATH}/:token`, guard, news);
  httpAdmin.post(`${PATH}/:token`, guard, answer);
  httpAdmin.delete(PATH, guard, end);
}
