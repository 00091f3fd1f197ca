/** Where the car's power comes from, as far as the site's readings can tell. */
import type { Attribution } from "#core/session/ledger-config";
import type { SiteReading } from "#core/session/observation";

/** Shares of the car's energy; what is missing to 1 is unknown. */
export interface Shares {
  readonly sun: number;
  readonly grid: number;
  readonly battery: number;
}

export const UNKNOWN_SHARES: Shares = { sun: 0, grid: 0, battery: 0 };

/** A reading beyond this is no power of a house, W. */
const MOST_OF_A_SITE = 1e8;

/**
 * @param carW the car's power, W; null when nobody knows
 * @returns all unknown without a grid reading or a car's power. Shares never sum to more than 1.
 */
export function sharesOf(reading: SiteReading, carW: number | null, rule: Attribution): Shares {
  const gridW = powerOrNull(reading.gridW);
  const sunW = powerOrNull(reading.sunW);
  const batteryW = powerOrNull(reading.batteryW) ?? 0;
  if (gridW === null || carW === null || carW <= 0) return UNKNOWN_SHARES;
  const car = { carW, ofCars: shareOfCars(reading, carW) };
  const charging = Math.max(0, -batteryW);
  const discharge = Math.max(0, batteryW);
  const fromGrid = Math.max(0, gridW);
  const own = sunW === null ? null : Math.max(0, sunW - Math.max(0, -gridW) - charging);
  // What is stored or sold and is not sun is import, or the battery's: it reaches neither house nor car.
  const taken = sunW === null ? 0 : Math.max(0, charging + Math.max(0, -gridW) - sunW);
  const left = Math.max(0, taken - fromGrid);
  const supply: Supply = { grid: Math.max(0, fromGrid - taken), battery: Math.max(0, discharge - left), sun: own };
  if (rule === "houseFirst") return houseFirst(supply, car);
  if (supply.sun === null) return UNKNOWN_SHARES;
  return rule === "carFirst" ? carFirst(supply, supply.sun, car) : proportional(supply, supply.sun);
}

const powerOrNull = (watts: number | null): number | null => (watts === null || Math.abs(watts) > MOST_OF_A_SITE ? null : watts);

interface Supply {
  readonly grid: number;
  readonly battery: number;
  /** Null where no sun meter is: then it is whatever else is missing. */
  readonly sun: number | null;
}

interface Car {
  readonly carW: number;
  /** This car's part of all cars' power. */
  readonly ofCars: number;
}

const shareOfCars = ({ carsW }: SiteReading, carW: number): number => (carsW == null || carsW <= carW ? 1 : carW / carsW);

/** The house takes sun, then battery, then grid; so the car is the first to be left with the grid, then with the battery. */
function houseFirst({ grid, battery, sun }: Supply, { carW, ofCars }: Car): Shares {
  const fromGrid = Math.min(carW, grid * ofCars);
  const fromBattery = Math.min(carW - fromGrid, battery * ofCars);
  const rest = carW - fromGrid - fromBattery;
  const fromSun = sun === null ? rest : Math.min(rest, sun * ofCars);
  return { sun: fromSun / carW, grid: fromGrid / carW, battery: fromBattery / carW };
}

function carFirst({ grid, battery }: Supply, sun: number, { carW, ofCars }: Car): Shares {
  const fromSun = Math.min(carW, sun * ofCars);
  const fromBattery = Math.min(carW - fromSun, battery * ofCars);
  const fromGrid = Math.min(carW - fromSun - fromBattery, grid * ofCars);
  return { sun: fromSun / carW, grid: fromGrid / carW, battery: fromBattery / carW };
}

function proportional({ grid, battery }: Supply, sun: number): Shares {
  const all = sun + grid + battery;
  return all > 0 ? { sun: sun / all, grid: grid / all, battery: battery / all } : UNKNOWN_SHARES;
}
