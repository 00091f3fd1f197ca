import assert from "node:assert/strict";
import { Amps, Volts } from "#core/units/units";
import { connectLink } from "#link/client";
import type { EventMessage, StatusMessage } from "#link/messages";
import { FakeController, Folder } from "../../test/flows/support/fake-controller.ts";
import { MovedTime, settled } from "../../test/flows/support/moved-time.ts";
import type { ChargerListener, ChargerUser, LinkState } from "../shared/charger-handle.ts";
import type { Charger } from "./charger.ts";
import { type ChargerSettings, Chargers } from "./chargers.ts";

const facts = { name: "bay", supply: { volts: Volts(240), phases: 1 } } as const;

describe("charger", () => {
  let folder: Folder;
  let time: MovedTime;
  let chargers: Chargers;
  let controller: FakeController;

  const settings = (key = "a"): ChargerSettings => ({
    facts,
    key,
    keeper: { connect: (seen) => connectLink(folder.socket, { client: "test", seen }), launcher: null, scheduler: time },
    log: () => {},
  });
  const until = async (claim: () => boolean): Promise<void> => {
    while (!claim()) {
      await time.advance(50);
      await settled();
    }
  };
  const connected = (charger: Charger): Promise<void> => until(() => charger.link === "connected" && charger.status !== null);
  /** The controller ends, and another one listens where it was. */
  const restartController = async (charger: Charger): Promise<void> => {
    await controller.close();
    await until(() => charger.link === "lost");
    controller = await FakeController.on(folder.socket);
  };

  beforeEach(async () => {
    folder = new Folder();
    time = new MovedTime();
    chargers = new Chargers(time);
    controller = await FakeController.on(folder.socket);
  });

  afterEach(async () => {
    await chargers.drop("id");
    await controller.close();
    folder.remove();
  });

  it("keeps its session through a full deployment: same line, limit renewed for the node that is back [WD-02]", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const before = charger.attach("pilot", {});
    assert.equal(await before.limit({ limit: Amps(10), by: "sun", validUntil: null }), "taken");
    before.detach(false);

    const again = chargers.take("id", settings());
    assert.equal(again, charger);
    const after = again.attach("pilot", {});
    after.offer(Amps(16));
    await until(() => controller.limits.length >= 3);
    assert.deepEqual(new Set(controller.limits), new Set([10, 16]));
    assert.equal(controller.clients, 1);
  });

  it("is stopped when its node is closed and nobody takes it again, and goes on when somebody does", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    chargers.rest("id");
    await time.advance(59_000);
    assert.equal(chargers.take("id", settings()), charger);
    await time.advance(120_000);
    assert.equal(charger.link, "connected");
    chargers.rest("id");
    await time.advance(60_000);
    await until(() => chargers.get("id") === null);
    assert.equal(charger.link, "stopped");
  });

  it("takes a node's offer when it first comes, and not again after a deployment", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    let pilot: ChargerUser = charger.attach("pilot", {});
    pilot.offer(Amps(16));
    await until(() => controller.limits.length === 1);
    await time.advance(100);
    assert.equal(await pilot.limit({ limit: Amps(8), by: "flow", validUntil: null }), "taken");
    pilot.detach(false);
    pilot = charger.attach("pilot", {});
    pilot.offer(Amps(16));
    await until(() => controller.limits.length === 3);
    assert.deepEqual(controller.limits, [16, 8, 8]);
  });

  it("takes a node's offer when its form has changed", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    charger.attach("pilot", {}).offer(Amps(16));
    await until(() => controller.limits.length === 1);
    charger.attach("pilot", {}).offer(Amps(13));
    await until(() => controller.limits.at(-1) === 13);
  });

  it("lets the offer run out that a form no longer makes, and keeps what a message has set", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    let pilot = charger.attach("pilot", {});
    const deployWithoutOffer = (): void => {
      pilot.detach(false);
      pilot = charger.attach("pilot", {});
      pilot.offer(null);
    };
    pilot.offer(Amps(16));
    await until(() => controller.limits.length === 1);
    deployWithoutOffer();
    await time.advance(1_000);
    await settled();
    const sent = controller.limits.length;
    await time.advance(120_000);
    await settled();
    assert.equal(controller.limits.length, sent);

    pilot.offer(Amps(16));
    await until(() => controller.limits.length === sent + 1);
    await time.advance(100);
    assert.equal(await pilot.limit({ limit: Amps(8), by: "flow", validUntil: null }), "taken");
    deployWithoutOffer();
    await until(() => controller.limits.length >= sent + 5);
    assert.equal(controller.limits.at(-1), 8);
  });

  it("lets the limit of a removed node run out", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const pilot = charger.attach("pilot", {});
    await pilot.limit({ limit: Amps(16), by: "flow", validUntil: null });
    pilot.detach(true);
    await time.advance(120_000);
    await settled();
    assert.deepEqual(controller.limits, [16]);
  });

  it("tells all its nodes of statuses, events and the line, until they are detached", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const heard: string[] = [];
    const listener: ChargerListener = {
      link: (state: LinkState) => heard.push(state),
      status: ({ phase }: StatusMessage) => heard.push(phase),
      event: ({ type }: EventMessage) => heard.push(type),
    };
    const one = charger.attach("one", listener);
    charger.attach("two", listener);
    controller.tell({ phase: "waiting" });
    controller.happen({ type: "plugged" });
    await until(() => heard.length === 4);
    assert.deepEqual(heard.toSorted(), ["plugged", "plugged", "waiting", "waiting"]);
    one.detach(false);
    await controller.close();
    await until(() => heard.length === 5);
    assert.equal(heard.at(-1), "lost");
    assert.equal(charger.status, null);
  });

  it("gives a restarted controller the pause first and the newest limit after it", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const pilot = charger.attach("pilot", {});
    await pilot.limit({ limit: Amps(16), by: "flow", validUntil: null });
    await controller.close();
    await until(() => charger.link === "lost");
    assert.equal(await pilot.limit({ limit: Amps(6), by: "fuse", validUntil: null }), "kept");
    await pilot.command({ command: "pause", by: "button" });

    controller = await FakeController.on(folder.socket);
    await until(() => controller.commands.length === 2);
    const [first, second] = controller.commands;
    assert.deepEqual(first, { command: "pause", by: "button" });
    assert.deepEqual(second, { command: "limit", limitA: 6, limitedBy: "fuse", validForMs: 30_000 });
  });

  it("gives a restarted controller the pause that a person made at its own panel, and not one that they ended there", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const heard: string[] = [];
    const pilot = charger.attach("pilot", { event: ({ type }) => void heard.push(type) });
    controller.happen({ type: "paused", reason: "panel" });
    await until(() => heard.length === 1);
    await restartController(charger);
    await until(() => controller.commands.length === 1);
    assert.deepEqual(controller.commands, [{ command: "pause", by: "panel" }]);

    await pilot.command({ command: "pause", by: "button" });
    controller.happen({ type: "resumed", reason: "panel" });
    await until(() => heard.length === 2);
    await restartController(charger);
    await connected(charger);
    await time.advance(1_000);
    assert.deepEqual(controller.commands, []);
  });

  for (const reason of ["shutdown", "sun", "lease", "temperature"]) {
    it(`does not pause a restarted controller that stopped offering by itself: ${reason}`, async () => {
      const charger = chargers.take("id", settings());
      await connected(charger);
      const heard: string[] = [];
      charger.attach("pilot", { event: ({ type }) => void heard.push(type) });
      controller.happen({ type: "paused", reason });
      await until(() => heard.length === 1);
      await restartController(charger);
      await connected(charger);
      await time.advance(1_000);
      assert.deepEqual(controller.commands, []);
    });
  }

  it("does not pause a restarted controller when the pause was ended or refused", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const pilot = charger.attach("pilot", {});
    await pilot.command({ command: "pause" });
    await pilot.command({ command: "resume" });
    controller.reply = { ok: false, code: "busy", message: "not now" };
    await assert.rejects(pilot.command({ command: "pause" }), { name: "MessageError", code: "busy" });
    await restartController(charger);
    await connected(charger);
    await time.advance(1_000);
    assert.deepEqual(controller.commands, []);
  });

  it("refuses other commands while no controller answers, and says that nothing was changed", async () => {
    await controller.close();
    const charger = chargers.take("id", settings());
    const pilot = charger.attach("pilot", {});
    await assert.rejects(pilot.command({ command: "resume" }), { name: "LinkLost", code: "notConnected", message: /nothing was changed/ });
    await assert.rejects(pilot.simulate({ do: "unplug" }), { code: "notConnected" });
  });

  it("passes on the controller's refusal with its code", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    controller.reply = { ok: false, code: "causeRemains", message: "It still trips." };
    await assert.rejects(charger.attach("gfci", {}).command({ command: "reset" }), {
      name: "MessageError",
      code: "causeRemains",
      message: "It still trips.",
    });
  });

  it("lets sixteen requests wait and refuses more, so that a flood stays small", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const pilot = charger.attach("pilot", {});
    const codes = await Promise.all(
      Array.from({ length: 1_000 }, () =>
        pilot.command({ command: "resume" }).then(
          () => "done",
          (error: { code: string }) => error.code,
        ),
      ),
    );
    assert.equal(codes.filter((code) => code === "done").length, 16);
    assert.equal(codes.filter((code) => code === "tooMany").length, 984);
    assert.equal(controller.commands.length, 16);
    await pilot.command({ command: "resume" });
  });

  it("asks for the truth only when someone listens, and refuses to simulate on a real charger", async () => {
    controller.welcome = { ...controller.welcome, capabilities: [] };
    const charger = chargers.take("id", settings());
    await connected(charger);
    assert.equal(charger.simulated, false);
    const truths: number[] = [];
    const car = charger.attach("car", { truth: ({ socPercent }) => truths.push(socPercent) });
    await assert.rejects(car.simulate({ do: "unplug" }), { name: "MessageError", code: "notSimulated" });
    assert.deepEqual(controller.actions, []);

    await restartController(charger);
    await until(() => truths.length > 0);
    controller.reveal({ socPercent: 66 });
    await until(() => truths.at(-1) === 66);
    await car.simulate({ do: "unplug" });
    assert.deepEqual(controller.actions, [{ do: "unplug" }]);
  });

  it("moves to another controller when its settings change, with its users and its limit", async () => {
    const charger = chargers.take("id", settings("a"));
    await connected(charger);
    const pilot = charger.attach("pilot", {});
    await pilot.limit({ limit: Amps(10), by: "flow", validUntil: null });
    assert.equal(chargers.take("id", settings("b")), charger);
    await until(() => controller.limits.length === 2);
    assert.deepEqual(controller.limits, [10, 10]);
    assert.equal(controller.clients, 1);
  });

  it("is kept stopped while somebody else has its hardware, through deployments, and comes back after", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    const release = await chargers.hold("id");
    assert.equal(charger.link, "stopped");
    for (const key of ["a", "b"]) {
      chargers.take("id", settings(key));
      await time.advance(1_000);
      await settled();
      assert.equal(charger.status, null, `deployed with settings ${key}`);
    }
    release();
    await connected(charger);
  });

  it("takes a new name without a new line", async () => {
    const charger = chargers.take("id", settings());
    await connected(charger);
    chargers.take("id", { ...settings(), facts: { ...facts, name: "garage" } });
    assert.equal(charger.name, "garage");
    assert.equal(controller.clients, 1);
  });
});
