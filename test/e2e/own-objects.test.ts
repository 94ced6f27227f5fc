import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('objects of a team’s own');

/** The example's three ways to keep one's own objects, each rolled out by the action from a file next to slipway.yml. */
describe.skipIf(!platform)('objects of a team’s own', () => {
  let scene: Scene;
  let job: Job;
  /** The one image of all three. */
  let image: string;
  /** The commit with the objects. */
  let sha: string;
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
          .replace('namespace: parking-staging', `namespace: ${namespaceOf(kind)}`)
          .replace('.parking.localhost', `.${scene.app}.localhost`)
          .replace(
            '{ port: 8080 }',
            `{ port: ${scene.platform.ingress.port}, class: ${scene.platform.ingress.className} }`,
          ),
      );
    }
    for (const file of ['deploy/manifests/web.yml', 'deploy/kustomize/base/web.yml', 'deploy/chart/values.yaml'])
      await repository.edit(file, ours);
    await repository.edit('deploy/kustomize/overlays/staging/kustomization.yaml', (text) =>
      text.replace('namespace: parking-staging', `namespace: ${namespaceOf('kustomize')}`),
    );
    await scene.prepare(...['manifests', 'kustomize', 'helm'].map(namespaceOf));
    const pushed = await scene.push('Our own objects');
    sha = pushed.sha;
    job = new Job(scene, pushed);
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

  it('helm: the same chart is the review environment of a pull request, with its own database, and gone with it', async () => {
    const config = 'deploy/slipway-helm.yml';
    scene.github.actor.putFile(config, await readFile(join(scene.repository.folder, config), 'utf8'));
    const event = scene.github.actor.openPullRequest({ title: 'Chart', branch: 'chart', sha });
    const number = Number(event.payload.number);
    const selector = `slipway.dev/repository-id=${scene.repositoryId},slipway.dev/pull-request=${number}`;
    const up = await new Job(scene, event).step('review-environment', { inputs: { config, image } });
    expect(up.exitCode, up.output).toBe(0);
    const url = scene.url(`pr-${number}.${scene.app}.localhost`);
    expect(up.outputs).toMatchObject({ state: 'ready', url });
    expect(up.output).toContain(`Slipway adds one for Service ${scene.app}`);
    const { lots } = (await open(`${url}/lots`)).json<{ lots: unknown[] }>();
    expect(lots).toHaveLength(3);
    const closed = scene.github.actor.closePullRequest(number);
    const down = await new Job(scene, closed).step('review-environment', { inputs: { config } });
    expect(down.exitCode, down.output).toBe(0);
    expect(await scene.cluster.everything(selector)).toEqual([]);
  });
});
