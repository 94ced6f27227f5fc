/** Where a killed run was, by what it had left in the cluster. */
export const PLACES = [
  'before its lease',
  'with its lease, before a write',
  'writing configuration',
  'in its migration',
  'between migration and workloads',
  'with its workloads written',
  'after it was done',
] as const;
export type Place = (typeof PLACES)[number];

/** One killed run, and the normal one after it. */
export interface Kill {
  number: number;
  /** Milliseconds from its start to SIGKILL. */
  afterMs: number;
  place: Place;
  /** The run after it asks for what the killed one had asked for, or for something else. */
  asked: 'the same' | 'another';
  outcome: string;
  /** Milliseconds that the run after it took, with its wait for the lease. */
  recoveredMs: number;
  /** What was not as promised afterwards. */
  violations: string[];
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

export function tableHead(): string {
  return '   #   killed after   where it was                      next run    it took   outcome';
}

export function row({ number, afterMs, place, asked, recoveredMs, outcome, violations }: Kill): string {
  const line = [
    String(number).padStart(4),
    seconds(afterMs).padStart(10).padEnd(14),
    place.padEnd(32),
    asked.padEnd(9),
    seconds(recoveredMs).padStart(8),
    outcome,
  ].join('  ');
  return [line, ...violations.map((violation) => `      VIOLATION: ${violation}`)].join('\n');
}

/** How many were killed where, how long the next run took, and what was violated. */
export function report(kills: readonly Kill[]): string {
  const times = kills.map(({ recoveredMs }) => recoveredMs).sort((a, b) => a - b);
  const at = (share: number) => seconds(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  const broken = kills.filter(({ violations }) => violations.length > 0).length;
  const places = PLACES.map(
    (place) => `${String(kills.filter((kill) => kill.place === place).length).padStart(5)} ${place}`,
  );
  return [
    `${kills.length} runs killed:`,
    ...places,
    `the run after it: median ${at(0.5)}, 95th percentile ${at(0.95)}, longest ${at(1)}`,
    `violations: ${broken}`,
  ].join('\n');
}
