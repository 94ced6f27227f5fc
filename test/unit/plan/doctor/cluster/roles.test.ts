import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { reviewAccess, sourceAccess } from '../../../../../src/objects/permissions/roles.ts';
import { type Access, checkRole } from '../../../../../src/plan/doctor/cluster/roles.ts';
import { Kubectl } from '../../../../../src/plan/doctor/cluster/target.ts';
import { known, unknown } from '../../../../../src/plan/doctor/fact.ts';
import type { ResourceAttributes } from '../../../../../src/ports.ts';

const namespace = 'parking-staging';
const questions: ResourceAttributes[] = [
  { verb: 'get', group: 'apps', resource: 'deployments', namespace },
  { verb: 'patch', group: 'apps', resource: 'deployments', namespace },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
];
const kubectl = new Kubectl(['kubectl', '--context', 'my cluster']);

function judged(access: Partial<Access>) {
  const user = 'system:serviceaccount:parking-staging:slipway';
  const all = { account: { user, from: 'guide' as const }, username: user, everything: false, questions, ...access };
  const fact = known({ allowed: questions.map(() => true), ...all });
  return checkRole({ id: 'cluster.roles', subject: 'staging', role: 'r', namespace, access: fact, kubectl });
}

describe('the check of a role', () => {
  it('is content with an account that may do all of it', () => {
    expect(judged({})).toMatchObject({ status: 'ok', fix: null });
  });

  it('writes a role with all that is needed, also what is there: another run may miss something else', () => {
    const { status, fix, evidence } = judged({ allowed: [true, false, true] });
    expect(status).toBe('failed');
    expect(evidence).toContain('missing: patch deployments');
    const [first, ...rest] = fix?.split('\n') ?? [];
    expect(first).toBe(`kubectl --context 'my cluster' apply -f - <<'EOF'`);
    expect(rest.at(-1)).toBe('EOF');
    const [role, binding] = loadAll(rest.slice(0, -1).join('\n')) as Record<string, never>[];
    expect(role).toMatchObject({ kind: 'Role', metadata: { name: 'r', namespace } });
    expect(role?.rules).toEqual([
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
    expect(binding?.subjects).toEqual([{ kind: 'ServiceAccount', name: 'slipway', namespace }]);
  });

  it('binds a user that is no ServiceAccount by name', () => {
    const user = 'slipway-staging@acme.iam.gserviceaccount.com';
    const { fix } = judged({ account: { user, from: 'variable' }, allowed: [false, false, false] });
    expect(fix).toContain('kind: User');
    expect(fix).toContain(`name: ${user}`);
  });

  it('says nothing about the pipeline from what an administrator may do', () => {
    const found = judged({ account: { user: undefined, from: 'self' }, username: 'admin', everything: true });
    expect(found).toMatchObject({ status: 'unknown', fix: null });
    expect(found.advice).toContain('--as');
  });

  it('names the permission that is missing to look', () => {
    const access = unknown('no permission to impersonate users', 'impersonate users');
    const found = checkRole({ id: 'cluster.roles', subject: 's', role: 'r', namespace, access, kubectl });
    expect(found).toMatchObject({ status: 'unknown', permission: 'impersonate users' });
  });
});

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** `verb group/resource` of each access that the role of the guide grants. */
function granted(name: string): Set<string> {
  const text = readFileSync('docs/kubernetes.md', 'utf8');
  const blocks = [...text.matchAll(/^```yaml kubernetes [\w-]*rbac\n([\s\S]*?)^```$/gm)];
  const roles = blocks.flatMap(
    ({ 1: block = '' }) => loadAll(block) as { metadata: { name: string }; rules?: Rule[] }[],
  );
  const rules = roles.find(({ metadata, rules: own }) => metadata.name === name && own)?.rules ?? [];
  return new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((one) => verbs.map((verb) => `${verb} ${group}/${one}`))),
    ),
  );
}

describe('the rules that the doctor asks for', () => {
  const asked = (all: readonly ResourceAttributes[]) =>
    all.map(
      ({ verb, group, resource, subresource }) =>
        `${verb} ${group}/${[resource, subresource].filter(Boolean).join('/')}`,
    );

  it.each([
    ['slipway-review', reviewAccess()],
    ['slipway-deployer-source', sourceAccess('n')],
  ])('are those of %s in docs/kubernetes.md', (name, access) => {
    const guide = granted(name);
    expect(guide.size).toBeGreaterThan(20);
    expect(asked(access).filter((one) => !guide.has(one))).toEqual([]);
    // The guide writes core resources and events of events.k8s.io in one rule.
    const more = [...guide].filter((one) => !asked(access).includes(one) && !one.includes(' events.k8s.io/'));
    expect(more).toEqual([]);
  });
});
