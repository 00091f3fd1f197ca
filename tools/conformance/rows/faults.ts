import { rowsOf } from "../row.ts";

export const FAULT_MATRIX = rowsOf(`
F-01 | simulator | Load side live at start: no PWM, state F, weld latched within 1.5 s, and again after a restart | load-side sense
F-02 | simulator | Contactor welds when it should open: noticed within 500 ms, state F, shunt trip | load-side sense; shunt trip
F-03 | simulator | Contactor does not close: coil off and fault within 500 ms, two tries | load-side sense
F-04 | simulator | One pole welded or one pole missing: as F-01 and F-03 | one load-side sense for each pole
F-05 | software | Diode shorted before C: never closes |
F-06 | simulator | Diode shorts while charging: opens within 100 ms | contactor release ≤ 40 ms
F-07 | simulator | Pilot shorted to earth in B and in C: state E, coil off within 60 ms, steady high, back after 3 s clean | contactor release ≤ 40 ms
F-08 | simulator | Pilot shorted behind the diode: as F-07 | contactor release ≤ 40 ms
F-09 | simulator | Pilot held at +12 V with PWM on: coil off within 60 ms | contactor release ≤ 40 ms
F-10 | simulator | −12 V missing, +12 V low, or an op-amp that loses its rails: no PWM; if charging, coil off within 60 ms | pilot supply
F-11 | simulator | Unplugged at full current: coil off within 60 ms, state A, steady high | contactor release ≤ 40 ms
F-12 | simulator | Level in a gap while closed: 50 ms is ridden through, longer opens, 1 s latches | contactor release ≤ 40 ms
F-13 | software | B-C-B toggles and a 250 ms pulse of C never close, and are reported |
F-14 | simulator | State D without ventilation never closes, and opens within 60 ms when it comes while charging | contactor release ≤ 40 ms
F-15 | simulator | Ground-fault trip while charging: coil without power within 25 ms by hardware, command off within 50 ms, count + 1 | certified ground-fault module with a hardware latch
F-16 | simulator | Trip input stuck high, stuck low, or not clearing after the test: no close, self-test fault | test input of the ground-fault module
F-17 | simulator | The latch trips but does not block the coil: noticed where that is wired, no close | coil-inhibit sense
F-18 | software | Five trips: closed again after at least 15 min each, the fifth locks out, restarts do not reset the count |
F-19 | software | A trip 5 s after closing locks out at once |
F-20 | simulator | 6 mA of DC: as F-15, named DC | certified RDC-DD module
F-21 | simulator | Earth lost before closing and while charging: no close, opens within 100 ms, tried again after 60 s | ground monitor
F-22 | software | The car takes 1.3 ×, + 2 A, 1.05 × of its offer: fault at 7 s above (offer + 0.5 A) × 1.1, ridden through below |
F-23 | software | The car ignores a lower offer: no fault before 5 s, fault by 12 s |
F-24 | software | The car ignores a steady pilot: opened under load between 6.0 and 6.5 s |
F-25 | simulator | Heat from 60 to 75 °C; sensor open, frozen: derates, stops, never ignored | temperature sensor
F-26 | software | Meter silent, frozen, not a number, ten times too high: the policy acts, the safety rules do not care |
F-27 | software | Current with the contactor open: fault within 1 s, state F |
F-28 | simulator | ADC stuck at a code within B or C, at 0, at full scale: coil off within 60 ms, no close | pilot sense
F-29 | software | Noise of 0.3 V, 5 % outliers, 1 Vpp of hum: no false close in 10^6 windows, no nuisance opening in an hour |
F-30 | simulator | Controller killed while charging: coil without power within 100 ms; back only through a self-test | liveness one-shot
F-31 | simulator | Controller stopped for a while: coil without power within 100 ms; it notices its own lateness and stays open | liveness one-shot
F-32 | software | Node-RED killed or hung: the lease ends, the fallback counts, safety goes on |
F-33 | software | Floods of messages, malformed, replayed, doubled: bounded queues, the loop stays on time |
F-34 | software | Wall clock steps by an hour or a day: nothing changes but the log |
F-35 | simulator | Power cut while charging, back after 1 s and 10 min: self-test, no close while a fault is latched | the coil's spring
F-36 | simulator | Coil supply at 70 to 90 %: opens below 85 %, holds off 5 s | coil supply sense
F-37 | simulator | Duty read back wrong, frequency wrong, PWM stuck: pilot fault within 1 s, 60 ms when stuck | PWM readback input
F-38 | software | Configuration missing, damaged, of a newer version, out of range: refuses to start and says why |
F-39 | software | Limits that are no limits: refused or clamped, and said so |
F-40 | software | Authorisation withdrawn while charging: steady pilot, then open |
F-41 | software | Proximity codes: nominal, bounds, 59 Ω, 390 Ω, open in session |
F-42 | software | Started with the car in B, C, D, or the contactor welded: as ST-21, VE-01, F-01 |
F-43 | software | Disk full or log blocked: the safety loop does not care |
F-44 | software | A second instance refuses to start and touches nothing |
F-45 | software | Enabled and disabled ten times a second: at most one close in 10 s, steady high for 3 s each time |
F-46 | software | A sleeping car, one that latches on F, one that never answers: exactly one wake-up |
F-47 | software | A car that never shows B is served by the path for simplified cars only |
`);

export const INVARIANTS = rowsOf(`
I1 | software | Coil on means: C (or D with ventilation) seen within 60 ms, 80 ms while only the gap beside it is read (VW-11), PWM on or within its grace, diode good, self-test passed since the last open, no fault, lease valid when it closed |
I2 | software | What the duty means to the car is never more than any limit in force |
I3 | software | No sequence without a reset closes the coil from a latched fault |
I4 | software | Nothing depends on the wall clock |
I5 | software | After any exception or exit: coil off, pilot steady high or F |
I6 | software | Every change of state, fault and command is in the log with both clocks |
I7 | software | One function alone changes outputs, and it checks I1 |
`);

export const INTERLOCKS = rowsOf(`
H1 | hardware | Coil = command AND liveness AND ground-fault latch AND emergency stop AND earth | AND gate and retriggerable one-shot in the coil's path (simulated by the board)
H2 | hardware | Outputs are off at reset and while nobody drives them | pull-downs; strict_gpiod
H3 | hardware | Ground-fault module with its own latch | certified CCID20 and RDC-DD module
H4 | hardware | Breaker for continuous load and an upstream RCD | the installation
H5 | hardware | Two contacts in series, load-side sense for each pole, shunt trip | contactor, relay, sense circuit, shunt-trip breaker
H6 | hardware | Pilot driver that reaches regulated ±12 V rails | rail-to-rail driver, 1.00 kΩ 1 %, surge protection
H7 | hardware | Pilot goes to a constant level when the controller stops | liveness gate in the pilot driver
H8 | hardware | Buffered pilot sense and an independent comparator in the coil's path | op-amp follower, comparator below 7.5 V
H9 | hardware | Thermal cut-out in the coil's path | thermal fuse on contactor and terminals
H10 | hardware | Mirror contact | force-guided contactor
H11 | hardware | The computer's watchdog is on | hardware watchdog
H12 | hardware | The coil releases within 40 ms | zener suppression
`);
