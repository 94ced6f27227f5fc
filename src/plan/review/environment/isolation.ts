import { type Images, imageText } from '../../../objects/images.ts';
import { ANNOTATIONS, LABELS } from '../../../objects/names.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Isolation, Quota } from './isolation-spec.ts';
import { networkPolicies } from './network.ts';
import { ownerLabels } from './owner.ts';

export const DEFAULT_QUOTA: Quota = { cpu: '4', memory: '8Gi', pods: 30, storage: '20Gi', ephemeralStorage: '32Gi' };

/** More objects than an environment needs, but not enough to fill the storage of the API server. */
const COUNTS = {
  'count/configmaps': '200',
  'count/cronjobs.batch': '50',
  'count/deployments.apps': '100',
  'count/jobs.batch': '500',
  'count/secrets': '200',
  'count/services': '100',
  'count/statefulsets.apps': '50',
};

/** What a run notes on the namespace. */
export interface Deployment {
  commit: string;
  images: Images;
  /** URL of the run; empty for a run by hand. */
  run: string;
  /** RFC 3339: the reaper may remove the environment after it. */
  expiresAt: string;
  /** Duration without use after which it sleeps; undefined: never. */
  sleepAfter?: string | undefined;
}

/**
 * The namespace, with owner labels. The API server enforces a Pod Security Standard in it.
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
        [ANNOTATIONS.image]: imageText(deployment.images),
        ...(deployment.run === '' ? {} : { [ANNOTATIONS.run]: deployment.run }),
        [ANNOTATIONS.expiresAt]: deployment.expiresAt,
        ...(deployment.sleepAfter === undefined ? {} : { [ANNOTATIONS.sleepAfter]: deployment.sleepAfter }),
      },
    },
  };
}

/** What surrounds the workloads: quota, defaults for containers, a service account without a token, network policies. */
export function isolationObjects(isolation: Isolation): KubeObject[] {
  return [quotaOf(isolation), limits(isolation), serviceAccount(isolation), ...networkPolicies(isolation)];
}

/** Ports of one load balancer. */
const PORTS = 4;

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function quotaOf({ owner, namespace, loadBalancers = 0, quota }: Isolation): KubeObject {
  const { cpu, memory, pods, storage, ephemeralStorage } = quota;
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
        'limits.ephemeral-storage': ephemeralStorage,
        // Each is billed by the hour.
        'services.loadbalancers': String(loadBalancers),
        // A load balancer may use a node port for each of its ports.
        'services.nodeports': String(loadBalancers * PORTS),
        ...COUNTS,
      },
    },
  };
}

/** Defaults for containers without limits, which the quota would refuse. */
function limits({ owner, namespace }: Isolation): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'review', namespace, labels: ownerLabels(owner) },
    spec: {
      limits: [
        {
          type: 'Container',
          defaultRequest: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
          default: { memory: '512Mi', 'ephemeral-storage': '2Gi' },
        },
      ],
    },
  };
}

/** The account of every pod that names no other: no token, no access to the API server. */
function serviceAccount({ owner, namespace }: Isolation): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace, labels: ownerLabels(owner) },
    automountServiceAccountToken: false,
  };
}
