/** The description of the page's interface (OpenAPI 3.1), made from the schemas of its answers. */
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import * as api from "../../nodes/charge-status/api.ts";

type Json = Readonly<Record<string, unknown>>;

const SCHEMAS = {
  Now: api.Now,
  Curve: api.Curve,
  Sessions: api.Sessions,
  SessionDetail: api.SessionDetail,
  Totals: api.Totals,
  Token: api.Token,
  PageCommand: api.PageCommand,
  Accepted: api.Accepted,
  Failure: api.Failure,
} as const satisfies Readonly<Record<string, v.GenericSchema>>;
type SchemaName = keyof typeof SCHEMAS;

const reference = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` });
const answer = (name: SchemaName, description: string): Json => ({
  description,
  content: { "application/json": { schema: reference(name) } },
});
const text = (type: string, description: string): Json => ({ description, content: { [type]: { schema: { type: "string" } } } });
const refused = (...codes: readonly number[]): Json =>
  Object.fromEntries(codes.map((code) => [String(code), answer("Failure", REFUSALS[code] ?? "Refused; the message says why.")]));

const REFUSALS: Readonly<Record<number, string>> = {
  400: "A parameter or a body that is not understood; the message says which and what is expected.",
  401: "Nobody is signed in.",
  403: "Control is off, not protected by a password, or the request does not come from the page.",
  404: "No such charger, session or history.",
  415: "The body is not JSON.",
  429: "Too often; `Retry-After` says when again.",
  503: "Too many at once, or the history cannot be reached; `Retry-After` says when again.",
};

const query = (name: string, description: string, schema: Json = { type: "string" }): Json => ({ name, in: "query", description, schema });
const CHARGER = query("charger", "Name of a charger; the first one when left out.", { type: "string", maxLength: 64 });
const MOMENT =
  "A local date (`2026`, `2026-10`, `2026-10-25`: its begin in `from`, its end in `until`), ISO time with its zone, or ms since 1970.";
const RANGE = [
  query("from", `From here on. ${MOMENT}`),
  query("until", `Up to here. ${MOMENT}`),
  query("charger", "Only of this charger.", { type: "string", maxLength: 64 }),
  query("user", "Only of this user.", { type: "string", maxLength: 64 }),
  query("history", "The charger's own history, or the sample, where there is one.", { enum: ["own", "sample"], default: "own" }),
];
const LIMIT = query("limit", "At most so many.", { type: "integer", minimum: 1, maximum: 500, default: 50 });

const get = (summary: string, good: Json, parameters: readonly Json[], codes: readonly number[]): Json => ({
  get: { summary, parameters, responses: { "200": good, ...refused(...codes) } },
});

export function description(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Charging status",
      version: "1",
      description:
        "What the chargers of this page do now, and what they have done. Units are in the names: W, A, V, Wh, Ms; times are ms since 1970. Null: not known. Refusals are JSON with a code and a message.",
    },
    servers: [{ url: ".." }],
    paths: {
      "/": get(
        "The page for browsers, the charger's line for programs",
        text("text/plain", "As `/api/line`; HTML for who accepts it."),
        [CHARGER],
        [400, 404],
      ),
      "/api/line": get(
        "One line of text, as the charger before this one gave it",
        text("text/plain", "`Timestamp … CP value=… CP duty=… ChargeI=… Power=… Delta=… State=… Energy=… DayEnergy=…`"),
        [CHARGER],
        [400, 404],
      ),
      "/api/now": get("Everything that is so now", answer("Now", "The chargers, the sun and the house."), [], [400]),
      "/api/stream": get(
        "The same as it changes, as server-sent events",
        text("text/event-stream", "`now` at the begin and after a gap, then `charger`, `site`, `session` and `beat`."),
        [],
        [400, 503],
      ),
      "/api/curve": get("Power over the last hours", answer("Curve", "A point for each quarter of a minute."), [CHARGER], [400, 404]),
      "/api/totals": get(
        "Energy, cost and sources by period",
        answer("Totals", "One for each period in which anything happened."),
        [
          query("per", "Length of the periods.", { enum: ["day", "week", "month", "year", "all"], default: "month" }),
          ...RANGE,
          query("by", "Told apart by.", { enum: ["charger", "user"] }),
        ],
        [400, 404, 503],
      ),
      "/api/sessions": get("Charges, the newest first", answer("Sessions", "A page of them."), [...RANGE, LIMIT], [400, 404, 503]),
      "/api/sessions.csv": get(
        "Charges as a file for spreadsheets (RFC 4180)",
        text("text/csv", "One line for each charge."),
        [
          ...RANGE,
          query("limit", "At most so many.", { type: "integer", minimum: 1, maximum: 100_000 }),
          query("style", "Points and commas, or semicolons and decimal commas.", {
            enum: ["standard", "spreadsheet"],
            default: "standard",
          }),
        ],
        [400, 404, 429, 503],
      ),
      "/api/sessions/{id}": get(
        "One charge and its course",
        answer("SessionDetail", "The charge, its samples (thinned), what happened."),
        [{ name: "id", in: "path", required: true, schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } }, RANGE[4] ?? {}],
        [400, 404, 503],
      ),
      "/api/token": get("What a command must carry, for whoever is signed in", answer("Token", "Good for a day."), [], [401, 403]),
      "/api/command": {
        post: {
          summary: "Asks the charger to pause, to go on, or to keep to a limit; only where the node allows it",
          parameters: [{ name: "X-J1772-Token", in: "header", required: true, schema: { type: "string" } }],
          requestBody: { required: true, content: { "application/json": { schema: reference("PageCommand") } } },
          responses: { "200": answer("Accepted", "Passed on; the charger decides."), ...refused(400, 401, 403, 415, 429) },
        },
      },
      "/api/openapi.json": get("This description", text("application/json", "OpenAPI 3.1."), [], []),
    },
    components: { schemas: Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchemaOf(schema)])) },
  };
}

/** JSON knows no infinite numbers, so that the check for them has no counterpart. */
function jsonSchemaOf(schema: v.GenericSchema): Json {
  const { $schema: _draft, ...rest } = toJsonSchema(schema, { ignoreActions: ["finite"], typeMode: "output" }) as Json;
  return rest;
}

/** As it is committed beside the node. */
export const descriptionText = (): string => `${JSON.stringify(description(), null, 2)}\n`;
