import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNOTATIONS } from '../../../src/objects/names.ts';
import { OFFER_MS } from '../../../src/plan/review/environment/queue.ts';
import { takeLease } from '../../../src/stages/lease/take-lease.ts';
import { annotate } from '../../../src/stages/review/environment/annotate.ts';
import { leaseClaimOf } from '../../../src/stages/review/environment/environment-lease.ts';
import type { ReviewPorts } from '../../../src/stages/review/ports.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage, SERVE } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('commands in comments'))?.platform;
const BARE = {
  deploy: `{ command: "echo the word is $WORD; ${SERVE}", drain: 1s, env: { WORD: swordfish } }`,
  review: '{ host: "pr-{number}-$ID.localhost" }',
};

describe.skipIf(!platform).concurrent('commands in comments', () => {
  let stage: ReviewStage;
  let image: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
    stage.github.actor.permit('maintainer', 'write');
    stage.github.actor.permit('triager', 'read');
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const open = (title: string, fork?: { id: number; owner: string }) => {
    const event = stage.github.actor.openPullRequest({
      title,
      branch: title.replaceAll(' ', '-'),
      ...(fork ? { fork } : {}),
    });
    const number = stage.github.actor.pullRequests().length;
    const url = `http://pr-${number}-${stage.repositoryId}.localhost:${platform?.ingress.port}/`;
    return { event, number, url, namespace: stage.namespace(number) };
  };
  const ours = (number: number) => stage.github.actor.comments(number).filter(({ author }) => author.type === 'Bot');
  const body = (number: number) => ours(number)[0]?.body ?? '';
  const reactions = (number: number) => {
    const last = stage.github.actor
      .comments(number)
      .filter(({ author }) => author.type === 'User')
      .at(-1);
    return stage.github.actor.reactions(last?.id ?? 0);
  };
  const deployment = (number: number) =>
    stage.github.actor.deployments(`review/pr-${number}`).at(-1)?.statuses.at(-1)?.state;
  const pods = (namespace: string) => stage.cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
  const annotations = async (name: string) =>
    (await stage.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name }))?.metadata.annotations ?? {};
  /** A command that must not come as far as the cluster. */
  const UNREACHED: Partial<ReviewPorts> = { connect: () => Promise.reject(new Error('the cluster must not be asked')) };

  it('sleep, wake, a push while it sleeps: nothing runs, and then it does again, without a conflict', async ({
    expect,
  }) => {
    const { event, number, url, namespace } = open('sleeps');
    expect((await stage.run(event, { image, ...BARE })).error).toBeUndefined();
    expect((await stage.command(number, '/review sleep')).outcome).toBe('succeeded');
    expect(reactions(number)).toEqual(['eyes', 'rocket']);
    await expect.poll(() => pods(namespace), { timeout: 120_000 }).toEqual([]);
    expect(body(number)).toContain('Asleep');
    expect(deployment(number)).toBe('inactive');
    expect((await stage.command(number, '/review wake')).error).toBeUndefined();
    expect((await visit(url)).status).toBe(200);
    expect(body(number)).toContain('Open it:');
    expect(deployment(number)).toBe('success');
    await stage.command(number, '/review sleep');
    await stage.command(number, '/review restart');
    expect(body(number)).toContain('it is asleep: `/review wake` starts it');
    const pushed = await stage.run(stage.github.actor.synchronize(number), { image, ...BARE });
    expect(pushed.error).toBeUndefined();
    expect((await visit(url)).status).toBe(200);
    expect(await annotations(namespace)).not.toHaveProperty('slipway.dev/asleep');
    expect(ours(number)).toHaveLength(1);
  });

  it('restart, extend, logs, down: each in the one comment', async ({ expect, onTestFinished }) => {
    const { event, number, namespace } = open('commanded');
    await stage.run(event, { image, ...BARE });
    const [before] = await pods(namespace);
    expect((await stage.command(number, '/review restart')).error).toBeUndefined();
    const uids = async () => (await pods(namespace)).map(({ metadata }) => metadata.uid);
    await expect.poll(uids, { timeout: 120_000 }).not.toContain(before?.metadata.uid);
    expect(await uids()).toHaveLength(1);
    const expires = Date.parse((await annotations(namespace))['slipway.dev/expires-at'] ?? '');
    await stage.command(number, '/review extend 3d');
    const until = (await annotations(namespace))['slipway.dev/extended-until'] ?? '';
    expect(Date.parse(until) - expires).toBe(3 * 86_400_000);
    expect(body(number)).toContain(`it stays until ${until.slice(0, 10)}`);
    // What starts and stops pods waits for a run that is at work.
    const { lease } = await takeLease(
      leaseClaimOf({ app: 'parking', namespace, run: 'https://github.test/acme/runs/4' }),
      { ...stage.ports(), cluster: stage.cluster },
    );
    onTestFinished(() => lease.release());
    const again = stage.command(number, '/review restart');
    const waits = `run 4 (https://github.test/acme/runs/4) holds ${namespace}/parking: waiting`;
    await expect.poll(() => stage.lines.join('\n'), { timeout: 120_000 }).toContain(waits);
    const [running] = await uids();
    await stage.command(number, '/review logs');
    expect(await uids()).toEqual([running]);
    await lease.release();
    expect((await again).error).toBeUndefined();
    await expect.poll(uids, { timeout: 120_000 }).not.toContain(running);
    await stage.command(number, '/review logs');
    expect(body(number)).toContain('the word is swordfish');
    await stage.command(number, '/review down');
    expect(await stage.leftovers(number)).toEqual([]);
    expect(body(number)).toContain('`/review down` (maintainer)');
    await stage.command(number, '/review restart');
    expect(body(number)).toContain('there is no environment');
    expect(ours(number)).toHaveLength(1);
  });

  it('restart where a deploy has failed: what does not run is not said to be ready, and the diagnosis stays', async ({
    expect,
  }) => {
    const { event, number } = open('fails');
    const failing = { ...BARE, deploy: BARE.deploy.replace('drain:', 'migrate: "echo no such table; exit 3", drain:') };
    const told = () => [body(number).includes('no such table'), deployment(number)];
    expect((await stage.run(event, { image, ...failing })).error?.message).toContain('exit code 3');
    for (const command of ['/review restart', '/review logs']) {
      expect((await stage.command(number, command)).error).toBeUndefined();
      expect(told()).toEqual([true, 'failure']);
    }
    await stage.command(number, '/review restart');
    expect(body(number)).toContain('nothing of it runs yet: no deploy has got that far.');
    expect((await stage.run(stage.github.actor.synchronize(number), { image, ...BARE })).error).toBeUndefined();
    const next = { image: await stage.image('2', 1), ...failing };
    expect((await stage.run(stage.github.actor.synchronize(number), next)).error).toBeDefined();
    expect((await stage.command(number, '/review restart')).error).toBeUndefined();
    expect(body(number)).toContain('its pods are new, and ready. What runs is of the version before');
    expect(told()).toEqual([true, 'failure']);
    await stage.command(number, '/review sleep');
    expect((await stage.command(number, '/review wake')).error).toBeUndefined();
    expect(body(number)).toContain('it is awake, with its data. What runs is of the version before');
    expect([body(number).includes('The earlier version still answers at'), deployment(number)]).toEqual([
      true,
      'failure',
    ]);
  });

  it('who has no write access, a robot, and who does not write a command: nothing is done', async ({ expect }) => {
    const { number } = open('of others');
    const before = stage.github.actor.comments(number).length;
    for (const author of ['triager', 'stranger']) {
      const result = await stage.command(number, '/review up', author, { ports: UNREACHED });
      expect(result).toMatchObject({
        outcome: 'unchanged',
        headline: `${author} has no write access to the repository: nothing was done`,
      });
      expect(reactions(number)).toEqual(['confused']);
    }
    expect((await stage.command(number, 'nice /review up', 'maintainer', { ports: UNREACHED })).outcome).toBe(
      'unchanged',
    );
    expect(reactions(number)).toEqual([]);
    await stage.command(number, '/review explode', 'maintainer', { ports: UNREACHED });
    expect(reactions(number)).toEqual(['confused']);
    expect(body(number)).toContain('there is no command "explode"');
    expect(stage.github.actor.comments(number)).toHaveLength(before + 5);
  });

  it('up of a commit that was never built names what builds it', async ({ expect }) => {
    const { number } = open('never built');
    const result = await stage.command(number, '/review up', 'maintainer', BARE);
    expect(result.outcome).toBe('failed');
    expect(reactions(number)).toEqual(['eyes', '-1']);
    expect(body(number)).toContain('was not found in the registry');
  });

  it('R8: the approval of a fork holds for one commit: a push after it voids it', async ({ expect }) => {
    const { number, namespace, url } = open('of a fork', { id: 77, owner: 'mallory' });
    const head = () => stage.github.actor.pullRequests().find((pull) => pull.number === number)?.head.sha ?? '';
    const refused = stage.command(number, '/review up', 'maintainer', { image, ...BARE, ports: UNREACHED });
    await expect(refused).rejects.toThrow(/comes from a fork/);
    const approved = head();
    stage.github.actor.synchronize(number);
    const late = stage.command(number, `/review up ${approved}`, 'maintainer', { image, ...BARE, ports: UNREACHED });
    await expect(late).rejects.toThrow(/the approval was for .* alone/);
    expect(await stage.leftovers(number)).toEqual([]);
    const result = await stage.command(number, `/review up ${head()}`, 'maintainer', { image, ...BARE });
    expect(result.error).toBeUndefined();
    expect((await visit(url)).status).toBe(200);
    expect(namespace).toBeTruthy();
  });

  it('R8, R4: what is pushed while a run waits is not deployed by it', async ({ expect }) => {
    const { event, number, namespace } = open('pushed while waiting');
    const { cluster } = stage;
    const connect = async () => {
      stage.github.actor.synchronize(number);
      return cluster;
    };
    await expect(stage.run(event, { image, ...BARE, ports: { connect } })).rejects.toThrow(
      /leaving the environment to/,
    );
    expect(await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace })).toEqual([]);
    expect(deployment(number)).toBe('inactive');
  });

  it('R15: a cap: who comes late waits, is told who is before it, and is called when a place is free', async ({
    expect,
  }) => {
    if (!platform) return;
    // A repository of its own: the others here would take its places.
    const other = await ReviewStage.open(platform);
    const review = '{ host: "pr-{number}-$ID.localhost", max: 1 }';
    const up = (title: string) => {
      const event = other.github.actor.openPullRequest({ title, branch: title });
      return other.run(event, { image, deploy: BARE.deploy, review });
    };
    const text = (number: number) => other.github.actor.comments(number)[0]?.body ?? '';
    try {
      expect((await up('first')).outputs.state).toBe('ready');
      const second = await up('second');
      expect(second).toMatchObject({ outcome: 'unchanged', outputs: { state: 'queued', url: '' } });
      expect(text(2)).toContain('1 of 1 environments are in use (#1); you are 1st in the queue');
      expect((await up('third')).annotations[0]?.message).toContain('you are 2nd in the queue');
      expect(
        await other.cluster.list({ apiVersion: 'v1', kind: 'ResourceQuota' }, { namespace: other.namespace(2) }),
      ).toEqual([]);
      // The job's token may not start runs again: the comment says whose turn it is.
      await other.run(other.github.actor.closePullRequest(1));
      expect(text(2)).toContain('A place is free');
      expect(text(3)).not.toContain('A place is free');
      const again = (number: number) =>
        other.run(other.github.actor.synchronize(number), { image, deploy: BARE.deploy, review });
      // The place is kept for the one that was called, but not for ever: it does not come, and the next one has it.
      expect((await again(3)).annotations[0]?.message).toContain('you are 2nd in the queue');
      const late = { [ANNOTATIONS.called]: new Date(Date.now() - OFFER_MS).toISOString() };
      const { metadata } =
        (await other.cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: other.namespace(2) })) ?? {};
      await annotate(other.namespace(2), metadata?.uid, () => late, other.cluster);
      expect((await again(3)).outputs.state).toBe('ready');
      expect((await again(2)).annotations[0]?.message).toContain('you are 1st in the queue');
      const token = other.github.actor.addToken({ ...FULL, actions: 'write' });
      await other.run(other.github.actor.closePullRequest(3), { token });
      expect(other.github.actor.runsAgain()).toEqual([5]);
    } finally {
      expect(await other.close()).toEqual([]);
    }
  });
});
