import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/errors.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import { planOf, World } from '../../support/kube/world.ts';

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
  return runRollingUpdate({ ...plan, spec: { ...plan.spec, secrets: ['parking-database'] } }, world.ports());
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
