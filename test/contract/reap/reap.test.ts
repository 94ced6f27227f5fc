import { beforeAll, describe, it } from 'vitest';
import { ANNOTATIONS } from '../../../src/objects/names.ts';
import { blockedBy } from '../../../src/plan/review/environment/terminating.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { requirePlatform } from '../../support/platform.ts';
import type { ReapStage } from './stage.ts';
import { clockAfter, stagesOfSuite } from './stages.ts';

const platform = (await requirePlatform('the reaper'))?.platform;
const HOUR = 60 * 60_000;

/** A Deployment of two pods, of which none has to run. */
function pause(namespace: string): KubeObject {
  const labels = { app: 'parking' };
  const containers = [{ name: 'web', image: 'localhost:1/none' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'parking', namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}
describe.skipIf(!platform).concurrent('the reaper', () => {
  const newStage = stagesOfSuite(platform);
  let foreign: ReapStage;

  beforeAll(async () => {
    foreign = await newStage();
    await foreign.opened('of another repository');
    foreign.github.actor.closePullRequest(1);
  });

  it('R2: a close event that never came: the environment is gone after one run, and the pull request knows', async ({
    expect,
  }) => {
    const stage = await newStage();
    const stays = await stage.opened('stays');
    const goes = await stage.opened('goes');
    const merged = await stage.opened('merged');
    stage.github.actor.closePullRequest(goes);
    stage.github.actor.mergePullRequest(merged);
    const result = await stage.reap();
    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { removed: '2', kept: '1', slept: '0', failed: '0' },
    });
    expect(await Promise.all([stays, goes, merged].map((number) => stage.exists(stage.name(number))))).toEqual([
      true,
      false,
      false,
    ]);
    expect(stage.comment(goes)).toContain('Closed.');
    expect(stage.deploymentState(goes)).toBe('inactive');
    expect(stage.comment(stays)).toContain('Open it:');
    expect(stage.deploymentState(stays)).toBe('success');
    // Again: nothing to do, and nobody hears of it.
    const writes = () => stage.github.actor.writes().length;
    const before = writes();
    expect(await stage.reap()).toMatchObject({ outcome: 'unchanged', outputs: { removed: '0', kept: '1' } });
    expect(writes()).toBe(before);
  });

  it('R15: an environment whose ttl is over goes, and the comment says what brings it back; one of no pull request goes', async ({
    expect,
  }) => {
    const stage = await newStage();
    const expired = await stage.opened('expired', { expiresInMs: -1_000 });
    const orphan = await stage.environment(77);
    const result = await stage.reap();
    expect(result.outputs).toMatchObject({ removed: '2', kept: '0' });
    expect(stage.comment(expired)).toContain('The next push brings a new one');
    expect(await stage.exists(orphan)).toBe(false);
    expect(JSON.stringify(result.blocks)).toContain('there is no pull request #77');
  });

  it('R15: an environment that refuses is told, and keeps no other from going', async ({ expect }) => {
    const stage = await newStage();
    const refuses = await stage.opened('refuses', { expiresInMs: -1_000 });
    const others = await Promise.all(['a', 'b', 'c'].map((title) => stage.opened(title, { expiresInMs: -1_000 })));
    const namespace = stage.name(refuses);
    // A Lease of this name that is somebody else's is not taken over.
    const foreign = { name: 'slipway-parking.review', namespace };
    await stage.cluster.create(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: foreign, spec: { holderIdentity: 'somebody' } },
      { fieldManager: 'test' },
    );
    const result = await stage.reap();
    expect(result).toMatchObject({ outcome: 'failed', outputs: { removed: '3', failed: '1' } });
    expect(result.error?.message).toContain(namespace);
    expect(await stage.exists(namespace)).toBe(true);
    for (const number of others) expect(await stage.exists(stage.name(number))).toBe(false);
  });

  it('R2: a database that has lost its environment goes where its own pull request is closed, and tells it', async ({
    expect,
  }) => {
    const stage = await newStage();
    // As a reaper leaves it that was killed after it had deleted the namespace: nobody was told.
    const killed = await stage.opened('killed', { namespace: false });
    const slips = await stage.opened('slips', { namespace: false });
    const coming = await stage.opened('coming', { namespace: false });
    const back = await stage.opened('back', { namespace: false });
    await stage.databases(killed, slips, coming, back, 99);
    for (const number of [killed, slips, back]) stage.github.actor.closePullRequest(number);
    const github = stage.port();
    const openPullRequests = async () => {
      const listed = await github.openPullRequests();
      stage.github.actor.reopenPullRequest(slips);
      return listed;
    };
    const findPullRequest = async (number: number) => {
      const found = await github.findPullRequest(number);
      // Reopened and deployed to, after it was asked.
      if (number === 99) await stage.environment(back);
      return found;
    };
    const result = await stage.reap({ github: { ...github, openPullRequests, findPullRequest } });
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { removed: '0' } });
    expect(await stage.databasesLeft()).toEqual([slips, coming, back].map((number) => `pr-${number}`));
    expect(stage.comment(killed)).toContain('Closed.');
    expect(stage.deploymentState(killed)).toBe('inactive');
    for (const number of [slips, coming, back]) expect(stage.comment(number)).toContain('Open it:');
  });

  it('R15: an environment that nobody uses is put to sleep, keeps its data, and sleeps once', async ({ expect }) => {
    const stage = await newStage();
    const used = (hours: number) => ({
      [ANNOTATIONS.usedAt]: new Date(Date.now() - hours * HOUR).toISOString(),
      [ANNOTATIONS.sleepAfter]: '8h',
    });
    const idle = await stage.opened('idle', { annotations: used(9) });
    const busy = await stage.opened('busy', { annotations: used(7) });
    for (const number of [idle, busy])
      await stage.cluster.apply(pause(stage.name(number)), { fieldManager: 'slipway' });
    const replicas = async (number: number) => {
      const live = await stage.cluster.get({ ...pause(''), name: 'parking', namespace: stage.name(number) });
      return (live?.spec as { replicas?: number } | undefined)?.replicas;
    };
    expect((await stage.reap()).outputs).toMatchObject({ slept: '1', kept: '1', removed: '0' });
    expect([await replicas(idle), await replicas(busy)]).toEqual([0, 2]);
    expect(stage.comment(idle)).toContain('Asleep: nothing runs, and the data is kept.');
    expect(stage.comment(busy)).toContain('Open it:');
    const namespace = await stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: stage.name(idle) });
    // What a wake goes by.
    expect(namespace?.metadata.annotations?.[ANNOTATIONS.asleep]).toContain('{"Deployment/parking":2}');
    expect(await stage.reap()).toMatchObject({ outcome: 'unchanged', outputs: { slept: '0', kept: '2' } });
    // The next deploy applies its own number without a conflict.
    await stage.cluster.apply(pause(stage.name(idle)), { fieldManager: 'slipway' });
    expect(await replicas(idle)).toBe(2);
  });

  it('R10: what is not provably ours stays: other labels, another repository, a name like ours', async ({ expect }) => {
    const stage = await newStage();
    const handmade = await stage.environment(81, { labels: { 'app.kubernetes.io/managed-by': 'Helm' } });
    const shared = await stage.environment(82, { labels: { 'slipway.dev/environment': 'review-template' } });
    const strange = await stage.environment(83, { labels: { 'slipway.dev/pull-request': '0083' } });
    const result = await stage.reap();
    expect(result.outcome).toBe('unchanged');
    for (const name of [handmade, shared, strange, foreign.name(1)]) expect(await stage.exists(name)).toBe(true);
  });

  it('R5, R6: a namespace that stays Terminating is named with what keeps it, and told; the others go', async ({
    expect,
    onTestFinished,
  }) => {
    const stage = await newStage();
    const held = await stage.opened('held');
    const free = await stage.opened('free');
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: stage.name(held), finalizers: ['example.dev/hold'] },
    };
    await stage.cluster.apply(object, { fieldManager: 'somebody' });
    const release = () =>
      stage.cluster.apply(
        { ...object, metadata: { ...object.metadata, finalizers: [] } },
        { fieldManager: 'somebody' },
      );
    onTestFinished(() => release().then(undefined, () => undefined));
    for (const number of [held, free]) stage.github.actor.closePullRequest(number);
    const namespace = (number: number) =>
      stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: stage.name(number) });
    const clock = clockAfter(async () => {
      const [other, live] = [await namespace(free), await namespace(held)];
      return other === undefined && live !== undefined && blockedBy(live).length > 0;
    });
    const result = await stage.reap({ clock });
    expect(result).toMatchObject({ outcome: 'failed', outputs: { removed: '1', failed: '1' } });
    expect(result.error?.details.join('\n')).toContain('example.dev/hold');
    expect(stage.comment(held)).toContain('example.dev/hold');
    const live = await stage.cluster.get({ ...object, name: 'held', namespace: stage.name(held) });
    expect(live?.metadata.finalizers).toEqual(['example.dev/hold']);
  });
});
