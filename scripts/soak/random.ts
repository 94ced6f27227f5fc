import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed: what a soak has found can be run again. */
export class Random {
  private readonly seed: string;
  private drawn = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The next number in [0, 1). */
  next(): number {
    this.drawn += 1;
    const digest = createHash('sha256').update(`${this.seed}/${this.drawn}`).digest();
    return digest.readUInt32BE() / 2 ** 32;
  }
}
