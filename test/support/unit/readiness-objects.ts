import type { KubeObject } from '../../../src/ports.ts';
import type { EventView, Surroundings } from '../../../src/readiness/verdict.ts';

/** States that a one-node cluster does not produce, or not on request; shapes as the API reference has them. */
/** @param warnings by the uid of an object, or by `Kind/name` */
export function near(objects: KubeObject[] = [], warnings: Record<string, Partial<EventView>[]> = {}): Surroundings {
  const named = (key: string): EventView[] =>
    (warnings[key] ?? []).map((event) => ({ reason: '', message: '', at: 0, container: undefined, ...event }));
  return {
    ownedBy: (uid, kind) =>
      objects.filter((object) => object.kind === kind && object.metadata.ownerReferences?.[0]?.uid === uid),
    warnings: (uid) => named(uid ?? ''),
    warningsNamed: (kind, name) => named(`${kind}/${name}`),
  };
}

export const object = (
  apiVersion: string,
  kind: string,
  spec: unknown,
  status: unknown,
  metadata: object = {},
): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'ns', uid: 'uid', generation: 2, ...metadata },
  spec,
  status,
});

export const owned = (uid: string) => ({
  ownerReferences: [{ apiVersion: '', kind: '', name: '', uid, controller: true }],
});

export const pod = (status: object, more: object = {}, name = 'web-x') =>
  object(
    'v1',
    'Pod',
    {
      nodeName: 'node-1',
      containers: [
        {
          name: 'web',
          image: 'r/app:1',
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, timeoutSeconds: 3 },
          livenessProbe: { httpGet: { path: '/live', port: 'http' } },
        },
      ],
    },
    status,
    { name, uid: name, ...owned('rs'), ...more },
  );

export const container = (state: object, more: object = {}) => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'web', ready: false, restartCount: 0, state, ...more }],
});

export const replicaSet = (status: object = {}, revision = '2', uid = 'rs') =>
  object('apps/v1', 'ReplicaSet', { replicas: 2 }, status, {
    name: uid,
    uid,
    ...owned('uid'),
    annotations: { 'deployment.kubernetes.io/revision': revision },
  });

export const deployment = (spec: object = {}, status: object = {}) =>
  object(
    'apps/v1',
    'Deployment',
    { replicas: 2, ...spec },
    { observedGeneration: 2, ...status },
    { annotations: { 'deployment.kubernetes.io/revision': '2' } },
  );
