import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('objects of a team’s own');

/** The example's three ways to keep one's own objects, each rolled out by the action from a file next to slipway.yml. */
describe.skipIf(!platform)('objects of a team’s own', () => {
  let scene: Scene;
  let job: Job;
  /** The one image of all three. */
  let image: string;
  const namespaceOf = (kind: string) => `${scene.app}-${kind}`;

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'own');
    const { repository } = scene;
    const ours = (text: string) => text.replaceAll('localhost:5000/apps/parking', scene.imageRepository);
    for (const kind of ['manifests', 'kustomize', 'helm']) {
      await repository.edit(`deploy/slipway-${kind}.yml`, (text) =>
        ours(text)
          .replace('app: parking', `app: ${scene.app}`)
          .replace('namespace: parking-staging', `namespace: ${namespaceOf(kind)}`),
      );
    }
    for (const file of ['deploy/manifests/web.yml', 'deploy/kustomize/base/web.yml', 'deploy/chart/values.yaml'])
      await repository.edit(file, ours);
    await repository.edit('deploy/kustomize/overlays/staging/kustomization.yaml', (text) =>
      text.replace('namespace: parking-staging', `namespace: ${namespaceOf('kustomize')}`),
    );
    await scene.prepare(...['manifests', 'kustomize', 'helm'].map(namespaceOf));
    job = new Job(scene, await scene.push('Our own objects'));
    for (const action of ['build-image', 'push-to-registry']) {
      const { exitCode, output, outputs } = await job.step(action);
      expect(exitCode, output).toBe(0);
      image = outputs.reference ?? '';
    }
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(() => scene?.close());

  it.each([
    ['manifests', 2],
    ['kustomize', 1],
    ['helm', 1],
  ])('%s: rolled out by digest, after the migration, and a second time nothing is changed', async (kind, replicas) => {
    const inputs = { config: `deploy/slipway-${kind}.yml`, environment: 'staging', image };
    const first = await job.step('rolling-update', { inputs });
    expect(first.exitCode, first.output).toBe(0);
    expect(first.outputs).toMatchObject({ outcome: 'succeeded', changed: 'true', revision: '1' });
    expect(first.output).toContain('migrat');
    const deployments = await scene.cluster.list(`/apis/apps/v1/namespaces/${namespaceOf(kind)}/deployments`);
    expect(deployments).toHaveLength(1);
    const [live] = deployments;
    expect(await scene.cluster.imageOf(namespaceOf(kind), live?.metadata.name ?? '')).toBe(image);
    expect(live?.status).toMatchObject({ availableReplicas: replicas });
    const second = await job.step('rolling-update', { inputs });
    expect(second.exitCode, second.output).toBe(0);
    expect(second.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' });
  });
});
