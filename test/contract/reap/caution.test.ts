import { describe, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import type { Cluster } from '../../../src/ports.ts';
import { takeLease } from '../../../src/stages/lease/take-lease.ts';
import { leaseClaimOf } from '../../../src/stages/review/environment/environment-lease.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { requirePlatform } from '../../support/platform.ts';
import { clockAfter, stagesOfSuite } from './stages.ts';

const platform = (await requirePlatform('the caution of the reaper'))?.platform;

describe.skipIf(!platform).concurrent('the reaper removes nothing by mistake', () => {
  const newStage = stagesOfSuite(platform);

  it('a dry run says what would go, and writes nothing', async ({ expect }) => {
    const stage = await newStage();
    const number = await stage.opened('closed');
    stage.github.actor.closePullRequest(number);
    const writes = () => stage.github.actor.writes().length;
    const before = writes();
    const result = await stage.reap({ dryRun: true });
    expect(result).toMatchObject({ outcome: 'unchanged', outputs: { removed: '1', kept: '0' } });
    expect(JSON.stringify(result.blocks)).toContain('would be removed');
    expect(await stage.exists(stage.name(number))).toBe(true);
    expect(writes()).toBe(before);
  });

  it.for([
    ['the second page of the open pull requests is missing', { kind: 'status', status: 502, after: 1 }],
    ['GitHub does not answer', { kind: 'no-answer' }],
  ] as const)('%s: it stops before it removes anything', async ([, fault], { expect }) => {
    const stage = await newStage();
    const number = await stage.opened('closed');
    stage.github.actor.closePullRequest(number);
    for (let i = 0; i < 120; i++) stage.github.actor.openPullRequest({ title: `${i}`, branch: `b${i}` });
    stage.github.actor.fault({ on: 'pulls/list', times: 5, ...fault });
    await expect(stage.reap()).rejects.toThrow(/listing the open pull requests failed/);
    expect(await stage.exists(stage.name(number))).toBe(true);
  });

  it('a token that may not read pull requests, or reads those of another repository, removes nothing', async ({
    expect,
  }) => {
    const [stage, foreign] = await Promise.all([newStage(), newStage()]);
    const number = await stage.opened('closed');
    stage.github.actor.closePullRequest(number);
    const theirs = await foreign.environment(1);
    const token = stage.github.actor.addToken({ ...FULL, pull_requests: undefined });
    await expect(stage.reap({ token })).rejects.toThrow(/lacks "pull-requests: read"/);
    await expect(stage.reap({ repositoryId: foreign.repositoryId })).rejects.toThrow(/and this run to repository/);
    for (const name of [stage.name(number), theirs]) expect(await stage.exists(name)).toBe(true);
  });

  it('a pull request that slipped through the list, or was opened anew, keeps its environment', async ({ expect }) => {
    const stage = await newStage();
    const number = await stage.opened('slips');
    stage.github.actor.closePullRequest(number);
    const github = stage.port();
    const open = async () => {
      const listed = await github.openPullRequests();
      stage.github.actor.reopenPullRequest(number);
      return listed;
    };
    const result = await stage.reap({ github: { ...github, openPullRequests: open } });
    expect(result.outputs).toMatchObject({ removed: '0', kept: '1' });
    expect(await stage.exists(stage.name(number))).toBe(true);
  });

  it('a deploy between looking and deleting renews it: it stays', async ({ expect }) => {
    const stage = await newStage();
    const number = await stage.opened('renewed', { expiresInMs: -1_000 });
    const name = stage.name(number);
    const renew = async () => {
      const metadata = { name, annotations: { 'slipway.dev/run': 'a newer one' } };
      await stage.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'slipway' });
    };
    const late: Pick<Cluster, 'delete'> = {
      delete: async (ref, options) => {
        await renew();
        return stage.cluster.delete(ref, options);
      },
    };
    const result = await stage.reap({ cluster: Object.assign(Object.create(stage.cluster), late) });
    expect(result.outputs).toMatchObject({ removed: '0', kept: '1' });
    expect(JSON.stringify(result.blocks)).toContain('it has changed since it was read');
    expect(await stage.exists(name)).toBe(true);
  });

  it('an environment of an open pull request stays while a run is at work there', async ({
    expect,
    onTestFinished,
  }) => {
    const stage = await newStage();
    const expired = stage.name(await stage.opened('expired at work', { expiresInMs: -1_000 }));
    const idle = stage.name(await stage.opened('idle at work'));
    const used = { 'slipway.dev/used-at': '2026-01-01T00:00:00Z', 'slipway.dev/sleep-after': '1h' };
    const metadata = { name: idle, annotations: used };
    await stage.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'test' });
    const ports = { cluster: stage.cluster, log: stage.log, clock: systemClock, signal: new AbortController().signal };
    const held = await Promise.all(
      [expired, idle].map((namespace) => takeLease(leaseClaimOf({ app: 'parking', namespace, run: '' }), ports)),
    );
    const release = async () => {
      await Promise.all(held.map(({ lease }) => lease.release()));
    };
    onTestFinished(release);
    // It need not wait for as long as it would for the lease of a run that was killed.
    const result = await stage.reap({ clock: clockAfter(async () => true) });
    expect(result.outputs).toMatchObject({ removed: '0', slept: '0', kept: '2', failed: '0' });
    expect(JSON.stringify(result.blocks)).toContain('a run is working there');
    expect(await stage.exists(expired)).toBe(true);
    await release();
    expect((await stage.reap()).outputs).toMatchObject({ removed: '1', slept: '1' });
  });

  it('two at once do no harm: each environment is removed, and told of, once', async ({ expect }) => {
    const stage = await newStage();
    const numbers = [await stage.opened('a'), await stage.opened('b'), await stage.opened('c')];
    for (const number of numbers) stage.github.actor.closePullRequest(number);
    const results = await Promise.all([stage.reap(), stage.reap()]);
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined]);
    for (const number of numbers) {
      expect(await stage.exists(stage.name(number))).toBe(false);
      expect(stage.github.actor.comments(number)).toHaveLength(1);
      expect(stage.github.actor.deployments(`review/pr-${number}`)[0]?.statuses.map(({ state }) => state)).toEqual([
        'success',
        'inactive',
      ]);
    }
  });
});
