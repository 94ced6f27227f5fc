import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/errors.ts';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { changed } from '../../../support/kube/spec.ts';
import { planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const database = (url: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'parking-database', namespace: 'parking-staging' },
  data: { DATABASE_URL: Buffer.from(url).toString('base64') },
});
const run = (digit = 1) => {
  const plan = planOf(digit);
  return runRollingUpdate({ ...plan, spec: changed(plan.spec, { secrets: ['parking-database'] }) }, world.ports());
};
const told = () => world.log.lines.join('\n');

describe('a Secret that belongs to the team', () => {
  it('and has changed rolls the pods that use it; the same again is unchanged', async () => {
    world.cluster.patch(database('postgres://one'));
    expect((await run()).outcome).toBe('succeeded');
    expect((await run()).outcome).toBe('unchanged');
    world.cluster.patch(database('postgres://two'));
    const next = await run();
    expect(next).toMatchObject({ outcome: 'succeeded', outputs: { revision: '2', changed: 'true' } });
    expect(told()).toContain('Secret parking-database has changed since parking-1: the pods that use it are replaced');
    expect(told()).not.toContain('postgres://');
    expect((await run()).outcome).toBe('unchanged');
  });

  it('is masked, before anything of the pods that read it can be told', async () => {
    const url = 'postgres://parking:swordfish-42@sql/parking';
    world.cluster.patch(database(url));
    const masked: string[] = [];
    const log = { ...world.log, mask: (value: string) => void masked.push(value) };
    const plan = planOf(1);
    const spec = changed(plan.spec, { secrets: ['parking-database'] });
    await runRollingUpdate({ ...plan, spec }, { ...world.ports(), log });
    expect(masked).toEqual(expect.arrayContaining([url, 'swordfish-42']));
  });

  it('and is not there yet keeps nothing from being written', async () => {
    expect((await run()).outcome).toBe('succeeded');
    world.cluster.patch(database('postgres://one'));
    expect((await run()).outputs).toMatchObject({ revision: '2' });
  });

  it('and may not be read is a warning', async () => {
    const get = world.cluster.get.bind(world.cluster);
    world.cluster.get = async (ref) => {
      if (ref.name === 'parking-database') throw new EnvironmentError('not allowed');
      return get(ref);
    };
    expect((await run()).outcome).toBe('succeeded');
    expect(told()).toContain('warning: a change of Secret parking-database will not roll the pods that use it');
  });
});

describe('a ConfigMap of the manifests', () => {
  it('that changed rolls the pods that mount it with the same release', async () => {
    const web: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'parking' },
      spec: {
        replicas: 1,
        template: {
          spec: {
            containers: [{ name: 'web', image: REPOSITORY }],
            volumes: [{ name: 'flags', configMap: { name: 'flags' } }],
          },
        },
      },
    };
    const rollOut = async (value: string) => {
      const flags: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags' }, data: { value } };
      const rendered = [web, flags].map((object) => ({ object: structuredClone(object), location: 'k8s/all.yaml:1' }));
      const plan = planOf(1, { source: { from: 'manifests', path: 'k8s' } });
      await runRollingUpdate(plan, { ...world.ports(), renderer: { render: async () => rendered } });
      const live = world.cluster.objects.get('Deployment/parking-staging/parking');
      return live && podTemplateOf(live)?.metadata?.annotations?.['slipway.dev/config-hash'];
    };
    const before = await rollOut('on');
    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(await rollOut('on')).toBe(before);
    expect(await rollOut('off')).not.toBe(before);
  });
});
