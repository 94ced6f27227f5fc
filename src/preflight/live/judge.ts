import { distinct, type Finding } from '../finding.ts';
import type { Side } from '../side-by-side/names.ts';
import { autoscalerFindings } from './autoscalers.ts';
import { byHandFindings } from './by-hand.ts';
import { certificateFindings } from './certificates.ts';
import { changedByHand } from './changed.ts';
import { classFindings } from './classes.ts';
import type { LiveEnvironment } from './facts.ts';

/** What a judgement of the clusters needs beside them. */
export interface Written {
  sides: readonly Side[];
  /** Environment → the one of its promoteFrom. */
  promoteFrom: Readonly<Record<string, string>>;
  /** Repositories of the app's images. */
  own: readonly string[];
  /** Milliseconds since the epoch. */
  now: number;
}

/** What the clusters of the environments show. */
export function judgeLive(live: readonly LiveEnvironment[], { sides, promoteFrom, own, now }: Written): Finding[] {
  const found = live.flatMap((one) => {
    const written = sides.find(({ environment }) => environment === one.environment)?.objects ?? [];
    return [
      ...byHandFindings(one, written),
      ...certificateFindings(one, now),
      ...autoscalerFindings(one),
      ...classFindings(one, written),
    ];
  });
  const changed = live.flatMap((to) => {
    const from = live.find(({ environment }) => environment === promoteFrom[to.environment]);
    return from === undefined ? [] : changedByHand({ from, to }, own);
  });
  return distinct([...found, ...changed]);
}
