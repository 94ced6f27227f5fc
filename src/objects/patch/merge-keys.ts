/**
 * Merge keys of lists in the objects that Slipway writes, by the name of the field: `x-kubernetes-patch-merge-key` in the OpenAPI
 * description of Kubernetes. All other lists are replaced, such as `tolerations`, `envFrom` and `args`.
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/#notes-on-the-strategic-merge-patch
 */
const OF_PODS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  schedulingGates: 'name',
};
const OF_CONTAINERS: Readonly<Record<string, string>> = {
  ports: 'containerPort',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
};
/** Path of the pod spec in the kinds that have one. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Deployment: 'spec.template.spec',
  Job: 'spec.template.spec',
  CronJob: 'spec.jobTemplate.spec.template.spec',
};

/** The merge key of the list at a path; undefined: the list is replaced. */
export function mergeKeyOf({ kind }: { kind: string }, path: readonly string[]): string | undefined {
  const field = path.at(-1) ?? '';
  const holder = path.slice(0, -1).join('.');
  const podSpec = POD_SPECS[kind];
  if (podSpec !== undefined && holder === podSpec) return own(OF_PODS, field);
  if (podSpec !== undefined && (holder === `${podSpec}.containers` || holder === `${podSpec}.initContainers`)) {
    return own(OF_CONTAINERS, field);
  }
  if (kind === 'Service' && holder === 'spec' && field === 'ports') return 'port';
  if (kind === 'ServiceAccount' && holder === '' && (field === 'secrets' || field === 'imagePullSecrets'))
    return 'name';
  return holder === 'metadata' && field === 'ownerReferences' ? 'uid' : undefined;
}

function own(table: Readonly<Record<string, string>>, field: string): string | undefined {
  return Object.hasOwn(table, field) ? table[field] : undefined;
}
