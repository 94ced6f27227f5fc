import { Random } from '../random.ts';

/** What happens to a pull request next. */
export type Step =
  /** It is opened, or pushed to, and its environment is brought up. */
  | { kind: 'deploy'; fate: 'whole' | 'killed' | 'closed in the middle'; at: number }
  /** It is closed; `lost`: no run hears of it. */
  | { kind: 'close'; fate: 'whole' | 'killed' | 'lost'; at: number };

/** One pull request. One whose last step is no close stays open. */
export interface Life {
  /** Its database is on the shared server. */
  shared: boolean;
  steps: Step[];
}

/** @param shared the share of pull requests with a database on the shared server */
export function livesOf(count: number, shared: number, seed: string): Life[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(`${seed}/${index}`);
    return { shared: random.next() < shared, steps: GIVEN[index]?.(random) ?? drawn(random) };
  });
}

/** What also the shortest soak has: an environment to reap, one that goes in the run that made it, and one that stays. */
const GIVEN: ((random: Random) => Step[])[] = [
  (random) => [deploy('whole', random), { kind: 'close', fate: 'lost', at: 0 }],
  (random) => [deploy('whole', random), deploy('killed', random)],
  (random) => [deploy('closed in the middle', random)],
];

function drawn(random: Random): Step[] {
  const steps: Step[] = [];
  const deploys = 1 + below(random, 3);
  for (let index = 0; index < deploys; index++) {
    const fate = pick(random, ['whole', 'whole', 'killed', 'closed in the middle'] as const);
    steps.push(deploy(fate, random));
    if (fate === 'closed in the middle') return steps;
  }
  const end = pick(random, ['whole', 'killed', 'lost', 'lost', 'stays'] as const);
  if (end !== 'stays') steps.push({ kind: 'close', fate: end, at: random.next() });
  return steps;
}

function deploy(fate: 'whole' | 'killed' | 'closed in the middle', random: Random): Step {
  return { kind: 'deploy', fate, at: random.next() };
}

/** The order in which the steps of all lives are taken: indexes of lives, each as often as it has steps. */
export function orderOf(lives: readonly Life[], seed: string): number[] {
  const random = new Random(`${seed}/order`);
  const order = lives.flatMap(({ steps }, index) => steps.map(() => index));
  for (let at = order.length - 1; at > 0; at--) {
    const other = below(random, at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}

function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[below(random, choices.length)] as T;
}
