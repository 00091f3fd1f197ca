/** What a controller says, complete and dull, for tests that need something to send. */
import type { Welcome } from "#link/frames";
import type { EventMessage, StatusMessage } from "#link/messages";
import type { TruthMessage } from "#link/sim-truth";

export const aWelcome = (): Welcome => ({
  version: "0.1.0",
  charger: "bay",
  driver: "sim",
  config: "0123456789abcdef",
  capabilities: ["sim"],
  pid: 1,
  priority: "nice 0",
  startedAt: 1_750_000_000_000,
  leaseMs: 30_000,
});

export const aStatus = (): StatusMessage => ({
  charger: "bay",
  at: 1_750_000_000_000,
  state: "A",
  phase: "notConnected",
  offeredCurrentA: 0,
  limitedBy: "breaker",
  limitValidUntil: null,
  pilot: { output: "steadyHigh", dutyPercent: null, highV: 12, lowV: null, valid: true },
  relay: "open",
  coil: false,
  currentA: 0,
  powerW: 0,
  energyWh: 0,
  voltageV: 240,
  temperatureC: 20,
  authorised: true,
  gfci: { tripped: false, selfTest: "never", resets: 0 },
  contactor: { cycles: 0, closuresLastHour: 0 },
  faults: [],
  session: null,
  loopLatenessMs: 0,
});

export const anEvent = (id: string): EventMessage => ({
  id,
  charger: "bay",
  at: 1_750_000_000_000,
  monotonicMs: 1_000,
  type: "plugged",
  session: null,
});

export const aTruth = (): TruthMessage => ({
  plugged: false,
  s2Closed: false,
  asleep: false,
  carFault: false,
  socPercent: 50,
  drawA: 0,
  coil: false,
  coilEnergised: false,
  contacts: [false, false],
  gridW: 0,
  pvW: 0,
  houseW: 0,
  mainsV: 240,
  faults: [],
  marks: { appliedAt: null, coilOffAt: null, coilReleasedAt: null, contactsOpenAt: null },
});
