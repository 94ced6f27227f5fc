import type { ResourceAttributes } from '../../ports.ts';

/**
 * The rules that a Role (or, without a namespace, a ClusterRole) needs for these accesses: one for each resource, as the
 * YAML of `rules:`.
 */
export function rbacRule(missing: readonly ResourceAttributes[], namespace: string | undefined): string {
  const rules = new Map<string, { group: string; resource: string; verbs: string[] }>();
  for (const { verb, group, resource, subresource } of missing) {
    const name = subresource ? `${resource}/${subresource}` : resource;
    const rule = rules.get(`${group}/${name}`) ?? { group, resource: name, verbs: [] };
    if (!rule.verbs.includes(verb)) rule.verbs.push(verb);
    rules.set(`${group}/${name}`, rule);
  }
  const flow = JSON.stringify;
  const lines = [...rules.values()].map(
    (rule) =>
      `  - { apiGroups: [${flow(rule.group)}], resources: [${flow(rule.resource)}], verbs: ${flow(rule.verbs)} }`,
  );
  const kind = namespace ? `a Role of namespace ${namespace}` : 'a ClusterRole';
  return [`Add to ${kind} that is bound to this user:`, ...lines].join('\n');
}
