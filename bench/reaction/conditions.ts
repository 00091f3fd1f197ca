/** What else the machine is busy with while chargers are tried. */

export interface Condition {
  readonly name: string;
  readonly title: string;
  /** What a flow in the same Node-RED does beside charging. */
  readonly flow: "nothing" | "spins" | "litters";
  /** Processes that do nothing but use the processor. */
  readonly hogs: number;
  /** The controller gives itself the priority it asks for. */
  readonly raised: boolean;
}

export const CONDITIONS: readonly Condition[] = [
  { name: "idle", title: "idle", flow: "nothing", hogs: 0, raised: true },
  { name: "blocked", title: "Node-RED blocked 5 s", flow: "spins", hogs: 0, raised: true },
  { name: "garbage", title: "garbage storm in Node-RED", flow: "litters", hogs: 0, raised: true },
  { name: "hogs", title: "two CPU hogs", flow: "nothing", hogs: 2, raised: true },
  { name: "hogsNotRaised", title: "two CPU hogs, ordinary priority", flow: "nothing", hogs: 2, raised: false },
];

/** How long a function node of the "spins" flow holds Node-RED, ms. */
export const SPIN_MS = 5_000;
/** Node-RED breathes this long between two spins, ms. */
const BREATH_MS = 250;

const LOADS: Readonly<Record<Condition["flow"], string>> = {
  nothing: "",
  spins: `
const spin = () => {
  const end = Date.now() + ${SPIN_MS};
  while (Date.now() < end) {}
  timer = setTimeout(spin, ${BREATH_MS});
};
let timer = setTimeout(spin, ${BREATH_MS});`,
  litters: `
let kept = [];
setInterval(() => {
  for (let i = 0; i < 20000; i++) kept.push({ i, text: "reading " + i, at: new Date() });
  if (kept.length > 600000) kept = [];
}, 10);`,
};

/** A flow with the naive charger and the load, each in the set-up of a function node. */
export function flowsOf({ flow }: Condition): readonly object[] {
  const setUp = (id: string, name: string, initialize: string): object => ({
    id,
    type: "function",
    z: "bench",
    name,
    func: "return msg;",
    outputs: 1,
    initialize,
    finalize: "",
    libs: [],
    x: 200,
    y: 100,
    wires: [[]],
  });
  return [
    { id: "bench", type: "tab", label: "Reaction bench" },
    setUp("naive", "naive charger", 'const naive = global.get("naive");\nsetInterval(() => naive.cycle(), 12);'),
    setUp("load", flow, LOADS[flow]),
  ];
}
