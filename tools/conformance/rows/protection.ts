import { rowsOf } from "../row.ts";

export const CONTACTOR = rowsOf(`
RL-01 | simulator | The load side must be dead with the coil off: at start, before every close, after every open | load-side sense on every pole
RL-02 | simulator | A weld is latched over restarts: no offer, state F, shunt trip until a person resets it | shunt-trip breaker upstream
RL-03 | simulator | Closing is confirmed within 500 ms, else coil off and a fault | mirror contact or load-side sense
RL-04 | simulator | Each pole is judged by itself | one load-side sense for each pole
RL-05 | hardware | Force-guided mirror contact, 3 mm of air | the contactor
GM-01 | simulator | Earth is present before closing, and its loss opens within 100 ms | ground monitor; contactor release ≤ 40 ms
GM-02 | software | Loss of earth is tried again as a ground fault is |
`);

export const GROUND_FAULT = rowsOf(`
GF-01 | hardware | The trip opens by hardware; software watches and resets | comparator and latch in the coil's path
GF-02 | hardware | Trip curve T = (20 mA / I)^1.43 s from 15 to 20 mA | certified CCID20 module (the simulated one follows the curve)
GF-03 | hardware | DC residual current of 3 to 6 mA trips | certified RDC-DD module (the simulated one trips at 6 mA)
GF-04 | simulator | Before each close: clear, trips when tested, clear again | test input of the ground-fault module
GF-05 | software | A failed self-test never closes and is latched |
GF-06 | software | A trip resets itself after 15 min at the earliest, at most 4 times |
GF-07 | software | A trip within 10 s of closing locks out at once |
GF-08 | software | The count of resets survives closing, restart and power loss; unplugging or a person clears it |
GF-09 | software | Automatic reset can be switched off where the law wants it |
`);

export const CURRENT_AND_HEAT = rowsOf(`
OC-01 | software | More than (offer + 0.5 A) × 1.1 for 7 s is a fault |
OC-02 | software | The limit used is the one the car was told, not the newest wish |
OC-03 | software | More than 1.25 × rating for 1 s opens at once |
OC-04 | software | More than 1 A with the contactor open is a weld or a wrong meter: fault |
OT-01 | simulator | Heat: half at 65 °C, a quarter at 68 °C, stop at 71 °C, back at 62 °C | temperature sensor at the contactor; thermal cut-out
OT-02 | simulator | A sensor that is missing or implausible derates or stops, and is never ignored | temperature sensor at the contactor
`);

export const POWER_AND_WATCHDOG = rowsOf(`
PW-01 | hardware | Without supply the contactor opens by itself and the pilot is at 0 V | the coil's spring (the simulated one opens)
PW-02 | software | When power returns: self-test, at least 3 s steady high, then the usual order; charging goes on where nothing is latched |
PW-03 | software | A random delay of up to a configured time before offering after a power cut |
PW-04 | software | Latched faults, reset count, weld and session survive loss of power |
PW-05 | simulator | Coil supply below 85 % for 50 ms opens; back after 5 s | coil supply sense
WD-01 | simulator | The loop feeds a one-shot in the coil's path, and stops when it is not well | retriggerable one-shot of 60 to 100 ms
WD-02 | software | A limit is a lease: when it runs out the fallback counts |
WD-03 | hardware | The computer's own watchdog restarts it; it does not protect the contactor | hardware watchdog, enabled
WD-04 | software | All rules use the monotonic clock |
MT-01 | software | Without a meter's answer for 10 s the charger stops or caps, as configured; safety does not depend on it |
MT-02 | software | Energy never falls and survives restarts |
ER-01 | software | Faults carry the industry's names |
ER-02 | software | Each fault declares severity, latching and what clears it |
NE-01 | software | Breaker and hardware ratings are installer settings; no message changes them; continuous factor 0.8 |
NE-02 | hardware | Receptacle ground-fault protection, disconnect, strain relief as the code requires | the installation
NE-03 | hardware | Equipment must be listed where the law says so; this project is not | a listing by a laboratory; the README says so
`);
