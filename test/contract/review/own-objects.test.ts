import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { chartOf, kustomizationOf, manifestsOf, type OwnApp } from '../../support/kube/own-app.ts';
import { requirePlatform } from '../../support/platform.ts';
import { REPOSITORY } from './images.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requirePlatform('review environments of a team’s own objects'))?.platform;
const REVIEW = 'host: "pr-{number}-$ID.localhost", database: { image: "$REGISTRY/library/postgres:15" }';
const FORMS = [
  {
    form: 'manifests',
    number: 1,
    make: manifestsOf,
    deploy: '{ manifests: k8s, migrate: python3 -m parking.migrate }',
    more: '',
  },
  {
    form: 'kustomize',
    number: 2,
    make: kustomizationOf,
    deploy: '{ kustomize: "k8s/overlays/{environment}", migrate: python3 -m parking.migrate }',
    more: '',
  },
  {
    form: 'helm',
    number: 3,
    make: chartOf,
    deploy: '{ helm: { chart: chart, release: shop } }',
    more: ', helm: { set: { url: "{url}", database.existingSecret: "{database-secret}" } }',
  },
] as const;
const EXTRA = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: extra }
data: { a: "1" }
`;

describe.skipIf(!platform)('a review environment of a team’s own objects', () => {
  let stage: ReviewStage;
  const folders: string[] = [];

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
  });
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  const app = (more: Partial<OwnApp> = {}): OwnApp => ({
    repository: `${platform?.registry}/${REPOSITORY}`,
    ingressClass: platform?.ingress.className ?? '',
    ...more,
  });
  const get = (kind: string, name: string, namespace: string, apiVersion = 'v1') =>
    stage.cluster.get({ apiVersion, kind, name, namespace });
  const templateOf = (object: KubeObject | undefined) => {
    const template = object && podTemplateOf(object);
    if (template === undefined) throw new Error('no pods');
    return template;
  };

  it.each(FORMS)(
    '$form: comes up, is redeployed, sleeps, wakes and goes',
    async ({ form, number, make, deploy, more }) => {
      if (!platform) return;
      const folder = make(app({ more: EXTRA }));
      folders.push(folder);
      const options = { folder, deploy, review: `{ ${REVIEW}, env: { STAGE: "pr-{number}" }${more} }` };
      const opened = stage.github.actor.openPullRequest({ title: form, branch: form });
      const first = await stage.run(opened, { ...options, image: await stage.image(`${number}-1`, number) });
      expect(first.error).toBeUndefined();
      const url = `http://pr-${number}-${stage.repositoryId}.localhost:${platform.ingress.port}`;
      expect(first.outputs).toMatchObject({ url, state: 'ready' });
      expect((await visit(`${url}/lots`)).status).toBe(200);
      const namespace = stage.namespace(number);
      const web = form === 'helm' ? 'shop-web' : 'web';
      const live = await get('Deployment', web, namespace, 'apps/v1');
      expect(templateOf(live).spec).toMatchObject({ automountServiceAccountToken: false });
      expect(JSON.stringify(templateOf(live).spec)).toContain(`pr-${number}`);
      expect(JSON.stringify(templateOf(live).spec)).not.toContain('staging.acme.dev');
      expect(await get('ConfigMap', 'extra', namespace)).toBeDefined();
      expect(live?.metadata.labels).toMatchObject({ 'slipway.dev/pull-request': String(number) });
      if (form === 'helm') {
        expect(templateOf(live).metadata?.annotations).toMatchObject({ upgrade: 'false' });
        expect((await get('ConfigMap', 'shop-seen', namespace))?.data).toEqual({ found: '0' });
      } else {
        expect((await get('ServiceAccount', 'web', namespace))?.automountServiceAccountToken).toBe(false);
        const cron = await get('CronJob', 'nightly', namespace, 'batch/v1');
        expect(cron?.spec).toMatchObject({ suspend: true });
        expect(await get('PodDisruptionBudget', 'web', namespace, 'policy/v1')).toBeUndefined();
      }
      await visit(`${url}/lots`, { name: 'Kept', address: 'Here' });
      const random = (await get('Secret', 'shop-random', namespace))?.data;

      make(app({ note: 'second' }), folder);
      if (form === 'manifests') await rm(`${folder}/k8s/more.yaml`);
      const pushed = stage.github.actor.synchronize(number);
      const second = await stage.run(pushed, { ...options, image: await stage.image(`${number}-2`, number) });
      expect(second.error).toBeUndefined();
      const changed = templateOf(await get('Deployment', web, namespace, 'apps/v1'));
      expect(changed.metadata?.annotations).toMatchObject(
        form === 'helm' ? { note: 'second', upgrade: 'true' } : { note: 'second' },
      );
      expect(await get('ConfigMap', 'extra', namespace)).toBeUndefined();
      expect((await get('Secret', 'shop-random', namespace))?.data).toEqual(random);
      expect(JSON.stringify((await visit(`${url}/lots`)).body)).toContain('Kept');

      for (const [operation, state] of [
        ['sleep', 'asleep'],
        ['wake', 'ready'],
        ['restart', 'ready'],
      ] as const) {
        const event = stage.github.actor.synchronize(number);
        const done = await stage.run(event, { operation });
        expect(done.error).toBeUndefined();
        expect(done.outputs).toMatchObject({ state });
      }
      expect(JSON.stringify((await visit(`${url}/lots`)).body)).toContain('Kept');

      const closed = stage.github.actor.closePullRequest(number);
      const down = await stage.run(closed, {});
      expect(down.error).toBeUndefined();
      expect(await stage.leftovers(number)).toEqual([]);
    },
  );
});
