import assert from "node:assert/strict";
import { machineMs } from "#virtual-pi/server";
import { ControllerUnderTest } from "./controller-under-test.ts";
import { PigpiodCharger, pigpiodConfig } from "./pigpiod-charger.ts";
import { VirtualPiProcess } from "./virtual-pi-process.ts";

/** With the one-shot, from the controller's death to a coil without current, ms. @see WD-01 @see F-30 */
const ONE_SHOT_WITHIN = 150;
/** By the dead-man in the daemon alone, ms. */
const DEAD_MAN_WITHIN = 250;

/** How a controller ends, or stands still: killed, held by the system, held by code of its own that does not return. */
const ENDS = { SIGKILL: "SIGKILL", SIGSTOP: "SIGSTOP", "blocked code": "SIGUSR2" } as const;
type End = keyof typeof ENDS;
/** Loaded before the controller: SIGUSR2 then blocks its event loop for a second. */
const BLOCKED_BY_SIGNAL = { NODE_OPTIONS: `--import ${new URL("../../bench/support/block-on-signal.ts", import.meta.url).href}` };

/** Ends a controller that charges. @returns how long its coil still had current, ms */
async function outlived(end: End, oneShotSticks: boolean): Promise<number> {
  const charger = await PigpiodCharger.start({}, end === "blocked code" ? BLOCKED_BY_SIGNAL : {});
  try {
    await charger.charge();
    if (oneShotSticks) await charger.pi.apply({ do: "inject", fault: "livenessStuck" });
    const at = machineMs();
    charger.controller.kill(ENDS[end]);
    const took = (await charger.coilReleased()) - at;
    // The dead-man comes after the one-shot, and leaves a pilot that asks for nothing.
    const { outputs } = await charger.pi.until(({ outputs }) => !outputs.coil && outputs.pilot.kind !== "pwm");
    assert.equal(outputs.gfciTest || outputs.gfciReset, false);
    if (end !== "blocked code") return took;
    // When it wakes it does not go on as if nothing had been.
    await charger.controller.until(({ coil, faults }) => !coil && faults.some(({ name }) => name === "ControllerLate"));
    assert.equal((await charger.pi.truth()).truth.coilEnergised, false);
    return took;
  } finally {
    await charger.dispose();
  }
}

describe("controller on a Raspberry Pi that ends while it charges", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  const trials = (["SIGKILL", "SIGSTOP", "blocked code"] as const).flatMap((end) =>
    ([false, true] as const).map((oneShotSticks) => ({ end, oneShotSticks })),
  );
  /** The first try of each; they are made beside each other, and used up. */
  let tries: Promise<number>[];

  before(() => {
    tries = trials.map(({ end, oneShotSticks }) => outlived(end, oneShotSticks));
    for (const each of tries) each.catch(() => {});
  });

  for (const [index, { end, oneShotSticks }] of trials.entries())
    it(`${end}: the ${oneShotSticks ? "dead-man in the daemon opens it, where the one-shot sticks" : "one-shot opens it"} [WD-01] [F-30] [F-31]`, async () => {
      const first = tries[index];
      delete tries[index];
      const took = await (first ?? outlived(end, oneShotSticks));
      assert.ok(took <= (oneShotSticks ? DEAD_MAN_WITHIN : ONE_SHOT_WITHIN), `${took} ms`);
    });
});

describe("controller on a Raspberry Pi", function () {
  // A machine that is busy may hold one of the processes up. A charger then opens, as it should, and the trial says nothing.
  this.retries(2);
  let charger: PigpiodCharger;

  afterEach(() => charger?.dispose());

  it("charges a car: self-test, offer, contactor, current, and opens without load when the car leaves [ST-05] [GF-04] [RL-01]", async () => {
    charger = await PigpiodCharger.start();
    const { truth, outputs } = await charger.charge(16);
    assert.ok(truth.contacts.every((closed) => closed));
    assert.ok(outputs.pilot.kind === "pwm" && Math.abs(outputs.pilot.dutyPercent - 16 / 0.6) < 0.1);
    const { status } = charger.controller;
    assert.equal(status.relay, "closed");
    assert.equal(status.faults.length, 0);
    const order = charger.controller.events.map(({ type }) => type);
    assert.ok(order.includes("selfTestPassed") && order.indexOf("selfTestPassed") < order.indexOf("relayClosed"), order.join());
    await charger.pi.apply({ do: "unplug" });
    const gone = await charger.pi.until(({ truth }) => truth.contacts.every((closed) => !closed));
    const { appliedAt, coilOffAt, contactsOpenAt } = gone.truth.marks;
    assert.ok(coilOffAt !== null && appliedAt !== null && contactsOpenAt !== null);
    assert.ok(coilOffAt - appliedAt < 100, `coil off after ${coilOffAt - appliedAt} ms`);
    await charger.controller.until(({ phase }) => phase === "notConnected");
  });

  it("finds the pins again after it was killed, and charges in the same session [F-30] [F-35] [PW-04]", async () => {
    charger = await PigpiodCharger.start();
    await charger.charge();
    const { session } = charger.controller.status;
    charger.controller.kill("SIGKILL");
    await charger.controller.ended;
    await charger.controller.dispose(true);
    const { folder } = charger.controller;
    charger.controller = await ControllerUnderTest.start({ configText: pigpiodConfig(charger.pi.port) }, folder);
    await charger.controller.link.command({ command: "limit", limitA: 16 });
    await charger.controller.untilCharging();
    assert.equal(charger.controller.status.session?.id, session?.id);
  });

  it("opens when the daemon is lost, says so, and takes the pins again when it is back", async () => {
    charger = await PigpiodCharger.start();
    await charger.charge();
    const { port } = charger.pi;
    await charger.pi.stop();
    const { faults } = await charger.controller.until(({ coil, faults }) => !coil && faults.length > 0);
    assert.ok(faults.some(({ severity }) => severity !== "warning"));
    const pi = await VirtualPiProcess.start([], { port });
    Object.assign(charger, { pi });
    // What it writes and what it tells come by different ways.
    await pi.until(() => /pigpio daemon at .* is gone[\s\S]*the pigpio daemon is back/.test(charger.controller.complaints));
    await charger.controller.until(({ state, faults }) => state === "A" && faults.every(({ latched }) => latched === "no"));
    assert.ok(
      charger.controller.events.every(({ fault }) => fault !== "GfciSelfTestFailed"),
      "nobody has to come",
    );
    const { truth, outputs } = await pi.truth();
    assert.deepEqual([outputs.coil, truth.marks.coilOffAt], [false, null], "never on since");
  });

  it("refuses a second controller on the same pins [F-44]", async () => {
    charger = await PigpiodCharger.start();
    await charger.charge();
    const second = ControllerUnderTest.launch({ configText: pigpiodConfig(charger.pi.port) });
    try {
      assert.deepEqual(await second.ended, { code: 4, signal: null });
      assert.match(second.complaints, /Another controller drives these pins/);
    } finally {
      await second.dispose();
    }
    assert.equal((await charger.pi.truth()).truth.coilEnergised, true);
  });
});

describe("controller that cannot have a Raspberry Pi", () => {
  let pi: VirtualPiProcess;

  before(async () => {
    pi = await VirtualPiProcess.start();
  });
  after(() => pi.stop());

  async function refusal(configText: string): Promise<{ code: number | null; complaint: string }> {
    const controller = ControllerUnderTest.launch({ configText });
    const { code } = await controller.ended;
    const complaint = controller.complaints;
    await controller.dispose();
    return { code, complaint };
  }

  it("does not start where an interlock is not confirmed, and names it", async () => {
    const driver = { kind: "pigpiod", port: pi.port, preset: "buildGuide", interlocks: ["gfciLatch"] };
    const { code, complaint } = await refusal(pigpiodConfig(pi.port, { driver }));
    assert.equal(code, 2);
    assert.match(complaint, /livenessGate \(a one-shot/);
  });

  it("does not start where the board lacks what the settings claim, and says what", async () => {
    const { code, complaint } = await refusal(pigpiodConfig(pi.port, { meter: "stopWhenSilent", supply: { poles: 3 } }));
    assert.equal(code, 2);
    assert.match(complaint, /supply\.poles: expected 2.*meter: expected "none"/);
  });

  it("does not start with a one-shot that never drops", async () => {
    await pi.apply({ do: "inject", fault: "livenessStuck" });
    const { code, complaint } = await refusal(pigpiodConfig(pi.port));
    await pi.apply({ do: "clear", fault: "livenessStuck" });
    assert.equal(code, 4);
    assert.match(complaint, /the one-shot does not drop/);
  });

  it("does not start with a converter that says nothing", async () => {
    await pi.apply({ do: "inject", fault: "adcStuck", value: 0 });
    const { code, complaint } = await refusal(pigpiodConfig(pi.port));
    await pi.apply({ do: "clear", fault: "adcStuck" });
    assert.equal(code, 4);
    assert.match(complaint, /Expected samples of the pilot from the MCP3208/);
  });

  it("does not start without a daemon, and says how to start one", async () => {
    const { code, complaint } = await refusal(pigpiodConfig(1));
    assert.equal(code, 4);
    assert.match(complaint, /nobody answers.*sudo pigpiod -l/);
  });
});
