/** Seeded randomness: every chance in a simulation comes from here, so a seed repeats a run sample for sample. */

/** Spreads a small seed over 32 bits (the finaliser of MurmurHash3). */
function scrambled(seed: number): number {
  let x = seed | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Small fast counter generator (sfc32). Streams of one seed are independent, so that one part's chances do not shift another's. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, stream = 0) {
    this.#a = scrambled(seed);
    this.#b = scrambled(stream + 0x9e3779b9);
    this.#c = scrambled(seed / 0x1_0000_0000);
    for (let round = 0; round < 12; round++) this.next();
  }

  /** Uniform, 0 ≤ x < 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Normal with mean 0 and sigma 1. */
  gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Waiting time between events that happen by chance, `mean` apart on average. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}
