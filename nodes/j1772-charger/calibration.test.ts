import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError } from "#core/errors";
import type { StatusMessage } from "#link/messages";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import { aStatus } from "../../test/support/link-samples.ts";
import { Calibrations, type Calibrator } from "./calibration.ts";
import { type AdminRed, serveCalibrations } from "./calibration-routes.ts";

class FakeCalibrator implements Calibrator {
  readonly said: string[] = [];
  hungUp = false;
  tell: (line: string) => void = () => {};
  end: (lastWords: string) => void = () => {};
  onLine(hear: (line: string) => void): void {
    this.tell = hear;
  }
  onEnd(hear: (lastWords: string) => void): void {
    this.end = hear;
  }
  say(line: string): void {
    this.said.push(line);
  }
  hangUp(): void {
    this.hungUp = true;
    this.end("hung up");
  }
}

class World {
  readonly time = new MovedTime();
  readonly started: FakeCalibrator[] = [];
  status: StatusMessage | null = { ...aStatus(), phase: "notConnected" };
  held = 0;
  wrong: string | null = null;
  readonly calibrations = new Calibrations<string>({
    scheduler: this.time,
    statusOf: () => this.status,
    hold: async () => {
      this.held += 1;
      return () => {
        this.held -= 1;
      };
    },
    check: () => {
      if (this.wrong !== null) throw new ConfigError("badField", this.wrong);
    },
    start: () => {
      const calibrator = new FakeCalibrator();
      this.started.push(calibrator);
      return calibrator;
    },
  });

  get newest(): FakeCalibrator {
    const last = this.started.at(-1);
    assert.ok(last);
    return last;
  }
}

describe("a calibration in the form", () => {
  it("stops the controller before it starts, and gives the charger back when it has ended", async () => {
    const world = new World();
    const token = await world.calibrations.begin("one", "form");
    assert.equal(world.held, 1);
    world.newest.tell('{"step":"ask","point":"high"}');
    assert.deepEqual(await world.calibrations.news("one", token, 0), { steps: [{ step: "ask", point: "high" }], next: 1, over: false });
    world.calibrations.answer("one", token, 11.97);
    assert.deepEqual(world.newest.said, ['{"volts":11.97}']);
    world.newest.tell('{"step":"result"}');
    world.newest.end("");
    assert.equal(world.held, 0);
    assert.deepEqual(await world.calibrations.news("one", token, 1), { steps: [{ step: "result" }], next: 2, over: true });
  });

  it("tells a process that died without a word as failed", async () => {
    const world = new World();
    const token = await world.calibrations.begin("one", "form");
    const news = world.calibrations.news("one", token, 0);
    world.newest.tell("no JSON");
    world.newest.end("it ended with SIGKILL");
    assert.deepEqual(await news, { steps: [{ step: "failed", message: "it ended with SIGKILL" }], next: 1, over: true });
  });

  it("is one at a time for a charger, and another's beside it", async () => {
    const world = new World();
    const both = await Promise.allSettled([world.calibrations.begin("one", "form"), world.calibrations.begin("one", "form")]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    await assert.rejects(world.calibrations.begin("one", "form"), { code: "busy" });
    await world.calibrations.begin("other", "form");
    assert.equal(world.started.length, 2);
    world.calibrations.end("one");
    await world.calibrations.begin("one", "form");
  });

  const plugged: readonly StatusMessage["phase"][] = [
    "waiting",
    "preparing",
    "closing",
    "charging",
    "stopping",
    "opening",
    "paused",
    "waking",
  ];
  for (const phase of plugged) {
    it(`stops nothing while the charger is "${phase}"`, async () => {
      const world = new World();
      world.status = { ...aStatus(), phase };
      await assert.rejects(world.calibrations.begin("one", "form"), { code: "plugged", message: /unplug the car first/ });
      assert.deepEqual([world.held, world.started.length], [0, 0]);
    });
  }

  it("stops nothing for a form that is wrong, and begins for a charger that does not answer", async () => {
    const world = new World();
    world.wrong = "board: expected …";
    await assert.rejects(world.calibrations.begin("one", "form"), { code: "badField" });
    assert.equal(world.held, 0);
    world.wrong = null;
    world.status = null;
    await world.calibrations.begin("one", "form");
  });

  it("ends by itself when the form is gone, and not while it goes on asking", async () => {
    const world = new World();
    const token = await world.calibrations.begin("one", "form");
    for (let asked = 0; asked < 4; asked += 1) {
      const news = world.calibrations.news("one", token, 0);
      await world.time.advance(20_000);
      assert.deepEqual(await news, { steps: [], next: 0, over: false });
    }
    assert.equal(world.newest.hungUp, false);
    await world.time.advance(30_100);
    await settled();
    assert.equal(world.newest.hungUp, true);
    assert.equal(world.held, 0);
  });

  it("is closed to who has not begun it", async () => {
    const world = new World();
    await world.calibrations.begin("one", "form");
    assert.throws(() => world.calibrations.answer("one", "guessed", 12), { code: "gone" });
    assert.deepEqual(world.newest.said, []);
  });
});

describe("the way to a calibration", () => {
  type Handler = (request: object, response: object) => void;
  const routes = new Map<string, readonly unknown[]>();
  const asked: string[] = [];
  const guard = (_request: IncomingMessage, _response: ServerResponse, next: () => void): void => next();
  const world = new World();
  const admin: AdminRed = {
    ...({} as AdminRed),
    auth: {
      needsPermission: (permission) => {
        asked.push(permission);
        return guard;
      },
    },
    httpAdmin: {
      get: (path, ...handlers) => routes.set(`GET ${path}`, handlers),
      post: (path, ...handlers) => routes.set(`POST ${path}`, handlers),
      delete: (path, ...handlers) => routes.set(`DELETE ${path}`, handlers),
    },
  };
  const hardware: unknown[] = [];
  serveCalibrations(admin, {
    begin: async (_id: string, form: unknown) => {
      hardware.push(form);
      return world.calibrations.begin("one", "form");
    },
    news: () => Promise.resolve({ steps: [], next: 0, over: false }),
    answer: () => {},
    end: () => {},
  } as unknown as Parameters<typeof serveCalibrations>[1]);

  const call = (route: string, request: object): Promise<{ code: number; body: Record<string, unknown> }> =>
    new Promise((resolve) => {
      const handler = routes.get(route)?.at(-1) as Handler;
      const response = {
        code: 0,
        writeHead(code: number) {
          response.code = code;
          return response;
        },
        end: (text: string) => resolve({ code: response.code, body: JSON.parse(text) }),
      };
      handler({ params: { id: "one", token: "t" }, query: {}, headers: { "content-type": "application/json" }, ...request }, response);
    });
  const form = { driver: "pigpiod", board: "buildGuide", customPins: "", daemonAddress: "" };
  const BEGIN = "POST /j1772-charger/:id/calibration";
  const TOKEN = "/j1772-charger/:id/calibration/:token";

  it("is behind Node-RED's own permission, each of its four doors", () => {
    assert.deepEqual(asked, ["j1772-charger.write"]);
    assert.deepEqual(
      [...routes.keys()].toSorted(),
      [`DELETE /j1772-charger/:id/calibration`, `GET ${TOKEN}`, BEGIN, `POST ${TOKEN}`].toSorted(),
    );
    for (const [route, [first]] of routes) assert.equal(first, guard, route);
  });

  it("takes the form's hardware and nothing else, and says what is wrong with it", async () => {
    assert.equal((await call(BEGIN, { body: form })).code, 200);
    assert.deepEqual(hardware, [form]);
    const refused: readonly (readonly [object | string, RegExp])[] = [
      [{ ...form, board: "../../etc" }, /board: expected/],
      [{ ...form, host: "x" }, /host is not a known key/],
      ["text", /expected Object/],
    ];
    for (const [body, message] of refused) {
      const answer = await call(BEGIN, { body });
      assert.equal(answer.code, 400);
      assert.match(String(answer.body.message), message);
    }
    const foreign = { "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await call(BEGIN, { body: form, headers: foreign })).code, 400, "a form of another site");
    assert.deepEqual(hardware, [form]);
    assert.equal((await call(BEGIN, { body: form })).code, 409, "busy");
  });

  it("takes volts that are a number, and a place to go on from", async () => {
    assert.equal((await call(`POST ${TOKEN}`, { body: { volts: 11.97 } })).code, 200);
    assert.equal((await call(`POST ${TOKEN}`, { body: { volts: "12" } })).code, 400);
    assert.equal((await call(`GET ${TOKEN}`, { query: { from: "0" } })).code, 200);
    assert.equal((await call(`GET ${TOKEN}`, { query: { from: "-1" } })).code, 400);
    assert.equal((await call(`GET ${TOKEN}`, { query: { from: ["0"] } })).code, 400);
  });
});
