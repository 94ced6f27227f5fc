import { podTemplateOf } from '../../objects/pod-template.ts';
import { changedImages } from '../../plan/drift/pod-images.ts';
import type { ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster } from '../../ports.ts';
import { permitted } from '../permitted.ts';
import { inPool } from '../pool.ts';
import { identity, type Looked } from './object.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
const WITH_PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Pods whose image differs from that of their workload. */
export async function changedPods(
  looked: readonly Looked[],
  namespace: string,
  { cluster, note }: { cluster: Cluster; note(sentence: string): void },
): Promise<ObjectDrift[]> {
  const workloads = looked.filter(({ recorded, live }) => live && WITH_PODS.has(recorded.kind));
  if (workloads.length === 0) return [];
  if (!(await permitted('list', [POD], namespace, cluster))(POD)) {
    note('images of running pods are not compared: `list` of pods is not permitted');
    return [];
  }
  const found = await inPool(workloads, async ({ recorded, live }) => {
    const templates = [live, recorded].flatMap((object) => (object && podTemplateOf(object)) ?? []);
    const spec = live?.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined;
    const labels = spec?.selector?.matchLabels ?? {};
    const labelSelector = Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
    const pods = labelSelector === '' ? [] : await cluster.list(POD, { namespace, labelSelector });
    return pods.flatMap((pod): ObjectDrift[] => {
      const fields = changedImages({ ...pod, ...POD }, templates);
      const note = `A pod of ${recorded.kind} ${recorded.metadata.name}; it keeps this image until its replacement.`;
      return fields.length === 0 ? [] : [{ ...identity({ ...pod, ...POD }), state: 'changed', note, fields }];
    });
  });
  return found.flat();
}
