/** Offers are given in hundredths of an ampere, never more than asked. */
const PER_AMP = 100;

/** The largest hundredth not above `amps`; a fraction's tail costs nothing (8.29 stays 8.29), and 15.9999 becomes 15.99. */
export function inHundredths(amps: number): number {
  const near = Math.floor(amps * PER_AMP + 1e-9);
  return (near / PER_AMP > amps ? near - 1 : near) / PER_AMP;
}
