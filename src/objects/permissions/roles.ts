import type { ResourceAttributes } from '../../ports.ts';

/** Verbs on resources of a group; the rules of docs/kubernetes.md as data. */
type Grant = readonly [group: string, resources: readonly string[], verbs: readonly string[]];

const READ = ['get', 'list', 'watch'] as const;
const ALL = [...READ, 'create', 'patch', 'update', 'delete'] as const;

/** The role `slipway-review`. */
const REVIEW: readonly Grant[] = [
  ['', ['namespaces'], ALL],
  [
    '',
    ['secrets', 'configmaps', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'resourcequotas', 'limitranges'],
    ALL,
  ],
  ['networking.k8s.io', ['ingresses', 'networkpolicies'], ALL],
  ['apps', ['deployments', 'statefulsets'], ALL],
  ['batch', ['jobs', 'cronjobs'], ALL],
  ['policy', ['poddisruptionbudgets'], ALL],
  ['coordination.k8s.io', ['leases'], ['get', 'create', 'update']],
  ['', ['pods'], [...READ, 'delete', 'deletecollection']],
  ['apps', ['replicasets', 'controllerrevisions'], READ],
  ['', ['pods/log', 'events', 'endpoints'], READ],
];

/** The role `slipway-deployer-source`. */
const SOURCE: readonly Grant[] = [
  ['apps', ['deployments', 'statefulsets', 'replicasets'], READ],
  ['', ['secrets', 'services', 'pods', 'namespaces'], READ],
  ['', ['events'], READ],
];

/** What the account of review environments does, in every namespace of the cluster. */
export function reviewAccess(): ResourceAttributes[] {
  return REVIEW.flatMap((grant) => questions(grant));
}

/** What a promotion reads in the namespace of its source. */
export function sourceAccess(namespace: string): ResourceAttributes[] {
  return SOURCE.flatMap((grant) => questions(grant, namespace));
}

function questions([group, resources, verbs]: Grant, namespace?: string): ResourceAttributes[] {
  return resources.flatMap((name) => {
    const [resource = '', subresource] = name.split('/');
    return verbs.map((verb) => ({
      verb,
      group,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
    }));
  });
}
