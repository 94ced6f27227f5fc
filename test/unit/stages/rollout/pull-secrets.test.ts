import { beforeEach, describe, expect, it } from 'vitest';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { planOf, World } from '../../../support/kube/world.ts';

const TOKEN = 'ghp_0123456789abcdef0123456789abcdef0123';

const MIGRATE = { image: 'parking', command: 'flask db upgrade' };

let world: World;
let masked: string[];
beforeEach(() => {
  world = new World();
  masked = [];
  world.log.mask = (secret) => void masked.push(secret);
});

const secretOf = (
  password: string,
  registry = 'registry.example',
  type = 'kubernetes.io/dockerconfigjson',
): KubeObject => {
  const config = JSON.stringify({ auths: { [registry]: { username: 'mona', password } } });
  const data = { '.dockerconfigjson': Buffer.from(config).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'registry', namespace: 'parking-staging' }, type, data };
};
const run = (overrides: Partial<RolloutPlan> = {}) =>
  runRollingUpdate(planOf(1, { pullSecrets: ['registry'], migrate: MIGRATE, ...overrides }), world.ports());
const podSpec = (kind: string) => {
  const found = [...world.cluster.objects.values()].find((object) => object.kind === kind);
  return (found?.spec as { template: { spec: Record<string, unknown> } } | undefined)?.template.spec;
};

describe('F3: deploy.pullSecrets', () => {
  it('reach the pods of the app and of its migration, and the login is masked', async () => {
    world.cluster.patch(secretOf(TOKEN));
    expect((await run()).outcome).toBe('succeeded');
    for (const kind of ['Deployment', 'Job']) expect(podSpec(kind)?.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(masked).toContain(TOKEN);
    expect(world.log.lines.join('\n')).not.toContain('no login to');
  });

  it.each([
    ['a missing Secret', undefined, 'pullSecrets: there is no Secret registry in namespace parking-staging'],
    [
      'one of another type',
      secretOf(TOKEN, 'ghcr.io', 'Opaque'),
      'is of type Opaque, not kubernetes.io/dockerconfigjson',
    ],
    ['the token of a job', secretOf('ghs_0123456789abcdef'), 'is the token of a GitHub Actions job'],
  ])('%s is refused before anything is written, with the command that creates it', async (_title, secret, message) => {
    if (secret) world.cluster.patch(secret);
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(
        'kubectl -n parking-staging create secret docker-registry registry --docker-server=registry.example',
      ),
    });
    expect(world.cluster.writes).toEqual([]);
  });

  it('a login to other registries, and one for hours, are warned of', async () => {
    world.cluster.patch(secretOf('ya29.0123456789', 'ghcr.io'));
    expect((await run()).outcome).toBe('succeeded');
    const lines = world.log.lines.join('\n');
    expect(lines).toContain('no login to registry.example, the registry of the image; it has ghcr.io');
    expect(lines).toContain('expires 1 h after it was made: pods that start later cannot pull');
  });
});
