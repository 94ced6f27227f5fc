import { beforeEach, describe, expect, it } from 'vitest';
import type { WantedSigner } from '../../../../src/plan/evidence/signer.ts';
import type { Facts } from '../../../../src/plan/evidence/statement.ts';
import type { JobIdentity } from '../../../../src/ports.ts';
import { verifyBuilders } from '../../../../src/stages/evidence/verify.ts';
import { writeEvidence } from '../../../../src/stages/evidence/write.ts';
import { runPromotion } from '../../../../src/stages/promote/run.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';
import { errorOf } from '../../../support/refusal.ts';
import { job, MemoryReferrers, memoryIdentities } from '../../../support/unit/memory-evidence.ts';

describe('S3: a promotion to an environment with `verify`', () => {
  const referrers = new MemoryReferrers();
  const wanted: WantedSigner = {
    ...{ environment: 'production', repositoryId: 7, workflows: ['.github/workflows/main.yml'] },
    ...{ refs: ['refs/heads/main'], reusable: undefined },
  };
  const here = { repositoryId: 7, defaultBranch: 'main', sha: 'commit-3' };
  const build: Facts = {
    kind: 'build',
    build: {
      ...{ sourceKey: 'k', stages: {}, finishedOn: '2026-11-29T00:00:00Z', caches: [], images: {} },
      ...{ source: { url: 'u', commit: 'commit-3' }, run: 'https://github.com/acme/parking/actions/runs/5' },
    },
  };
  const digest = image(3).slice(image(3).indexOf('@') + 1);
  const vouch = (as: JobIdentity, facts: Facts = build) =>
    writeEvidence(REPOSITORY, digest, [facts], { referrers, identities: memoryIdentities(as) });

  let world: World;
  beforeEach(async () => {
    referrers.artifacts.clear();
    world = new World();
    const metadata = { name: 'parking' };
    world.cluster.objects.set('Namespace//parking', { apiVersion: 'v1', kind: 'Namespace', metadata });
    await runRollingUpdate(planOf(3), world.ports());
    world.cluster.writes.length = 0;
  });

  const promote = () => {
    const target = { environment: 'production', namespace: 'parking', onPurpose: true, createNamespace: false };
    const { images: _, commit: _1, ...to } = planOf(0, target);
    const plan = {
      ...{ from: { environment: 'staging', namespace: 'parking-staging' }, to, repositories: { parking: REPOSITORY } },
      ...{ expected: {}, soakMs: 0, githubEnvironment: 'production', configCommit: 'commit-3' },
    };
    const reading = { referrers, identities: memoryIdentities(undefined), github: undefined };
    return runPromotion(plan, {
      ...world.ports(),
      ...{ source: world.cluster, github: undefined },
      verifyBuilders: (images, commit) => verifyBuilders(images, wanted, { ...here, sha: commit }, reading),
    });
  };

  it('shows who built the image', async () => {
    await vouch(job());
    const { outcome, blocks } = await promote();
    expect(outcome).toBe('succeeded');
    expect(JSON.stringify(blocks)).toContain(
      '["built by","acme/parking/.github/workflows/main.yml@refs/heads/main (https://github.com/acme/parking/actions/runs/5)"]',
    );
  });

  it.each<[string, () => Promise<unknown>, string | undefined]>([
    ['nothing says who built it', async () => undefined, undefined],
    [
      'only tests are signed',
      () => vouch(job(), { kind: 'suite', suite: { name: 'unit', hash: 'a'.repeat(64), run: 'r', counts: undefined } }),
      undefined,
    ],
    [
      'another workflow of main built it',
      () => vouch(job({ workflow: 'acme/parking/.github/workflows/evil.yml@refs/heads/main' })),
      'the workflow is acme/parking/.github/workflows/evil.yml',
    ],
    [
      'a branch built it by hand',
      () => vouch(job({ event: 'workflow_dispatch', ref: 'refs/heads/evil', sha: 'commit-3' })),
      'the ref is refs/heads/evil, and not refs/heads/main',
    ],
    [
      'a pull request of the same tree built it',
      () => vouch(job({ event: 'pull_request', ref: 'refs/pull/1/merge', sha: 'commit-3' })),
      'the ref is refs/pull/1/merge',
    ],
    [
      'another repository built it',
      () => vouch(job({ repositoryId: '8', repository: 'mallory/parking' })),
      'written by repository mallory/parking',
    ],
  ])('promotes nothing when %s, and says what is missing', async (_what, given, reason) => {
    await given();
    const error = await errorOf(promote());
    expect(error.message).toBe('nothing proves that the image was built as environments.production.verify asks');
    expect(error.details[0]).toBe(`${image(3)}: no statement about its build counts`);
    if (reason !== undefined) expect(error.details[1]).toContain(reason);
    expect(error.remedy).toContain('.github/workflows/main.yml build and push it on refs/heads/main');
    expect(world.cluster.writes).toEqual([]);
  });
});
