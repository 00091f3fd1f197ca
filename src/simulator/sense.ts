/** What the charger senses beside the pilot: the hardware as it is, as far as sensors are fitted and tell the truth. */
import type { BoardInputs } from "#core/evse/types";
import { type Celsius, DutyPercent, Ohms, Volts } from "#core/units/units";
import type { Fitted } from "./board-options.ts";
import type { Faults } from "./faults.ts";
import type { GroundFaultSensor } from "./ground-fault-sensor.ts";
import type { MeterAnswer } from "./meter.ts";
import type { Drive } from "./pilot-circuit.ts";
import { railsOf } from "./pilot-wiring.ts";

/** Proximity of a socket outlet's cable where none is said: 32 A. @see PX-03 */
const CABLE_OHM = 220;

/** The hardware at one moment. */
export interface Hardware {
  readonly fitted: Fitted;
  readonly faults: Faults;
  readonly produced: Drive;
  readonly sensor: GroundFaultSensor;
  readonly inhibited: boolean;
  readonly contacts: readonly boolean[];
  readonly mainsV: number;
  readonly coilSupplyPercent: number;
  readonly meter: MeterAnswer;
  readonly temperatureC: Celsius | null;
}

/** The inputs of a board with that hardware. */
export function sensed(hardware: Hardware): BoardInputs {
  const { fitted, faults, produced, sensor, contacts, mainsV, meter } = hardware;
  const rails = railsOf(faults);
  const tripped = faults.has("gfciStuckHigh") || (sensor.latched && !faults.has("gfciStuckLow"));
  return {
    gfciTripped: fitted.gfci ? tripped : null,
    gfciDc: fitted.gfci && tripped && sensor.latchedByDc,
    coilInhibited: fitted.coilInhibit ? hardware.inhibited : null,
    loadSide: contacts.map((closed) => (fitted.loadSide ? closed && mainsV > 0 : null)),
    groundPresent: fitted.groundMonitor ? !faults.has("earthLost") : null,
    mainsV: fitted.mainsVoltage ? Volts(mainsV) : null,
    currentA: fitted.meter ? meter.currentA : null,
    energyWh: fitted.meter ? meter.energyWh : null,
    meterAt: fitted.meter ? meter.at : null,
    temperatureC: fitted.temperature ? hardware.temperatureC : null,
    railHighV: fitted.rails ? Volts(rails.highV) : null,
    railLowV: fitted.rails ? Volts(rails.lowV) : null,
    coilSupplyPercent: fitted.coilSupply ? hardware.coilSupplyPercent : null,
    pwm: fitted.pwmReadback ? { dutyPercent: DutyPercent(produced.dutyPercent), frequencyHz: produced.frequencyHz } : null,
    ventilationOk: fitted.ventilation ? !faults.has("ventilationLost") : null,
    emergencyStop: faults.has("emergencyStop"),
    proximityOhms: proximity(fitted, faults),
  };
}

/** A proximity that someone says is there, whether or not the board was built as a socket outlet. */
function proximity(fitted: Fitted, faults: Faults): Ohms | null {
  const said = faults.value("proximity");
  if (said !== undefined) return Ohms(said);
  return fitted.proximity ? Ohms(CABLE_OHM) : null;
}
