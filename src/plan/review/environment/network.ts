import { selectorLabels } from '../../../objects/labels.ts';
import type { KubeObject } from '../../../ports.ts';
import { ENGINES } from '../../services/engines.ts';
import type { Isolation } from './isolation-spec.ts';
import { ownerLabels, PART_LABEL } from './owner.ts';

/** `internet` of review.egress: everything but private networks, link-local addresses and with them metadata servers. */
const NOT_INTERNET = {
  '0.0.0.0/0': ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  '::/0': ['::1/128', 'fc00::/7', 'fe80::/10'],
} as const;

/**
 * Default deny, with what an environment needs opened: its own namespace, names (DNS), the networks that slipway.yml
 * names, and the app's port for everybody, because that is what the URL publishes. (An ingress controller cannot be told
 * apart by portable means: it runs on the node's network, in any namespace, or is a load balancer outside of the cluster.)
 * Databases and services are reached from the own namespace only. Where no policy engine runs, nothing depends on it.
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
    policy(isolation, 'app', {
      podSelector: { matchLabels: selectorLabels(isolation.owner.app, 'web') },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ protocol: 'TCP', port: isolation.appPort }] }],
    }),
    ...(isolation.certified ? [solver(isolation)] : []),
  ];
}

/**
 * With HTTP-01 a pod of cert-manager in the namespace answers the certificate authority, through the ingress controller.
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
 * Port 53 wherever it is: cluster DNS is a pod, an address of the node (NodeLocal DNSCache) or of the cloud. A policy sees the
 * port of the pod and not that of its Service, and the pods of cluster DNS need not listen on 53: they are opened whole.
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
  if (networks.length === 0) return [];
  const blocks = networks.flatMap((network) =>
    network === 'internet'
      ? Object.entries(NOT_INTERNET).map(([cidr, except]) => ({ ipBlock: { cidr, except: [...except] } }))
      : [{ ipBlock: { cidr: network } }],
  );
  return [{ to: blocks }];
}

function policy(isolation: Isolation, name: string, spec: Record<string, unknown>): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: isolation.namespace, labels: ownerLabels(isolation.owner) },
    spec,
  };
}
