import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import type { KubeObject } from '../../../src/ports.ts';
import type { Controller, MemoryCluster } from './memory-cluster.ts';

/** What becomes of the pods of an image. */
export type Fate = 'ready' | 'crashes' | 'never';

/**
 * Controllers for a MemoryCluster: Deployments get a ReplicaSet and a pod for each version, Jobs complete or fail, by what the
 * image (or the command of a Job) is said to do.
 */
export function controllers(fateOf: (image: string, kind: string) => Fate): Controller {
  return (object, cluster) => {
    const image = podTemplateOf(object)?.spec.containers[0]?.image ?? '';
    if (object.kind === 'Deployment') rollDeployment(object, image, fateOf(image, 'Deployment'), cluster);
    if (object.kind === 'Job') runJob(object, fateOf(image, 'Job'), cluster);
  };
}

function rollDeployment(object: KubeObject, image: string, fate: Fate, cluster: MemoryCluster): void {
  const { name, namespace, generation = 1, uid = '' } = object.metadata;
  const replicas = (object.spec as { replicas?: number }).replicas ?? 1;
  const revision = String(generation);
  const annotations = { 'deployment.kubernetes.io/revision': revision };
  const owner = (kind: string, ofName: string, ofUid: string) => [
    { apiVersion: 'apps/v1', kind, name: ofName, uid: ofUid, controller: true },
  ];
  const setName = `${name}-${revision}`;
  const available = fate === 'ready' ? replicas : 0;
  cluster.patch({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: setName, namespace, uid: setName, annotations, ownerReferences: owner('Deployment', name, uid) },
    status: { availableReplicas: available },
  });
  cluster.patch({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${setName}-x`,
      namespace,
      uid: `${setName}-x`,
      ownerReferences: owner('ReplicaSet', setName, setName),
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image }] },
    status: podStatus(fate),
  });
  const live = { ...object, metadata: { ...object.metadata, annotations } };
  cluster.patch({
    ...live,
    status: { observedGeneration: generation, updatedReplicas: replicas, availableReplicas: available },
  });
}

function podStatus(fate: Fate): Record<string, unknown> {
  if (fate === 'ready') return { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const crashed = {
    name: 'web',
    ready: false,
    restartCount: 1,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1 } },
  };
  return fate === 'crashes' ? { phase: 'Running', containerStatuses: [crashed] } : { phase: 'Pending' };
}

/** A Job that never ends runs: it has a pod whose container has started. */
function runJob(object: KubeObject, fate: Fate, cluster: MemoryCluster): void {
  const { name, namespace, uid = '' } = object.metadata;
  cluster.patch({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-x`,
      namespace,
      uid: `${uid}-x`,
      labels: { 'batch.kubernetes.io/job-name': name },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }],
    },
    spec: { containers: [{ name: 'migrate' }] },
    status: jobPodStatus(fate),
  });
  if (fate === 'never') return;
  const type = fate === 'ready' ? 'Complete' : 'Failed';
  cluster.patch({ ...object, status: { conditions: [{ type, status: 'True', message: 'Job has reached its end' }] } });
}

function jobPodStatus(fate: Fate): Record<string, unknown> {
  if (fate !== 'never') return { phase: fate === 'ready' ? 'Succeeded' : 'Failed' };
  return { phase: 'Running', containerStatuses: [{ name: 'migrate', restartCount: 0, state: { running: {} } }] };
}
