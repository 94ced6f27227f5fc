import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { Inputs } from '../../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../../src/inputs/rolling-update.ts';
import { planRollout } from '../../../../src/plan/rollout-plan.ts';
import { rolloutServiceObjects } from '../../../../src/plan/services/rollout-services.ts';
import { refusal } from '../../../support/refusal.ts';
import { push } from '../../../support/unit/events.ts';

const HEAD = 'app: shop\nimage: { repository: r.example/shop }\n';
const planOf = (services: string, more = 'deploy: {}', environment = '') => {
  const text = `${HEAD}${more}\nenvironments: { staging: { namespace: s, services: ${services}${environment} } }\n`;
  const context = { config: parseConfig(text, 'slipway.yml'), event: push(), workingDirectory: '/' };
  return planRollout(rollingUpdateInputs(new Inputs({})), context);
};

describe('environments.<name>.services', () => {
  it('are Deployments and Services of the release, and their variables are those of the app', () => {
    const plan = planOf('{ cache: memcached, jobs: { engine: redis, resources: { cpu: 50m, memory: 1Gi } } }');
    expect(plan.spec.processes[0]?.env).toMatchObject({
      CACHE_URL: expect.stringContaining('cache:11211'),
      REDIS_URL: 'redis://jobs:6379/0',
    });
    const objects = rolloutServiceObjects(plan.services, plan);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment cache',
      'Service cache',
      'Deployment jobs',
      'Service jobs',
    ]);
    // Another app of the namespace may have a service of this name in another way.
    expect(objects[1]?.spec).toMatchObject({ selector: { 'slipway.dev/app': 'shop', 'slipway.dev/part': 'cache' } });
    expect(JSON.stringify(objects[2])).toContain('"requests":{"cpu":"50m","memory":"1Gi"},"limits":{"memory":"1Gi"}');
  });

  it('win over deploy.env, and variables of the environment win over them', () => {
    const env = ', env: { REDIS_HOST: other }';
    const { spec } = planOf('{ jobs: redis }', 'deploy: { env: { REDIS_URL: x, REDIS_HOST: y } }', env);
    expect(spec.processes[0]?.env).toMatchObject({ REDIS_URL: 'redis://jobs:6379/0', REDIS_HOST: 'other' });
  });

  it.each([
    ['{ db: postgres }', 'environments.staging.services.db: postgres is the engine of a database'],
    ['{ db: { image: "docker.io/library/postgres:16", port: 5432 } }', 'postgres is a database'],
    ['{ db: { image: "r.example/mirror/mongo:7", port: 27017 } }', 'mongo is a database'],
    ['{ shop: redis }', 'the name "shop" belongs to the app'],
    ['{ search: { image: i } }', 'needs a `port`'],
  ])('%s is refused', (services, message) => {
    const error = refusal(() => planOf(services));
    expect(error.message).toContain(message);
    if (message.includes('database')) expect(error.remedy).toContain('Its data would be lost with its pod');
  });

  it('are refused beside objects of the team, under the name of a process, and where secretEnv has their variable', () => {
    expect(refusal(() => planOf('{ cache: redis }', 'deploy: { manifests: k8s }')).message).toContain(
      'with deploy.manifests, your own objects describe everything',
    );
    const long = 'deploy: { processes: { cache: { port: 1 } } }';
    expect(refusal(() => planOf('{ shop-cache: redis }', long)).message).toContain('belongs to the app');
    expect(refusal(() => planOf('{ jobs: redis }', 'deploy: {}', ', secretEnv: [REDIS_URL]')).message).toBe(
      'environments.staging.secretEnv: the database or a service of the environment sets REDIS_URL',
    );
  });
});
