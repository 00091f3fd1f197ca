/** Faults by the industry's names, with severity, latching and what clears them (ER-01, ER-02). */

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
