import { list } from '../../objects/fields.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed, replicasOf, scaledTo } from './observed.ts';

/** One pod behind a Service in production. */
export function replicaFindings(object: KubeObject, all: Observed): Finding[] {
  const serves = list(podTemplateOf(object)?.spec.containers).some(({ ports }) => list(ports).length > 0);
  if (!all.production || object.kind !== 'Deployment' || !serves || replicasOf(object) !== 1) return [];
  if (scaledTo(object, all) !== undefined) return [];
  return [
    finding('single-replica', {
      where: at(object, all, 'replicas:'),
      confidence: 'likely',
      seen: 'it has one pod, and a port',
      remedy: 'Set `replicas: 2`. If only one may run, accept this finding with the reason.',
    }),
  ];
}
