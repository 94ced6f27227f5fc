import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartOf } from '../../support/kube/own-app.ts';
import { requirePlatform } from '../../support/platform.ts';
import { REPOSITORY } from './images.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('pull requests that change who writes their objects'))?.platform;
const REVIEW = 'host: "pr-{number}-$ID.localhost", database: { image: "$REGISTRY/library/postgres:15" }';
const HELM = {
  deploy: '{ helm: { chart: chart, release: shop } }',
  review: `{ ${REVIEW}, helm: { set: { url: "{url}", database.existingSecret: "{database-secret}" } } }`,
};

describe.skipIf(!platform)('a pull request that changes who writes its objects', () => {
  let stage: ReviewStage;
  let folder: string;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    folder = chartOf({ repository: `${platform.registry}/${REPOSITORY}`, ingressClass: platform.ingress.className });
  });
  afterAll(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  it('keeps its database, and nothing of the other form', async () => {
    const image = await stage.image('1', 1);
    const event = stage.github.actor.openPullRequest({ title: 'switch', branch: 'switch' });
    const namespace = stage.namespace(1);
    const names = async (apiVersion: string, kind: string) =>
      (await stage.cluster.list({ apiVersion, kind }, { namespace })).map(({ metadata }) => metadata.name).sort();
    const url = `http://pr-1-${stage.repositoryId}.localhost:${platform?.ingress.port}`;
    const lots = async () => JSON.stringify((await visit(`${url}/lots`)).body);
    const opened = await stage.run(event, { ...HELM, folder, image });
    expect(opened.error).toBeUndefined();
    expect((await visit(`${url}/lots`, { name: 'Kept', address: 'Here' })).status).toBe(201);
    expect(await names('apps/v1', 'Deployment')).toEqual(['shop-web']);

    const written = await stage.run(stage.github.actor.synchronize(1), { folder, image });
    expect(written.error).toBeUndefined();
    expect(await lots()).toContain('Kept');
    expect(await names('apps/v1', 'Deployment')).toEqual(['parking']);
    expect(await names('networking.k8s.io/v1', 'Ingress')).toEqual(['parking']);
    expect(await names('v1', 'Secret')).not.toContain('shop-random');

    const back = await stage.run(stage.github.actor.synchronize(1), { ...HELM, folder, image });
    expect(back.error).toBeUndefined();
    expect(await lots()).toContain('Kept');
    expect(await names('apps/v1', 'Deployment')).toEqual(['shop-web']);
    expect(await names('networking.k8s.io/v1', 'Ingress')).toEqual(['shop-front']);
    expect((await stage.run(stage.github.actor.closePullRequest(1), {})).error).toBeUndefined();
    expect(await stage.leftovers(1)).toEqual([]);
  });
});
