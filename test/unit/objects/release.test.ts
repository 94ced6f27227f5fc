import { describe, expect, it } from 'vitest';
import { everything, neededAccess } from '../../../src/objects/permissions/needed.ts';
import { rbacRule } from '../../../src/objects/permissions/rbac-rule.ts';
import { hashOf, lastGood, nextRevision, outdated, type Release, releaseId } from '../../../src/objects/release.ts';
import { decideRollback } from '../../../src/plan/rollback-decision.ts';
import type { SchemaVerdict } from '../../../src/plan/schema-verdict.ts';

function release(overrides: Partial<Release> = {}): Release {
  return {
    app: 'parking',
    environment: 'staging',
    revision: 7,
    images: { parking: 'registry.example/apps/parking@sha256:1' },
    commit: 'c7',
    actor: 'dev',
    run: { id: '1', attempt: 1, url: '' },
    outcome: 'succeeded',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: undefined,
    objects: [],
    hash: 'h7',
    migration: undefined,
    reversible: false,
    ...overrides,
  };
}

describe('a release', () => {
  it('is counted on, and called by its app and number', () => {
    expect(nextRevision([])).toBe(1);
    expect(nextRevision([release({ revision: 3 }), release({ revision: 12 })])).toBe(13);
    expect(releaseId(release())).toBe('parking-7');
  });

  it('of the last good one is the newest that succeeded', () => {
    const good = release({ revision: 5 });
    const all = [
      release({ revision: 4 }),
      good,
      release({ revision: 6, outcome: 'rolled-back' }),
      release({ outcome: 'pending' }),
    ];
    expect(lastGood(all)).toBe(good);
    expect(lastGood([release({ outcome: 'failed' })])).toBeUndefined();
  });

  it('is kept for ten releases, and for the last good one however old', () => {
    const good = release({ revision: 1 });
    const failed = Array.from({ length: 12 }, (_, index) => release({ revision: index + 2, outcome: 'failed' }));
    expect(outdated([good, ...failed]).map(({ revision }) => revision)).toEqual([3, 2]);
  });

  it('has a hash that does not depend on the order of keys', () => {
    const object = { apiVersion: 'v1', kind: 'Lot', metadata: { name: 'a' }, spec: { a: 1, b: [2, { c: 3, d: 4 }] } };
    const other = { spec: { b: [2, { d: 4, c: 3 }], a: 1 }, metadata: { name: 'a' }, kind: 'Lot', apiVersion: 'v1' };
    expect(hashOf([object])).toBe(hashOf([other]));
    expect(hashOf([object])).not.toBe(hashOf([{ ...object, spec: { a: 1, b: [{ c: 3, d: 4 }, 2] } }]));
  });
});

describe('a failed rollout', () => {
  const failed = { outcome: 'failed' as const, wrote: true, wroteWorkloads: true };
  const good = release({ revision: 6, hash: 'h6', images: { parking: 'registry.example/apps/parking@sha256:0' } });
  const decide = (changes: {
    failed?: object;
    release?: Partial<Release>;
    good?: Release | undefined;
    onFailure?: 'leave';
    schema?: SchemaVerdict;
  }) =>
    decideRollback(
      { ...failed, ...changes.failed },
      release(changes.release),
      'good' in changes ? changes.good : good,
      changes.onFailure ?? 'rollback',
      changes.schema,
    );

  it('goes back to the last good release, also after a timeout or a cancellation', () => {
    expect(decide({})).toEqual({ to: good });
    expect(decide({ failed: { outcome: 'timed-out' } })).toEqual({ to: good });
    expect(decide({ failed: { outcome: 'cancelled' } })).toEqual({ to: good });
  });

  it.each([
    ['nothing was written', { failed: { wrote: false } }],
    ['the state of the cluster is unknown', { failed: { outcome: 'unknown' } }],
    ['on-failure: leave', { onFailure: 'leave' as const }],
    ['Kubernetes continues the rollout', { failed: { outcome: 'cancelled' }, onFailure: 'leave' as const }],
    ['no release has succeeded yet', { good: undefined }],
    ['is the same', { release: { hash: 'h6' } }],
    ['the migration of this release has run', { release: { migration: 'm7' } }],
  ])('stays, and says why: %s', (why, changes) => {
    expect(decide(changes)).toMatchObject({ stay: expect.stringContaining(why) });
  });

  it('F6: over a migration, says in the remedy what to do about it', () => {
    expect(decide({ release: { migration: 'm7' } })).toMatchObject({
      remedy: expect.stringMatching(/did not roll back, because the migration .* set `deploy\.reversible: true`/),
    });
  });

  it('F6: goes back over a migration that left the schema as it was, and not over hooks', () => {
    const migrated = { migration: 'm7' };
    expect(decide({ release: migrated, schema: 'as-before' })).toEqual({
      to: good,
      why: 'the migration of this release left the schema as it was',
    });
    expect(decide({ release: migrated, schema: 'changed' })).toMatchObject({
      stay: expect.stringContaining('the migration of this release has run and changed the schema'),
      remedy: expect.not.stringContaining('schemaVersion'),
    });
    expect(decide({ release: migrated, schema: 'unknown' })).toMatchObject({
      remedy: expect.stringContaining('deploy.schemaVersion'),
    });
    expect(decide({ release: { ...migrated, hooks: 'h' }, schema: 'as-before' })).toHaveProperty('stay');
  });

  it('goes back over a migration that is declared reversible, is the same, or did not come to its end', () => {
    expect(decide({ release: { migration: 'm7', reversible: true } })).toEqual({ to: good });
    const same = { ...good, migration: 'm7' };
    expect(decide({ release: { migration: 'm7' }, good: same })).toEqual({ to: same });
    expect(decide({ release: { migration: 'm7' }, failed: { wroteWorkloads: false } })).toEqual({ to: good });
  });
});

describe('permissions', () => {
  const deployments = { group: 'apps', resource: 'deployments', namespaced: true };
  const definitions = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespaced: false };

  it('that a rollout needs are asked for in its namespace, or in the cluster for what belongs to it', () => {
    const needed = neededAccess([deployments, definitions], [deployments], 'ns', true);
    expect(needed).toContainEqual({ verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'ns' });
    expect(needed).toContainEqual({ verb: 'watch', group: 'apps', resource: 'deployments', namespace: 'ns' });
    expect(needed).toContainEqual({ verb: 'update', group: '', resource: 'secrets', namespace: 'ns' });
    expect(needed).toContainEqual({
      verb: 'create',
      group: 'apiextensions.k8s.io',
      resource: 'customresourcedefinitions',
    });
    expect(needed).toContainEqual({ verb: 'delete', group: 'batch', resource: 'jobs', namespace: 'ns' });
    expect(everything('ns')).toMatchObject({ verb: '*', resource: '*', group: '*' });
  });

  it('that are missing are told as the rules to add', () => {
    const missing = [
      { verb: 'get', group: 'apps', resource: 'deployments', namespace: 'ns' },
      { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'ns' },
      { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'ns' },
    ];
    expect(rbacRule(missing, 'ns').split('\n')).toEqual([
      'Add to a Role of namespace ns that is bound to this user:',
      '  - { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get","patch"] }',
      '  - { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }',
    ]);
  });
});
