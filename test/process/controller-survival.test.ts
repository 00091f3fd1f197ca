import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as last } from "node:timers/promises";
import { connectLink } from "#link/client";
import type { EventMessage } from "#link/messages";
import { CoilWatch } from "./coil-watch.ts";
import { ControllerUnderTest, QUICK_CAR } from "./controller-under-test.ts";
import { trialsOf } from "./trials.ts";

/** Coil off within this of the controller's death. @see F-30 @see F-31 */
const HARDWARE_OPENS_WITHIN = 100;

describe("controller process", () => {
  let controller: ControllerUnderTest;
  let watch: CoilWatch;
  const trial = trialsOf(() => controller.wasHeldUp || watch.wasHeldUp);

  beforeEach(async () => {
    watch = await CoilWatch.open();
  });

  afterEach(async () => {
    await controller.dispose();
    watch.close();
  });

  const withWatch = (driver: object = {}) => ({
    configText: JSON.stringify({ version: 1, charger: "bay", driver: { kind: "sim", witness: watch.path, ...driver } }),
  });

  /** Kills the controller; when this returns, nobody writes to its folder any more. */
  async function kill(): Promise<void> {
    controller.kill("SIGKILL");
    await controller.ended;
  }

  /** Kills the controller and starts another in its folder, with a simulated world of its own. */
  async function killAndRestart(driver: object = {}): Promise<void> {
    await kill();
    await controller.dispose(true);
    controller = await ControllerUnderTest.start(withWatch(driver), controller.folder);
  }

  trial(
    "leaves the coil to hardware when it is killed, and closes again only after a self-test, in the same session [F-30] [F-35] [WD-01] [PW-02] [PW-04]",
    async () => {
      controller = await ControllerUnderTest.start(withWatch());
      await controller.charge();
      const { session, contactor } = controller.status;
      await watch.coilOn();
      const killedAt = performance.now();
      controller.kill("SIGKILL");
      assert.ok((await watch.coilOff()) - killedAt < HARDWARE_OPENS_WITHIN);

      await killAndRestart({ plugged: { preset: "polite", car: QUICK_CAR } });
      await controller.link.command({ command: "limit", limitA: 16 });
      const charging = await controller.until(({ phase }) => phase === "charging");
      assert.equal(charging.session?.id, session?.id);
      assert.equal(charging.contactor.cycles, contactor.cycles + 1);
      await controller.untilLogged(({ type }) => type === "relayClosed");
      const order = controller.loggedSinceBoot.map(({ type }) => type);
      assert.ok(order.indexOf("selfTestPassed") >= 0 && order.indexOf("selfTestPassed") < order.indexOf("relayClosed"), order.join());
    },
  );

  trial("closes the session of a car that left while nobody looked, under its own name [PW-04]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    const { session } = controller.status;
    await killAndRestart();
    const event = await controller.untilLogged(({ type }) => type === "unplugged");
    assert.deepEqual([event.session, event.reason], [session?.id, "whileAway"]);
  });

  trial("remembers a ground fault, its time and its count when it is killed right after telling of it [PW-04] [GF-08] [F-18]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    await controller.link.sim({ do: "inject", fault: "gfciTrip" });
    await controller.untilEvent(({ type, fault }) => type === "fault" && fault === "GroundFault");
    const told = await controller.until(({ faults }) => faults.some(({ name }) => name === "GroundFault"));
    await killAndRestart();
    const fault = (faults = controller.status.faults) => faults.find(({ name }) => name === "GroundFault");
    assert.equal(fault()?.since, fault(told.faults)?.since);
    assert.equal(controller.status.gfci.resets, told.gfci.resets);
    await controller.link.command({ command: "limit", limitA: 16 });
    await controller.link.sim({ do: "plug", preset: "polite", car: QUICK_CAR });
    await controller.until(({ gfci }) => gfci.selfTest !== "running");
    assert.equal(controller.status.relay, "open");
    assert.ok(fault());
  });

  trial("remembers a weld over two kills until a person resets it [F-35] [PW-04] [RL-02] [I3]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    await controller.link.sim({ do: "inject", fault: "weld" });
    await controller.link.sim({ do: "unplug" });
    await controller.untilEvent(({ type, fault }) => type === "fault" && fault === "ContactorWelded");
    for (let kill = 0; kill < 2; kill += 1) {
      await killAndRestart();
      await controller.link.command({ command: "limit", limitA: 16 });
      await controller.link.sim({ do: "plug", preset: "polite", car: QUICK_CAR });
      const { faults } = await controller.until(({ phase }) => phase === "faulted");
      assert.deepEqual(
        faults.map(({ name, latched }) => [name, latched]),
        [["ContactorWelded", "untilReset"]],
      );
    }
    await controller.reset();
    await controller.until(({ phase }) => phase === "charging");
  });

  trial("starts with a fault that a person must reset when its state file is damaged, and keeps the file [PW-04]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    await kill();
    const whole = readFileSync(controller.stateFile, "utf8");
    for (const length of [0, 1, Math.floor(whole.length / 2), whole.length - 2]) {
      await kill();
      writeFileSync(controller.stateFile, whole.slice(0, length));
      await killAndRestart();
      assert.deepEqual(
        controller.status.faults.map(({ name, latched }) => [name, latched]),
        [["InternalFault", "untilReset"]],
      );
      await controller.complained(/damaged.*put aside as safety\.json\.corrupt-/);
    }
    assert.equal(readdirSync(controller.folder).filter((name) => name.includes(".corrupt-")).length, 4);
    await controller.reset();
    await controller.charge();
  });

  trial("opens by hardware while it is stopped for a second, and by itself when it goes on [F-31] [WD-01]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    const stoppedAt = performance.now();
    controller.kill("SIGSTOP");
    assert.ok((await watch.coilOff()) - stoppedAt < HARDWARE_OPENS_WITHIN);
    await last(1_000 - (performance.now() - stoppedAt));
    const lateness = controller.until(({ loopLatenessMs }) => loopLatenessMs > 900);
    controller.kill("SIGCONT");
    const isLate = ({ type, fault }: EventMessage) => type === "fault" && fault === "ControllerLate";
    const [fault] = await Promise.all([controller.untilEvent(isLate), lateness]);
    assert.equal((await controller.truth()).coil, false);
    const since = controller.events.slice(controller.events.indexOf(fault));
    assert.ok(!since.some(({ type }) => type === "relayClosed"));
  });

  trial("stops offering and opens when the client that set the limit is gone and the lease runs out [F-32] [WD-02]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    const giver = connectLink(controller.socket, { client: "giver", silentAfterMs: 30_000, answerWithinMs: 30_000 });
    await giver.opened();
    await controller.charge();
    await giver.command({ command: "limit", limitA: 16, validForMs: 1_500 });
    giver.close();
    await controller.untilEvent(({ type }) => type === "leaseExpired");
    await controller.until(({ phase, relay, pilot }) => phase === "paused" && relay === "open" && pilot.output === "steadyHigh");
    assert.ok(!controller.events.some(({ type }) => type === "openedUnderLoad"));
    assert.equal(controller.status.limitedBy, "lease");
    await controller.link.command({ command: "limit", limitA: 16 });
    await controller.untilEvent(({ type }) => type === "leaseRenewed");
  });

  trial("lets the car stop, opens without load, says goodbye and ends with 0 on SIGTERM [ST-10]", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    const lost = new Promise<string>((resolve) => controller.link.once("lost", ({ code }) => resolve(code)));
    controller.kill("SIGTERM");
    assert.deepEqual(await controller.ended, { code: 0, signal: null });
    assert.equal(await lost, "shuttingDown");
    await watch.coilOff();
    const types = controller.logged.map(({ type }) => type);
    assert.ok(types.includes("relayOpened") && !types.includes("openedUnderLoad"), types.join());
    assert.equal(types.at(-1), "ended");
    assert.deepEqual(readdirSync(controller.folder).sort(), ["charger.json", "controller.pid", "events.log", "safety.json"]);
  });

  trial("opens at once and ends with 0 when it is told to stop twice", async () => {
    controller = await ControllerUnderTest.start(withWatch());
    await controller.charge();
    await controller.link.sim({ do: "car", car: { x1ReactionMs: null } });
    controller.kill("SIGTERM");
    await controller.untilEvent(({ type }) => type === "shutdown");
    await watch.coilOn();
    controller.kill("SIGTERM");
    assert.deepEqual(await controller.ended, { code: 0, signal: null });
    await watch.coilOff();
  });

  trial("ends by itself when it was forked and nobody wants it any more [F-32]", async () => {
    controller = await ControllerUnderTest.start({
      // Time to be welcomed before nobody is there.
      config: { lease: { defaultForMs: 4_000 }, orphanGraceMs: 0 },
      args: ["--forked"],
    });
    controller.link.close();
    assert.deepEqual(await controller.ended, { code: 0, signal: null });
    assert.ok(controller.logged.some(({ type, reason }) => type === "stopping" && /nobody/.test(String(reason))));
  });
});
