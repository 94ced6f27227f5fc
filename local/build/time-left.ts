/** A part of a cold build. */
export interface Part {
  name: string;
  /** How long it took on two processors. */
  seconds: number;
  /** Packages that Go compiles for it. */
  packages: number;
}

/**
 * Recorded on two processors in November 2026, nothing built before. Their proportions matter: the speed of this machine corrects the
 * rest. `start` is what follows the last build: base images, addons.
 */
export const PARTS: readonly Part[] = [
  { name: 'slipway-kube', seconds: 400, packages: 2942 },
  { name: 'docker-buildx', seconds: 85, packages: 1006 },
  { name: 'coredns', seconds: 12, packages: 128 },
  { name: 'skipper', seconds: 31, packages: 488 },
  { name: 'helm', seconds: 11, packages: 235 },
  { name: 'start', seconds: 90, packages: 0 },
];

/** Share of a part that its packages are; linking, and the largest packages at the end, are the rest. */
const COMPILED = 0.85;
/** Share of all work after which this machine's own speed is known. */
const KNOWN = 0.04;

/** How much of a cold build is left. Parts come one after the other. */
export class TimeLeft {
  private readonly parts: readonly Part[];
  private readonly startedAt: number;
  private readonly done = new Set<string>();
  private readonly skipped = new Set<string>();

  /** @param now milliseconds */
  constructor(parts: readonly Part[], now: number) {
    this.parts = parts;
    this.startedAt = now;
  }

  /** The part was built before. */
  skip(name: string): void {
    this.skipped.add(name);
  }

  finish(name: string): void {
    this.done.add(name);
  }

  /** `1200 of about 2942 packages; about 7 min left of 12`; for a part that is not listed, its packages alone. */
  words(name: string, packages: number, now: number): string {
    const part = this.parts.find((one) => one.name === name);
    if (!part) return `${packages} packages compiled`;
    const all = sum(this.parts.filter((one) => !this.skipped.has(one.name)));
    const progress =
      sum(this.parts.filter((one) => this.done.has(one.name))) +
      part.seconds * COMPILED * Math.min(1, packages / part.packages);
    const elapsed = (now - this.startedAt) / 1000;
    const speed = progress > all * KNOWN ? progress / elapsed : 1;
    const left = (all - progress) / speed;
    const total = Math.ceil((elapsed + left) / 60);
    const counted = `${packages} of about ${Math.max(part.packages, packages)} packages`;
    return `${counted}; about ${Math.max(1, Math.round(left / 60))} min left of ${total}`;
  }
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, { seconds }) => total + seconds, 0);
