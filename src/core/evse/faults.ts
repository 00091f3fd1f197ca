/** Faults by the industry's names, with severity, latching and what clears them (ER-01, ER-02). */
import { Millis, Seconds } from "#core/units/units";

/** emergency: open at once · error: stop politely, pilot first (ST-10) · warning: go on, perhaps with less. */
export type Severity = "emergency" | "error" | "warning";

/** What it takes to clear a fault once its cause is gone. */
export type Latching = "untilReset" | "untilUnplugged" | "no";

export type FaultName =
  | "GroundFault"
  | "GroundFaultDc"
  | "GfciSelfTestFailed"
  | "PilotFault"
  | "PilotSupplyFault"
  | "DiodeFault"
  | "VentilationNotAvailable"
  | "ContactorWelded"
  | "ContactorNotClosing"
  | "ContactorSenseLost"
  | "UnexpectedCurrent"
  | "OverCurrent"
  | "OverTemperature"
  | "TemperatureSensorFault"
  | "ProtectiveEarthLost"
  | "BrownOut"
  | "EmergencyStop"
  | "ProximityFault"
  | "MeterSilent"
  | "ControllerLate"
  | "InternalFault";

export interface FaultDefinition {
  /** Label of the ChargeX/EVerest vocabulary. @see ER-01 */
  readonly mrec: string;
  readonly severity: Severity;
  /** Latching unless the one who raises it knows that it is worse, or better. */
  readonly latching: Latching;
  /** How long its cause must be gone before it clears by itself; null when something other than time clears it. */
  readonly clearsAfter: Millis | null;
  /** What the car is shown: state F for as long as it is latched (at least `STATE_F_AT_LEAST`), or the steady pilot that can still sense the car. */
  readonly pilot: "stateF" | "steadyHigh";
  /** What clears it, for people. */
  readonly clears: string;
}

/** State F after a fault in C2 lasts at least this long; 300 ms are the suggested minimum. @see ST-18 */
export const STATE_F_AT_LEAST = Millis(500);
/** Earth must be back this long. @see F-21 */
const EARTH_BACK = Seconds(60);
/** Coil supply must be good again this long. @see PW-05 */
const SUPPLY_BACK = Seconds(5);
/** A pilot that could not be read must be readable this long. @see F-28 */
const PILOT_BACK = Seconds(5);
/** The meter must answer again this long. */
const METER_BACK = Seconds(2);

/** Every fault the machine can have. @see ER-01 @see ER-02 */
export const FAULTS: Readonly<Record<FaultName, FaultDefinition>> = {
  GroundFault: {
    mrec: "MREC2GroundFailure",
    severity: "emergency",
    latching: "no",
    clearsAfter: null,
    pilot: "stateF",
    clears: "By itself 15 minutes after the trip, four times at most; then, or after a trip within 10 s of closing, a person's reset.",
  },
  GroundFaultDc: {
    mrec: "ac_rcd/DC",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "A person's reset.",
  },
  GfciSelfTestFailed: {
    mrec: "ac_rcd/Selftest",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "A person's reset, then a self-test that passes.",
  },
  PilotFault: {
    mrec: "MREC14PilotFault",
    severity: "emergency",
    latching: "no",
    clearsAfter: PILOT_BACK,
    pilot: "steadyHigh",
    clears:
      "By itself when the pilot reads well again; unplugging when it failed with the contactor closed; a reset when the generator is at fault.",
  },
  PilotSupplyFault: {
    mrec: "MREC14PilotFault",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "steadyHigh",
    clears: "A person's reset, once the pilot's ±12 V are right.",
  },
  DiodeFault: {
    mrec: "DiodeFault",
    severity: "emergency",
    latching: "untilUnplugged",
    clearsAfter: Seconds(1),
    pilot: "steadyHigh",
    clears: "Unplugging the car.",
  },
  VentilationNotAvailable: {
    mrec: "VentilationNotAvailable",
    severity: "emergency",
    latching: "no",
    clearsAfter: Millis(0),
    pilot: "steadyHigh",
    clears: "By itself when the car no longer asks for ventilation, or the ventilation runs.",
  },
  ContactorWelded: {
    mrec: "MREC17EVSEContactorFault",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "Replacing the contactor, then a person's reset with the load side dead.",
  },
  ContactorNotClosing: {
    mrec: "MREC17EVSEContactorFault",
    severity: "emergency",
    latching: "no",
    clearsAfter: Seconds(1),
    pilot: "steadyHigh",
    clears: "One more try after a minute; then unplugging the car.",
  },
  ContactorSenseLost: {
    mrec: "MREC17EVSEContactorFault",
    severity: "emergency",
    latching: "no",
    clearsAfter: Seconds(1),
    pilot: "steadyHigh",
    clears: "By itself when every pole can be sensed again.",
  },
  UnexpectedCurrent: {
    mrec: "MREC17EVSEContactorFault",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "A person's reset, once no current flows with the contactor open.",
  },
  OverCurrent: {
    mrec: "MREC4OverCurrentFailure",
    severity: "emergency",
    latching: "untilUnplugged",
    clearsAfter: null,
    pilot: "stateF",
    clears: "Unplugging the car.",
  },
  OverTemperature: {
    mrec: "MREC3HighTemperature",
    severity: "error",
    latching: "no",
    clearsAfter: Millis(0),
    pilot: "steadyHigh",
    clears: "By itself when it has cooled down.",
  },
  TemperatureSensorFault: {
    mrec: "MREC3HighTemperature",
    severity: "warning",
    latching: "no",
    clearsAfter: Seconds(5),
    pilot: "steadyHigh",
    clears: "By itself when the sensor answers again.",
  },
  ProtectiveEarthLost: {
    mrec: "MREC2GroundFailure",
    severity: "emergency",
    latching: "no",
    clearsAfter: EARTH_BACK,
    pilot: "stateF",
    clears: "By itself after a minute of good earth, four times at most; then unplugging the car.",
  },
  BrownOut: {
    mrec: "BrownOut",
    severity: "emergency",
    latching: "no",
    clearsAfter: SUPPLY_BACK,
    pilot: "steadyHigh",
    clears: "By itself when the supply has been good for 5 seconds.",
  },
  EmergencyStop: {
    mrec: "MREC8EmergencyStop",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "Releasing the emergency stop, then a person's reset.",
  },
  ProximityFault: {
    mrec: "MREC23ProximityFault",
    severity: "emergency",
    latching: "no",
    clearsAfter: Seconds(1),
    pilot: "steadyHigh",
    clears: "By itself when the cable's code can be read.",
  },
  MeterSilent: {
    mrec: "CommunicationFault",
    severity: "error",
    latching: "no",
    clearsAfter: METER_BACK,
    pilot: "steadyHigh",
    clears: "By itself when the meter answers with readings that move.",
  },
  ControllerLate: {
    mrec: "CommunicationFault",
    severity: "emergency",
    latching: "no",
    clearsAfter: null,
    pilot: "steadyHigh",
    clears: "By itself after a full self-test.",
  },
  InternalFault: {
    mrec: "PermanentFault",
    severity: "emergency",
    latching: "untilReset",
    clearsAfter: null,
    pilot: "stateF",
    clears: "A person's reset. Please report it with the event log: it is a defect of this software.",
  },
};

const GRAVEST_FIRST: readonly Severity[] = ["emergency", "error", "warning"];

/** The fault that matters most; undefined when there is none. */
export const mostSevere = <Fault extends { readonly severity: Severity }>(faults: readonly Fault[]): Fault | undefined =>
  faults.toSorted((a, b) => GRAVEST_FIRST.indexOf(a.severity) - GRAVEST_FIRST.indexOf(b.severity))[0];
