import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Isolation, Quota } from './isolation-spec.ts';
import { networkPolicies } from './network.ts';
import { ownerLabels } from './owner.ts';

export const DEFAULT_QUOTA: Quota = { cpu: '4', memory: '8Gi', pods: 30, storage: '20Gi' };

/** What a run writes down on the namespace. */
export interface Deployment {
  commit: string;
  image: string;
  /** URL of the run; empty for a run by hand. */
  run: string;
  /** RFC 3339: after it the environment may be removed. */
  expiresAt: string;
  /** Duration without use after which it sleeps; undefined: never. */
  sleepAfter?: string | undefined;
}

/**
 * The namespace, whose labels say whose it is. Every pod in it is held to a Pod Security Standard by the API server itself.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function namespaceObject(isolation: Isolation, deployment: Deployment): KubeObject {
  const standard = 'pod-security.kubernetes.io';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: isolation.namespace,
      labels: {
        ...ownerLabels(isolation.owner),
        [LABELS.environment]: isolation.environment ?? 'review',
        [`${standard}/enforce`]: isolation.podSecurity,
        [`${standard}/audit`]: 'restricted',
      },
      annotations: {
        [ANNOTATIONS.commit]: deployment.commit,
        [ANNOTATIONS.image]: deployment.image,
        ...(deployment.run === '' ? {} : { [ANNOTATIONS.run]: deployment.run }),
        [ANNOTATIONS.expiresAt]: deployment.expiresAt,
        ...(deployment.sleepAfter === undefined ? {} : { [ANNOTATIONS.sleepAfter]: deployment.sleepAfter }),
      },
    },
  };
}

/** Everything around the workloads: quota, defaults of containers, network policies, a service account without a token. */
export function isolationObjects(isolation: Isolation): KubeObject[] {
  return [quotaOf(isolation), limits(isolation), serviceAccount(isolation), ...networkPolicies(isolation)];
}

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function quotaOf({ owner, namespace, loadBalancers = 0, quota }: Isolation): KubeObject {
  const { cpu, memory, pods, storage } = quota;
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'review', namespace, labels: ownerLabels(owner) },
    spec: {
      hard: {
        'requests.cpu': cpu,
        'limits.memory': memory,
        'requests.storage': storage,
        pods: String(pods),
        // Each of them costs money by the hour.
        'services.loadbalancers': String(loadBalancers),
      },
    },
  };
}

/** For containers that say nothing themselves: without these the quota would refuse them. */
function limits({ owner, namespace }: Isolation): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'review', namespace, labels: ownerLabels(owner) },
    spec: {
      limits: [{ type: 'Container', defaultRequest: { cpu: '10m', memory: '64Mi' }, default: { memory: '512Mi' } }],
    },
  };
}

/** The account of every pod that names no other: no token, nothing to say to the API server. */
function serviceAccount({ owner, namespace }: Isolation): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace, labels: ownerLabels(owner) },
    automountServiceAccountToken: false,
  };
}
