import assert from "node:assert/strict";
import {
  activeFaultOf,
  faultNamed,
  forbidsOffer,
  hasCleared,
  NO_FAULTS,
  withCauseGone,
  withFault,
  withoutFault,
} from "#core/evse/fault-register";
import { FAULTS } from "#core/evse/faults";
import { Instant, Millis, WallTime } from "#core/units/units";

/** Labels of the ChargeX/EVerest vocabulary that a charger of this kind can use. @see ER-01 */
const KNOWN_LABELS = [
  "DiodeFault",
  "VentilationNotAvailable",
  "BrownOut",
  "EnergyManagement",
  "PermanentFault",
  "MREC2GroundFailure",
  "MREC3HighTemperature",
  "MREC4OverCurrentFailure",
  "MREC5OverVoltage",
  "MREC6UnderVoltage",
  "MREC8EmergencyStop",
  "MREC9AuthorizationTimeout",
  "MREC10InvalidVehicleMode",
  "MREC14PilotFault",
  "MREC15PowerLoss",
  "MREC17EVSEContactorFault",
  "MREC18CableOverTempDerate",
  "MREC19CableOverTempStop",
  "MREC23ProximityFault",
  "MREC25BrokenLatch",
  "MREC26CutCable",
  "CommunicationFault",
  "ac_rcd/Selftest",
  "ac_rcd/AC",
  "ac_rcd/DC",
];

const HERE = { at: Instant(1000), wall: WallTime(5), duringOffer: false };

describe("fault table", () => {
  for (const [name, { mrec, severity, latching, clears, clearsAfter }] of Object.entries(FAULTS)) {
    it(`${name} carries a label others understand, its severity, its latching and what clears it [ER-01] [ER-02]`, () => {
      assert.ok(KNOWN_LABELS.includes(mrec), mrec);
      assert.ok(["emergency", "error", "warning"].includes(severity));
      assert.ok(clears.endsWith(".") && clears.length <= 200, clears);
      assert.ok(latching !== "untilReset" || clearsAfter === null, "time never clears what a person must reset");
    });
  }

  for (const name of [
    "GroundFault",
    "GroundFaultDc",
    "ProtectiveEarthLost",
    "ContactorWelded",
    "PilotFault",
    "DiodeFault",
    "OverCurrent",
    "ControllerLate",
  ] as const) {
    it(`${name} opens at once, not by x1 [ST-12] [ER-02]`, () => assert.equal(FAULTS[name].severity, "emergency"));
  }
});

describe("fault register", () => {
  const one = withFault(NO_FAULTS, "PilotFault", { cause: "gap" }, HERE);

  it("knows a fault once, and is the same register when it comes again", () => {
    assert.equal(withFault(one, "PilotFault", { cause: "unreadable" }, { ...HERE, at: Instant(2000) }), one);
    assert.deepEqual([faultNamed(one, "PilotFault")?.since, faultNamed(one, "PilotFault")?.cause], [1000, "gap"]);
    assert.equal(faultNamed(one, "DiodeFault"), null);
  });

  it("makes a fault worse, never milder [ER-02]", () => {
    const worse = withFault(one, "PilotFault", { cause: "x", latched: "untilUnplugged" }, HERE);
    assert.equal(faultNamed(worse, "PilotFault")?.latched, "untilUnplugged");
    assert.equal(withFault(worse, "PilotFault", { cause: "x", latched: "no" }, HERE), worse);
    const firm = withFault(worse, "PilotFault", { cause: "x", latched: "untilReset" }, HERE);
    assert.equal(faultNamed(firm, "PilotFault")?.latched, "untilReset");
  });

  it("clears by itself only what is not latched, and only when its cause is gone for its time [ER-02]", () => {
    const gone = withCauseGone(one, "PilotFault", Instant(2000));
    const record = faultNamed(gone, "PilotFault");
    assert.ok(record !== null);
    assert.deepEqual([hasCleared(record, Instant(6999)), hasCleared(record, Instant(7000))], [false, true]);
    assert.equal(activeFaultOf(record).retryAt, 7000);
    assert.equal(hasCleared({ ...record, latched: "untilUnplugged" }, Instant(1e9)), false);
    assert.equal(hasCleared({ ...record, goneSince: null }, Instant(1e9)), false);
    const again = withFault(gone, "PilotFault", { cause: "gap" }, HERE);
    assert.equal(faultNamed(again, "PilotFault")?.goneSince, null);
  });

  it("keeps the longer of two times to clear", () => {
    const short = withFault(NO_FAULTS, "PilotFault", { cause: "a", clearsAfter: Millis(0) }, HERE);
    assert.equal(faultNamed(withFault(short, "PilotFault", { cause: "b" }, HERE), "PilotFault")?.clearsAfter, 5000);
  });

  it("forbids to offer for an error and an emergency, not for a warning [ER-02]", () => {
    const warned = withFault(NO_FAULTS, "TemperatureSensorFault", { cause: "x" }, HERE);
    assert.deepEqual([warned.worst, forbidsOffer(warned)], ["warning", false]);
    const error = withFault(warned, "OverTemperature", { cause: "x" }, HERE);
    assert.deepEqual([error.worst, forbidsOffer(error)], ["error", true]);
    assert.equal(withFault(error, "BrownOut", { cause: "x" }, HERE).worst, "emergency");
    assert.equal(withoutFault(error, "OverTemperature").worst, "warning");
    assert.equal(withoutFault(warned, "TemperatureSensorFault"), NO_FAULTS);
  });
});
