import { rowsOf } from "../row.ts";

export const SEQUENCES = rowsOf(`
ST-01 | software | Plug-in is reported within 200 ms |
ST-02 | software | A car that goes from A to C without B is served, on request with at most 10 A |
ST-03 | simulator | Unplugged: contacts open within 100 ms, pilot steady high, session over | contactor release ≤ 40 ms
ST-04 | software | PWM begins only after B was stable for 500 ms and nothing stands against charging |
ST-05 | simulator | C with PWM: contactor closed within 3 s, self-test and debounce included | contactor closing time
ST-06 | simulator | The car waits in C and power becomes available: closed within 3 s of PWM | contactor closing time
ST-07 | software | The offer changes at most every 5 s, and the car has 5 s to follow |
ST-08 | simulator | C to B: contacts open within 100 ms | contactor release ≤ 40 ms
ST-09 | simulator | C to B after PWM stopped: contacts open within 100 ms | contactor release ≤ 40 ms
ST-10 | simulator | The charger stops by a steady pilot first, and lets the car end its current within 3 s | the car
ST-11 | software | A car that ignores it is opened under load, not before 6 s and by 6.5 s |
ST-12 | simulator | A safety fault opens at once: coil off within 50 ms of its detection | contactor release ≤ 40 ms
ST-13 | software | Steady high lasts at least 3 s before PWM comes again |
ST-14 | software | At least 10 s between a normal stop and closing again |
ST-15 | software | At least 60 s between a fault that is not latched and closing again |
ST-16 | software | A car that stays in B for 30 s is woken once: 3 to 4 s of F or E, 750 ms steady high, PWM |
ST-17 | software | The way to wake can be chosen or switched off |
ST-18 | software | After a fault in C, state F lasts while the fault is latched, at least 300 ms; steady high instead where so configured |
ST-19 | software | After E or F everything begins as with a fresh plug-in, the diode check too |
ST-20 | software | Toggles between B and C of 200 to 400 ms never close the contactor |
ST-21 | software | Starting with the car already in C is no fault: steady high, self-test, PWM, close |
ST-22 | software | At least 10 s between two closings, at most 30 an hour, and they are counted over restarts |
`);

export const DIODE_VENTILATION_EARTH = rowsOf(`
DI-01 | software | No close before the diode was seen good in this plug-in: low phase ≤ −10.3 V in 3 readings |
DI-02 | simulator | With PWM on the diode is watched: bad for 50 ms opens, 1 s latches | contactor release ≤ 40 ms
DI-03 | software | A diode fault opens, and stays until the car is unplugged |
VE-01 | simulator | D without ventilation never closes and opens within 100 ms; C is served again | contactor release ≤ 40 ms
VE-02 | simulator | With a ventilation interlock D is served like C; losing the interlock opens | interlock input and fan contact
EF-01 | simulator | Pilot at 0 V: contacts open within 100 ms, steady high; again only after 3 s of A or B | contactor release ≤ 40 ms
EF-02 | software | State F is left on purpose only, and then by sensing again with the pilot high |
EF-03 | simulator | Pilot held at +12 V while PWM is on is a pilot fault: open within 100 ms | contactor release ≤ 40 ms
EF-04 | simulator | Earth lost between charger and car looks like A and opens within 100 ms | contactor release ≤ 40 ms
`);

export const PROXIMITY = rowsOf(`
PX-01 | not-applicable | Resistances of the J1772 plug and its button | they are in the plug and are read by the car
PX-02 | simulator | The button makes the car stop and open S2; the charger opens as for C to B | the plug's switch and the car
PX-03 | software | A Type 2 cable's code limits the offer to 13, 20, 32 or 63 A; between codes the lower counts; outside is a fault |
PX-04 | simulator | The code is watched through the session; losing it opens within 100 ms | proximity input; contactor release ≤ 40 ms
PX-05 | hardware | The socket's lock is closed before the contactor, and opened only after it | lock with a position switch, wired in series with the coil (no lock output in this version)
`);
