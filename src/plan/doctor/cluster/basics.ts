import { fields } from '../../../objects/fields.ts';
import type { KubeObject } from '../../../ports.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Kubectl } from './target.ts';

/** Whether the API server answers; the reason is the error of the sign-in, or of the first request. */
export function checkReached(subject: string, reached: Fact<{ version: string }>): Finding {
  const found = finder('cluster.reachable', subject);
  if (reached.known) return found.ok(`the API server of ${subject} answers`);
  return found.failed(`the API server of ${subject} cannot be used`, {
    evidence: [reached.why],
    advice: reached.advice ?? 'Correct the kubeconfig, or `cluster` in slipway.yml.',
  });
}

/** Server-side apply and `ValidatingAdmissionPolicy`, which the guides use for dry runs, are stable since then. */
const OLDEST = 30;
/** Upstream supports a minor version for 14 months. @see https://kubernetes.io/releases/version-skew-policy/ */
const NATIVE_SIDECARS = 29;

/** @param sidecars some environment uses the Cloud SQL Auth Proxy, a native sidecar */
export function checkVersion(subject: string, version: Fact<string>, sidecars: boolean): Finding {
  const found = finder('cluster.version', subject);
  return found.of('the version of Kubernetes', version, (text) => {
    const minor = Number(/^v1\.(\d+)/.exec(text)?.[1]);
    if (Number.isNaN(minor)) {
      return found.unknown(`Kubernetes ${text}`, {
        known: false,
        why: 'no version of Kubernetes',
        permission: undefined,
      });
    }
    if (minor >= OLDEST) return found.ok(`Kubernetes ${text}`);
    const lacks = sidecars && minor < NATIVE_SIDECARS ? ', and the Cloud SQL Auth Proxy needs 1.29' : '';
    return found.failed(`Kubernetes ${text} is older than 1.${OLDEST}${lacks}`, {
      advice: 'Upgrade the control plane and the nodes of the cluster.',
    });
  });
}

export interface NamespaceFacts {
  namespace: Fact<KubeObject | undefined>;
  /** The account may create namespaces. */
  mayCreate: Fact<boolean>;
}

/** @param created Slipway creates a missing namespace, if its account may: there is no promoteFrom */
export function checkNamespace(
  subject: string,
  name: string,
  facts: NamespaceFacts,
  created: boolean,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.namespace', subject);
  return found.of(`namespace ${name}`, facts.namespace, (namespace) => {
    const fix = kubectl.run('create', 'namespace', name);
    if (namespace === undefined) {
      const allowed = facts.mayCreate.known && facts.mayCreate.value;
      if (created && allowed) return found.skipped(`namespace ${name}: the first rollout creates it`);
      const why = created
        ? 'and the account may not create it'
        : 'and Slipway does not create it, because of promoteFrom';
      return found.failed(`namespace ${name} does not exist, ${why}`, { fix });
    }
    if (namespace.metadata.deletionTimestamp !== undefined) {
      return found.failed(`namespace ${name} is being deleted`, {
        fix: `${kubectl.run('wait', '--for=delete', `namespace/${name}`, '--timeout=10m')} && ${fix}`,
      });
    }
    return found.ok(`namespace ${name} exists`);
  });
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/** @param needed why a default class is needed; undefined: nothing makes claims without a class */
export function checkStorage(
  subject: string,
  needed: string | undefined,
  classes: Fact<KubeObject[]>,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.storage', subject);
  if (needed === undefined) return found.skipped('no volume needs a default StorageClass');
  return found.of('the StorageClasses', classes, (all) => {
    const defaults = all.filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
    const names = all.map(({ metadata }) => metadata.name).sort();
    if (defaults.length > 0) {
      return found.ok(`${defaults.map(({ metadata }) => metadata.name).join(', ')} is the default StorageClass`);
    }
    const [first] = names;
    if (first === undefined) {
      return found.failed(`${needed} needs a volume, and the cluster has no StorageClass`, {
        advice: 'Install a provisioner of volumes, such as the CSI driver of the cloud or local-path-provisioner.',
      });
    }
    const patch = JSON.stringify({ metadata: { annotations: { [DEFAULT_CLASS]: 'true' } } });
    return found.failed(`${needed} needs a volume, and no StorageClass is the default`, {
      fix: kubectl.run('patch', 'storageclass', first, '--type=merge', '--patch', patch),
      ...(names.length > 1 ? { advice: `Select one of ${names.join(', ')}.` } : {}),
    });
  });
}

/** A DaemonSet that enforces NetworkPolicies; it is known by its name. */
const ENFORCERS: Readonly<Record<string, string>> = {
  anetd: 'GKE Dataplane V2',
  'calico-node': 'Calico',
  cilium: 'Cilium',
  'antrea-agent': 'Antrea',
  'kube-router': 'kube-router',
  'weave-net': 'Weave Net',
  'azure-npm': 'Azure Network Policy Manager',
  'aws-network-policy-agent': 'the network policy agent of Amazon VPC CNI',
  'ovnkube-node': 'OVN-Kubernetes',
  canal: 'Canal',
};
/** A network without policies, unless another component enforces them. */
const WITHOUT: readonly string[] = ['kube-flannel-ds', 'kube-flannel'];

/** @param daemonSets of all namespaces */
export function checkNetworkPolicies(subject: string, daemonSets: Fact<KubeObject[]>): Finding {
  const found = finder('cluster.network-policies', subject);
  const advice =
    'Test it: a pod must not reach a pod of another namespace with a NetworkPolicy that denies all ingress.';
  return found.of('whether NetworkPolicies are enforced', daemonSets, (all) => {
    const names = all.map(({ metadata }) => metadata.name);
    const enforcer = names.find((name) => Object.hasOwn(ENFORCERS, name));
    if (enforcer !== undefined) {
      return found.ok(`${ENFORCERS[enforcer]} is installed, which enforces NetworkPolicies`, [`DaemonSet ${enforcer}`]);
    }
    if (all.some(isAmazonAgent)) return found.ok(`${ENFORCERS['aws-network-policy-agent']} is installed`);
    const without = names.find((name) => WITHOUT.includes(name));
    if (without !== undefined) {
      return found.failed(`DaemonSet ${without}: Flannel enforces no NetworkPolicies`, {
        advice:
          'Review environments can then reach each other and the rest of the cluster. Use a network plugin that enforces policies, for example Calico or Cilium, or Flannel with kube-network-policies.',
      });
    }
    const why = 'no DaemonSet has the name of a known network plugin; components of the nodes are not visible';
    return found.unknown('whether NetworkPolicies are enforced', { known: false, why, permission: undefined }, advice);
  });
}

/** The agent is a container of `aws-node`. */
function isAmazonAgent({ metadata, spec }: KubeObject): boolean {
  if (metadata.name !== 'aws-node') return false;
  const pod = fields(fields(fields(spec).template).spec);
  return JSON.stringify(pod.containers ?? []).includes('--enable-network-policy=true');
}
