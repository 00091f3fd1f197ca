import { rowsOf } from "../row.ts";

export const PILOT_GENERATOR = rowsOf(`
CP-01 | simulator | Open-circuit high level is 11.40 to 12.60 V; a generator that does not reach it is refused | +12 V rail and rail-to-rail driver of the pilot
CP-02 | simulator | Low level is −12.60 to −11.40 V, in the low phase and in state F | −12 V rail and rail-to-rail driver of the pilot
CP-03 | hardware | Source resistance is 970 to 1030 Ω | 1.00 kΩ 1 % resistor in the pilot output
CP-04 | simulator | Frequency is 980 to 1020 Hz; the readback is checked while PWM is on | PWM timer; measure with a counter
CP-05 | hardware | Rise and fall at the connector with the car: B 10 / 13 µs, C 7 / 13 µs, D 5 / 13 µs at most | pilot driver and cable capacitance; measure with a scope
CP-06 | hardware | Open-circuit edges take at most 2 µs, settled to 95 % within 3 µs | slew rate of the pilot driver; measure with a scope
CP-07 | simulator | Duty read back is within 1 point of the commanded one, else a fault within 1 s | PWM timer; measure pulse width to ±5 µs
CP-08 | hardware | Capacitance on the charger's side is 300 to 1600 pF | pilot stage and cable
CP-09 | software | No PWM in state A: constant high, PWM only after B was seen |
CP-10 | software | Only duty cycles that mean something are produced: 100 %, 0 %, 10 to 96 % |
CP-11 | simulator | Rails and pilot levels are checked before anything is offered, and all the time after | rail sense inputs, or the pilot's own sense where rails are not wired
CP-12 | hardware | Ripple on the steady pilot is at most 100 mVpp | rail filtering; measure with a scope
`);

export const PILOT_WINDOWS = rowsOf(`
VW-A | software | 11 to 13 V reads as A |
VW-B | software | 8 to 10 V reads as B |
VW-C | software | 5 to 7 V reads as C |
VW-D | software | 2 to 4 V reads as D |
VW-E | software | −1 to +1 V in the high phase reads as E |
VW-L | software | A low phase of −13 to −10.3 V is healthy |
VW-Ds | software | A low phase of −9.4 to −5.1 V (shorted diode in B or C) reads as a diode fault |
VW-10 | software | Only settled plateau samples count: never the mean, never a single extreme |
VW-11 | software | A level between two windows is no new state: the last one holds and a timer runs |
VW-12 | simulator | An unusable reading while closed opens within 100 ms, latches at 1 s, and closing needs 500 ms of stable readings | contactor release ≤ 40 ms
VW-13 | software | Windows have hysteresis: entered 0.25 V further in than they are left |
VW-14 | software | Closing needs 500 ms of stable C |
VW-15 | simulator | Leaving C is confirmed within 50 ms | acquisition no slower than the simulated one
VW-16 | software | Every change of state is reported, also those too short to act on |
VW-17 | software | A high phase at 0 V is E whatever the low phase is |
VW-18 | software | With PWM on, both phases must be seen in every evaluation, else the reading is invalid |
VW-19 | software | Glitches after a change of duty are ridden through by debounce, never by not looking |
`);

export const DUTY = rowsOf(`
DC-01 | software | What is encoded never decodes to more than was asked, from 6 to 80 A |
DC-02 | software | 51 to 52.5 A has no code and becomes 85 % (51 A) |
DC-03 | software | Below 6 A there is no PWM: the pilot is steady high |
DC-04 | software | 6 A is 10.0 to 10.2 %, never below 8 % |
DC-05 | software | More than 80 A, negative or not a number is refused, the old limit stays, the sender is told |
DC-06 | software | At least 5 s between changes of duty |
DC-07 | simulator | The car follows a new duty within 5 s; a car that does not is not a fault before then | the car
DC-08 | software | What is offered is at most hardware, cable, breaker × 0.8, thermal limit and valid lease |
DC-09 | simulator | The duty read back and the duty seen by sampling are checked, not only the one commanded | PWM readback input
`);
