import type { KubeObject } from '../../ports.ts';
import { partMetadata, selectorLabels } from '../labels.ts';
import type { AppSpec, ProcessSpec } from './app-spec.ts';

/** With 2 replicas or more: a drain of a node evicts one pod at a time. With one, a budget would block every drain for ever. */
export function disruptionBudget(spec: AppSpec, process: ProcessSpec): KubeObject[] {
  if (process.replicas < 2) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: partMetadata(spec, process),
      spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(spec.name, process.component) } },
    },
  ];
}
