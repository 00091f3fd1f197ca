import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { buildPackage, DEADLINE, FLOW, NodeRedUnderTest } from "./nodered-under-test.ts";
import { trialsOf } from "./trials.ts";

describe("a charging session and its Node-RED", () => {
  let test: NodeRedUnderTest;
  const trial = trialsOf(() => test.wasHeldUp);

  before(function () {
    this.timeout(400_000);
    buildPackage();
  });
  beforeEach(async () => {
    test = await NodeRedUnderTest.start();
  });
  afterEach(() => test.end());

  trial("goes on through full deployments, in the same process and with the relay closed", async () => {
    const observer = await test.observe();
    await test.charge();
    for (let deployment = 0; deployment < 5; deployment++) {
      await test.admin.deploy(FLOW);
      await test.watch?.until("pilot", /kW/, DEADLINE);
    }
    const { relay, session } = await test.status(() => true);
    assert.equal(relay, "closed");
    assert.ok(session);
    assert.equal(test.happened("relayOpened"), false);
    assert.equal(test.happened("leaseExpired"), false);
    assert.ok(observer.isOpen);
  });

  trial("is not troubled by 5 s in which Node-RED does nothing but compute [WD-02]", async () => {
    await test.observe();
    await test.charge();
    void test.admin.inject("block").catch(() => {});
    const deadline = performance.now() + 6_000;
    let statuses = 0;
    while (statuses < 5 || performance.now() < deadline) {
      const { relay, phase } = await test.status(() => true);
      assert.deepEqual({ relay, phase }, { relay: "closed", phase: "charging" });
      statuses += 1;
    }
    assert.equal(test.happened("relayOpened"), false);
  });

  trial(
    "ends politely when Node-RED is killed and its lease runs out; a new Node-RED takes the controller up again [F-32] [WD-02]",
    async () => {
      const { welcome } = await test.observe();
      await test.charge();
      const killedAt = performance.now();
      test.nodeRed?.child.kill("SIGKILL");
      await test.nodeRed?.ended();
      test.watch?.close();
      const { relay } = await test.status(() => true);
      assert.equal(relay, "closed", "the next status after the kill");
      await test.status(({ relay: now }) => now === "open");
      const after = performance.now() - killedAt;
      assert.ok(after > 5_000 && after < 20_000, `opened after ${Math.round(after)} ms, with a lease of 10 s renewed every 3.3 s`);
      assert.ok(test.happened("leaseExpired"));
      assert.equal(test.happened("openedUnderLoad"), false, "the car had stopped before");

      await test.startNodeRed();
      await test.status(({ phase, currentA }) => phase === "charging" && (currentA ?? 0) > 10);
      assert.equal((await test.observe()).welcome?.pid, welcome?.pid, "the same controller");
    },
  );

  trial("says that the controller was killed, starts another, and gives it the limit", async () => {
    const { welcome } = await test.observe();
    await test.charge();
    assert.ok(welcome);
    process.kill(welcome.pid, "SIGKILL");
    await test.watch?.until("pilot", /no controller/, DEADLINE);
    await test.watch?.until("pilot", /not connected/, DEADLINE);
    const next = await test.observe();
    assert.notEqual(next.welcome?.pid, welcome.pid);
    const { limitValidUntil, gfci, relay } = await test.status(({ limitValidUntil: until }) => until !== null);
    assert.ok(limitValidUntil !== null);
    assert.deepEqual({ relay, selfTest: gfci.selfTest }, { relay: "open", selfTest: "passed" });
  });

  trial("ends when the charger is deleted, and leaves no process behind", async () => {
    const observer = await test.observe();
    const { welcome } = observer;
    await test.charge();
    assert.ok(welcome);
    const lost = once(observer, "lost");
    await test.admin.deploy(FLOW.filter(({ type }) => !type.startsWith("j1772")));
    await lost;
    assert.ok(test.happened("relayOpened"));
    const deadline = performance.now() + DEADLINE;
    const isAlive = (): boolean => {
      try {
        return process.kill(welcome.pid, 0);
      } catch {
        return false;
      }
    };
    while (isAlive() && performance.now() < deadline) await wait(50);
    assert.equal(isAlive(), false);
    assert.equal(test.happened("openedUnderLoad"), false);
  });

  trial("starts the controller again, politely, when an installation limit is changed", async () => {
    const observer = await test.observe();
    const { welcome } = observer;
    await test.charge();
    const lower = FLOW.map((node) => (node.type === "j1772-charger" ? { ...node, breakerA: "16" } : node));
    const lost = once(observer, "lost");
    await test.admin.deploy(lower);
    await lost;
    assert.ok(test.happened("relayOpened"));
    await test.watch?.until("pilot", /not connected/, DEADLINE);
    const next = await test.observe();
    assert.notEqual(next.welcome?.pid, welcome?.pid);
    assert.equal(test.happened("openedUnderLoad"), false);
    await test.charge();
    const { offeredCurrentA, limitedBy } = await test.status(() => true);
    assert.ok(offeredCurrentA <= 12.8, `${offeredCurrentA} A from a breaker of 16 A`);
    assert.equal(limitedBy, "breaker");
  });
});

describe("a charging session in a flood of messages", () => {
  let test: NodeRedUnderTest;
  const trial = trialsOf(() => test.wasHeldUp);

  beforeEach(async () => {
    test = await NodeRedUnderTest.start();
  });
  afterEach(() => test.end());

  trial("takes the newest of 10 000 limits a second, and Node-RED does not grow", async () => {
    await test.observe();
    await test.charge();
    await test.admin.inject("flood");
    await wait(1_000);
    const early = test.memory();
    await test.status(({ offeredCurrentA }) => offeredCurrentA <= 13 && offeredCurrentA > 12.9);
    const growth = test.memory() - early;
    assert.ok(growth < 60_000_000, `Node-RED grew by ${Math.round(growth / 1e6)} MB`);
    assert.equal(test.happened("relayOpened"), false);
  });

  trial("is not changed by a storm of garbage", async () => {
    await test.observe();
    await test.charge();
    await test.admin.inject("storm");
    const { offeredCurrentA, relay, phase } = await test.status(() => true);
    assert.ok(offeredCurrentA > 15.9 && offeredCurrentA <= 16);
    assert.deepEqual({ relay, phase }, { relay: "closed", phase: "charging" });
    await test.watch?.until("pilot", /kW/, DEADLINE);
  });
});
