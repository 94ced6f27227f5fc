import type { KubeObject } from '../../../ports.ts';
import type { Part } from '../../../report/review-state.ts';

/** The workloads of the app, for the comment. */
export function partsOf(objects: readonly KubeObject[]): Part[] {
  return objects.flatMap(({ kind, metadata: { name }, spec }) => {
    if (kind !== 'Deployment' && kind !== 'StatefulSet') return [];
    const { replicas = 1 } = (spec ?? {}) as { replicas?: number };
    return [{ name, what: podsWords(replicas) }];
  });
}

export function podsWords(replicas: number): string {
  return replicas === 1 ? 'one pod' : `${replicas} pods`;
}
