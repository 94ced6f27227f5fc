import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('the life of a review environment'))?.platform;
const SEED = "INSERT INTO lots (name, address, cents_per_hour) VALUES ('Harbour', '1 Quay Street', 250);";

describe.skipIf(!platform)('the life of a review environment', () => {
  let stage: ReviewStage;
  let base: string;
  /** Password and volume of the first deploy. */
  let first: unknown;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    base = `http://pr-1-${stage.repositoryId}.localhost:${platform.ingress.port}`;
  });
  afterAll(async () => {
    expect(await stage.close()).toEqual([]);
  });

  const ask = async (path: string, body?: object) => (await visit(`${base}${path}`, body)).body;
  const lots = async () => {
    const answer = (await ask('/lots')) as { lots: { name: string }[] };
    return answer.lots.map(({ name }) => name).sort();
  };
  const comments = () => stage.github.actor.comments(1).map(({ body }) => body);
  const state = () => stage.github.actor.deployments('review/pr-1').map(({ statuses }) => statuses.at(-1)?.state);
  const kept = async () => {
    const namespace = stage.namespace(1);
    const secret = await stage.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'database', namespace });
    const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data-database-0', namespace };
    const claim = await stage.cluster.get(ref);
    return [secret?.data, secret?.metadata.uid, claim?.metadata.uid];
  };

  it('opened: it answers, with a migrated and seeded database, and the pull request says so', async () => {
    const event = stage.github.actor.openPullRequest({ title: 'Bookings can be moved', branch: 'move' });
    const result = await stage.run(event, { image: await stage.image('1', 1), seed: SEED });
    expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({ url: base, state: 'ready', namespace: stage.namespace(1) });
    expect(result.steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['database', 'migrate', 'seed', 'url']),
    );
    expect(await lots()).toEqual(['Harbour']);
    expect(comments()).toEqual([expect.stringContaining('PostgreSQL 15, new, seeded from db/seed.sql')]);
    expect(state()).toEqual(['success']);
    expect(stage.github.actor.deployments('review/pr-1')[0]?.statuses.at(-1)?.environmentUrl).toBe(base);
    first = await kept();
  });

  it('R11, R12: over 3 redeploys a row written by a reviewer stays, and the password still works', async () => {
    await ask('/lots', { name: 'Written by a reviewer', address: 'Here' });
    for (const version of ['2', '3', '4']) {
      const event = stage.github.actor.synchronize(1);
      const result = await stage.run(event, { image: await stage.image(version, 1), seed: `${SEED} -- ${version}` });
      expect(result.error).toBeUndefined();
      expect(await lots()).toEqual(['Harbour', 'Written by a reviewer']);
      expect(await kept()).toEqual(first);
    }
    expect(await ask('/lots', { name: 'After', address: 'Here' })).toMatchObject({ name: 'After' });
    expect(comments()).toEqual([expect.stringContaining('PostgreSQL 15, with the data of before')]);
    expect(comments()[0]).toContain('db/seed.sql has changed since this database was seeded');
    expect(state()).toEqual(['inactive', 'inactive', 'inactive', 'success']);
  });

  it('R4: a run of an older commit leaves everything to the newer one', async () => {
    const older = stage.github.actor.synchronize(1);
    stage.github.actor.synchronize(1);
    const before = stage.github.actor.requests().length;
    await expect(stage.run(older, { image: await stage.image('4', 1) })).rejects.toThrow(/leaving the environment to/);
    const methods = stage.github.actor
      .requests()
      .slice(before)
      .map(({ method }) => method);
    expect(methods).toEqual(['GET']);
  });

  it('R7: code of a fork uses no credential', async () => {
    const fork = { id: 77, owner: 'mallory' };
    const event = stage.github.actor.openPullRequest({ title: 'free lunch', branch: 'lunch', fork });
    const before = stage.github.actor.requests().length;
    const connect = () => Promise.reject(new Error('the cluster must not be asked'));
    await expect(stage.run(event, { ports: { connect } })).rejects.toThrow(/comes from a fork/);
    expect(stage.github.actor.requests()).toHaveLength(before);
  });

  it('R13: the password is in nothing that was told', async () => {
    const [data] = (await kept()) as [Record<string, string>];
    const password = Buffer.from(data.POSTGRES_PASSWORD ?? '', 'base64').toString();
    expect(password).toHaveLength(48);
    const told = [...comments(), ...stage.lines, JSON.stringify(stage.github.actor.deployments())].join('\n');
    const forms = [
      password,
      data.POSTGRES_PASSWORD ?? '',
      Buffer.from(password).toString('hex'),
      data.DATABASE_URL ?? '',
    ];
    for (const form of forms) expect(told).not.toContain(form);
  });

  it('closed: nothing of ours is left in the cluster or in Docker, and the comment says so', async () => {
    expect(await stage.images.local()).not.toEqual([]);
    const result = await stage.run(stage.github.actor.closePullRequest(1));
    expect(result.outcome).toBe('succeeded');
    expect(result.outputs).toMatchObject({ state: 'removed', url: '' });
    expect(await stage.leftovers(1)).toEqual([]);
    expect(await stage.images.local()).toEqual([]);
    expect(comments()).toEqual([expect.stringContaining('Closed.')]);
    expect(state()).toEqual(['inactive', 'inactive', 'inactive', 'inactive']);
  });

  it('closed again: there was nothing', async () => {
    const result = await stage.run(stage.github.actor.closePullRequest(1));
    expect(result.outcome).toBe('unchanged');
    expect(comments()).toEqual([expect.stringContaining('Closed.')]);
  });
});
