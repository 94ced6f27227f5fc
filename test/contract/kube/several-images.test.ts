import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { promoteInputs } from '../../../src/inputs/promote.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { podTemplateOf } from '../../../src/objects/pod-template.ts';
import { planPromotion } from '../../../src/plan/promote-plan.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { runPromotion } from '../../../src/stages/promote/run.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { ownNamespace } from '../../support/kube/cluster.ts';
import { realPorts, serve } from '../../support/kube/real.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';
import { push } from '../../support/unit/events.ts';
import { yamlOf } from '../../support/yaml.ts';
import { ImageRig } from '../images/rig.ts';

const test = await requirePlatform('several images of one release on the real cluster');

type Name = 'api' | 'web';
const NAMES: Name[] = ['api', 'web'];
const commit = (digit: number) => String(digit).repeat(40);

describe.skipIf(!test)('several images, on the real cluster', () => {
  const { cluster, namespaces } = kubeSuite(test);
  if (!test || !cluster) return;
  const rig = new ImageRig(test, 'releases');
  const repositories = { api: `${rig.repository}/api`, web: `${rig.repository}/web` };
  afterAll(() => rig.close());

  /** Builds and pushes the image of a commit; resolves to its reference by digest. */
  const image = (name: Name, digit: number, command = serve()) => {
    const tag = `${repositories[name]}:sha-${commit(digit).slice(0, 12)}`;
    const dockerfile = `FROM ${test.platform.baseImages.python}\nENV VERSION=${name}-${digit}\nCMD ${JSON.stringify(command)}\n`;
    rig.build(tag, rig.context({ Dockerfile: dockerfile }));
    rig.docker('push', '--quiet', tag);
    rig.pushed.add(repositories[name].slice(repositories[name].indexOf('/') + 1));
    const [inspected] = JSON.parse(rig.docker('image', 'inspect', tag));
    return (inspected.RepoDigests as string[]).find((one) => one.startsWith(repositories[name]));
  };
  const manifest = (name: Name): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `parking-${name}` },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name,
              image: `${repositories[name]}:main`,
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  });

  async function scene(deploy: Record<string, unknown>) {
    if (!test || !cluster) throw new Error('no platform');
    const staging = await ownNamespace(cluster, 'images');
    const production = await ownNamespace(cluster, 'images');
    namespaces.push(staging.remove, production.remove);
    const environments = {
      staging: { namespace: staging.name },
      production: { namespace: production.name, promoteFrom: 'staging' },
    };
    const images = Object.fromEntries(NAMES.map((name) => [name, { repository: repositories[name] }]));
    const config = parseConfig(yamlOf({ app: 'parking', images, deploy, environments }), 'slipway.yml');
    const context = (digit: number) => ({
      config,
      event: push({ sha: commit(digit) }),
      workingDirectory: rig.folder,
    });
    const ports = realPorts(test, cluster);
    const timeout = { INPUT_TIMEOUT: '300s' };
    return {
      update: (digit: number, env: Record<string, string> = {}) =>
        runRollingUpdate(planRollout(rollingUpdateInputs(new Inputs({ ...timeout, ...env })), context(digit)), ports),
      promote: (env: Record<string, string> = {}) =>
        runPromotion(planPromotion(promoteInputs(new Inputs({ ...timeout, ...env })), context(9)), {
          ...ports,
          source: cluster,
        }),
      images: (namespace: 'staging' | 'production') =>
        Promise.all(
          NAMES.map(async (name) => {
            const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: `parking-${name}` };
            const object = await cluster.get({ ...ref, namespace: environments[namespace].namespace });
            return object && podTemplateOf(object)?.spec.containers[0]?.image;
          }),
        ),
    };
  }

  it('CH-5: objects of a team with two images are rolled out, rolled back and promoted together', async () => {
    const folder = rig.context({
      'api.yaml': JSON.stringify(manifest('api')),
      'web.yaml': JSON.stringify(manifest('web')),
    });
    const { update, promote, images } = await scene({ manifests: folder });
    const first = [image('api', 1), image('web', 1)];
    const released = await update(1);
    expect(released).toMatchObject({ outcome: 'succeeded', outputs: { 'previous-image': '' } });
    expect(await images('staging')).toEqual(first);

    image('api', 2);
    await expect(update(2)).rejects.toThrow(`${repositories.web}:sha-222222222222 was not found in the registry`);
    image('web', 2, ['python3', '-c', 'import sys; sys.exit("no database")']);
    const broken = await update(2);
    expect(broken.outcome).toBe('rolled-back');
    expect(broken.error?.details.join('\n')).toContain('no database');
    expect(broken.outputs['previous-image']).toBe(`api=${first[0]}\nweb=${first[1]}`);
    expect(await images('staging')).toEqual(first);

    await expect(promote({ INPUT_IMAGE: `web=sha256:${'0'.repeat(64)}` })).rejects.toThrow(`staging runs ${first[1]}`);
    const promoted = await promote();
    expect(promoted).toMatchObject({
      outcome: 'succeeded',
      outputs: { reference: `api=${first[0]}\nweb=${first[1]}` },
    });
    expect(await images('production')).toEqual(first);

    const next = `api=${image('api', 3)}\nweb=${first[1]}`;
    const only = await update(3, { INPUT_IMAGE: next });
    expect(only).toMatchObject({ outcome: 'succeeded', outputs: { changed: 'true' } });
    expect((await images('staging')).join()).toBe(next.replace('api=', '').replace('\nweb=', ','));
  });

  it('each process and the migration run in their own image', async () => {
    const part = { port: 8080, health: '/', replicas: 1, drain: '1s', startup: '5m' };
    const processes = { api: { image: 'api', ...part }, web: { image: 'web', ...part, after: ['api'] } };
    const migrate = { image: 'web', command: 'test "$VERSION" = web-4' };
    const { update, images } = await scene({ migrate, processes });
    const wanted = [image('api', 4), image('web', 4)];
    const released = await update(4);
    expect(released.error).toBeUndefined();
    expect(released.outcome).toBe('succeeded');
    expect(await images('staging')).toEqual(wanted);
    expect((await update(4)).outcome).toBe('unchanged');
  });
});
