import type { KubeObject } from '../../../ports.ts';
import { ENGINES } from '../../engines/engines.ts';
import { egressBlocks } from './egress.ts';
import type { Isolation } from './isolation-spec.ts';
import { ownerLabels, PART_LABEL } from './owner.ts';

/**
 * Denies by default, and opens what an environment needs: its own namespace, DNS, the networks of `review.egress`, and the
 * ports of the app for everybody, because the URL publishes it. (No portable selector matches an ingress controller: it runs on the
 * node's network, in any namespace, or is a load balancer outside of the cluster.) Databases and services answer their own
 * namespace only. An environment also works where the cluster enforces no policies.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicies(isolation: Isolation): KubeObject[] {
  const own = [{ podSelector: {} }];
  return [
    policy(isolation, 'own-namespace', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: own }],
      egress: [{ to: own }, ...names(), ...server(isolation), ...egress(isolation.egress)],
    }),
    ...isolation.exposed.map(({ name, selector, ports }) =>
      policy(isolation, name, {
        podSelector: { matchLabels: { ...selector } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: ports.map((port) => ({ protocol: 'TCP', port })) }],
      }),
    ),
    ...(isolation.certified ? [solver(isolation)] : []),
  ];
}

/**
 * Opens the pod by which cert-manager answers a HTTP-01 challenge in the namespace, through the ingress controller.
 * @see https://cert-manager.io/docs/configuration/acme/http01/
 */
function solver(isolation: Isolation): KubeObject {
  return policy(isolation, 'acme-solver', {
    podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: 8089 }] }],
  });
}

/**
 * Opens port 53 everywhere: cluster DNS is a pod, an address of the node (NodeLocal DNSCache) or of the cloud. It opens the pods
 * of cluster DNS whole: a policy sees the port of the pod, which need not be 53, and not that of its Service.
 */
function names(): Record<string, unknown>[] {
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } };
  const podSelector = { matchLabels: { 'k8s-app': 'kube-dns' } };
  return [
    {
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    { to: [{ namespaceSelector, podSelector }] },
  ];
}

/** @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
function server({ server: shared }: Isolation): Record<string, unknown>[] {
  if (shared === undefined) return [];
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': shared.namespace } };
  const podSelector = { matchLabels: { [PART_LABEL]: shared.name } };
  return [{ to: [{ namespaceSelector, podSelector }], ports: [{ protocol: 'TCP', port: ENGINES.postgres.port }] }];
}

function egress(networks: readonly string[]): Record<string, unknown>[] {
  return networks.length === 0 ? [] : [{ to: egressBlocks(networks).map((ipBlock) => ({ ipBlock })) }];
}

function policy(isolation: Isolation, name: string, spec: Record<string, unknown>): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: isolation.namespace, labels: ownerLabels(isolation.owner) },
    spec,
  };
}
