import type { KubeObject } from '../../../ports.ts';

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** Conditions of a namespace that is being deleted; each is True when it holds the deletion up. */
const REASONS = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceContentRemaining',
  'NamespaceFinalizersRemaining',
];

/**
 * What keeps a namespace from being gone, in the API server's words; these name the finalizers.
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
