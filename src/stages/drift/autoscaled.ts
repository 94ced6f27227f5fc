import { autoscaledNames } from '../../objects/autoscaled.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import { authorOf, managersOf } from '../../plan/drift/managers.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { permitted } from '../permitted.ts';

const AUTOSCALER = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };

/** Whether an autoscaler owns the replicas of an object. Without permission to list autoscalers, the field manager decides. */
export async function autoscaledIn(namespace: string, cluster: Cluster): Promise<(live: KubeObject) => boolean> {
  if (!(await permitted('list', [AUTOSCALER], namespace, cluster))(AUTOSCALER)) {
    const path = ['f:spec', 'f:replicas'];
    return (live) => authorOf(managersOf(live), path, FIELD_MANAGER)?.manager === 'kube-controller-manager';
  }
  const names = autoscaledNames(await cluster.list(AUTOSCALER, { namespace }));
  return ({ kind, metadata }) => names.has(`${kind}/${metadata.name}`);
}
