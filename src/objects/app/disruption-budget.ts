import type { KubeObject } from '../../ports.ts';
import { selectorLabels, webMetadata } from '../labels.ts';
import type { AppSpec } from './app-spec.ts';

/** With 2 replicas or more: a drain of a node evicts one pod at a time. With one, a budget would block every drain for ever. */
export function disruptionBudget(spec: AppSpec): KubeObject[] {
  if (spec.replicas < 2) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: webMetadata(spec),
      spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(spec.name, 'web') } },
    },
  ];
}
