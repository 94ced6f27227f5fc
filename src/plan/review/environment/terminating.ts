import type { KubeObject } from '../../../ports.ts';

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** Conditions of a namespace that is being deleted; `True` blocks the deletion. */
const REASONS = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceContentRemaining',
  'NamespaceFinalizersRemaining',
];

/**
 * What blocks the deletion of a namespace, in the words of the API server, which name the finalizers.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus
 */
export function blockedBy(namespace: KubeObject): string[] {
  const { conditions = [] } = (namespace.status ?? {}) as { conditions?: Condition[] };
  const messages = conditions
    .filter(({ type, status }) => REASONS.includes(type) && status === 'True')
    .map(({ type, message }) => message ?? type);
  const own = namespace.metadata.finalizers ?? [];
  return [...messages, ...own.map((finalizer) => `the namespace itself has the finalizer ${finalizer}`)];
}
