import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { expanded } from '../../../../src/plan/preflight/container-plan.ts';
import { planPreflight, type Reference } from '../../../../src/plan/preflight/preflight-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { push } from '../../../support/unit/events.ts';

const around = { runId: '1', password: 'pw', temp: undefined, configFile: 'slipway.yml', now: 0, monday: 0 };
const nothing = { environments: [] };
const reference: Reference = { accepts: [], differences: [], baseline: undefined, remarks: [] };
const planned = (yaml: string) => {
  const config = parseConfig(`app: parking\nimage: { repository: ghcr.io/acme/parking }\n${yaml}`, 'slipway.yml');
  return planPreflight(
    { image: undefined, workingDirectory: '/app', timeoutMs: undefined },
    config,
    push(),
    around,
    nothing,
    reference,
  );
};

describe('a process', () => {
  it('starts as its Deployment says', () => {
    const [web] = planned(`deploy:
  port: 8000
  health: /healthz
  command: gunicorn parking
  grace: 20s
  env: { GREETING: "a $(b) $$", PLACE: "{number}" }
  resources: { memory: 64Mi }
  securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true }
  volumes: { cache: { path: /cache, emptyDir: 1Gi }, key: { path: /key, secret: parking-key } }
`).processes;
    expect(web).toMatchObject({
      name: 'parking',
      port: 8000,
      health: { path: '/healthz', headers: { Host: 'pr-1.parking.localhost' } },
      graceMs: 20_000,
      entrypoint: 'sh',
      env: { PORT: '8000', GREETING: 'a $(b) $$', PLACE: '1' },
      restrictions: {
        user: '1000',
        readOnlyRoot: true,
        dropCapabilities: ['ALL'],
        memory: 64 * 2 ** 20,
        emptyVolumes: ['/cache'],
      },
    });
    expect(web?.command?.[0]).toBe('-c');
    expect(web?.missing).toEqual(['Secret parking-key']);
  });

  it('has the database and the services of review environments, and those of the tests', () => {
    const plan = planned(`tests: { unit: { run: pytest, services: [postgres, memcached] } }
review: { database: { engine: postgres, version: 17 }, services: { redis: { engine: redis } } }
environments: { staging: { namespace: s, env: { LEVEL: debug } } }`);
    expect(plan.services.map(({ name, image }) => [name, image.split(':')[0]])).toEqual([
      ['database', 'postgres'],
      ['redis', 'redis'],
      ['memcached', 'memcached'],
    ]);
    const [web] = plan.processes;
    expect(web?.env).toMatchObject({
      DATABASE_URL: 'postgresql://parking:pw@database:5432/parking',
      REDIS_URL: 'redis://redis:6379/0',
      MEMCACHED_HOST: 'memcached',
      LEVEL: 'debug',
    });
    expect(web?.missing).toEqual([]);
  });

  it('lacks what only the cluster has, unless review environments lack it as well', () => {
    const secrets = 'deploy: { secrets: [stripe], env: { KEY: "{secrets.stripe.key}" } }';
    const missing = (more = '') => planned(`${secrets}\n${more}`).processes[0]?.missing;
    expect(missing()).toEqual(['Secret stripe', 'variable KEY']);
    expect(missing('review: {}')).toEqual([]);
  });

  it('has a worker without a port, and the migration', () => {
    const plan = planned(
      'deploy: { migrate: "alembic upgrade head", processes: { api: { port: 80 }, worker: { command: rq } } }',
    );
    expect(plan.processes.map(({ name, port }) => [name, port])).toEqual([
      ['parking-api', 80],
      ['parking-worker', undefined],
    ]);
    expect(plan.migration).toMatchObject({ image: 'parking', entrypoint: 'sh' });
  });
});

describe('hosts', () => {
  const hosts = (deploy: string) =>
    planned(`deploy: ${deploy}
environments:
  staging: { namespace: s, host: staging.acme.dev }
  production: { namespace: p, host: acme.dev, promoteFrom: staging, env: { A: b } }`).processes[0]?.hosts;

  it('are those of environments whose variables are those of the review environment', () => {
    expect(hosts('{ port: 80 }')).toEqual({ staging: 'staging.acme.dev' });
    expect(hosts('{ port: 80, env: { ALLOWED_HOSTS: "{host}" } }')).toEqual({});
  });
});

it('expands variables as the kubelet does', () => {
  expect(expanded('a $(B) $$(B) $(UNKNOWN) $', { B: 'c' })).toBe('a c $(B) $(UNKNOWN) $');
});

describe('environments side by side', () => {
  const config = parseConfig(
    `app: parking
image: { repository: ghcr.io/acme/parking }
preflight: { differences: [{ what: variable DEBUG, because: wanted }] }
environments:
  staging: { namespace: s }
  production: { namespace: p, promoteFrom: staging }
  other: { namespace: o }`,
    'slipway.yml',
  );
  const web = (namespace: string, ...names: string[]): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { template: { spec: { containers: [{ name: 'web', env: names.map((name) => ({ name, value: '1' })) }] } } },
  });
  const environments = [
    { environment: 'staging', objects: [web('s', 'DEBUG', 'LEVEL')] },
    { environment: 'production', objects: [web('p')] },
    { environment: 'other', objects: [] },
  ];
  const inputs = { image: undefined, workingDirectory: '/app', timeoutMs: undefined };
  const lost = (allowed: Pick<Reference, 'differences'>) =>
    planPreflight(inputs, config, push(), around, { environments }, { ...reference, ...allowed })
      .findings.filter(({ code }) => code === 'missing-in-environment')
      .map(({ where }) => `${where.environment}: ${where.object}`);

  it('compares an environment with the one of its promoteFrom, by what the reference allows', () => {
    expect(lost({ differences: [] })).toEqual(['production: variable DEBUG', 'production: variable LEVEL']);
    expect(lost({ differences: config.preflight?.differences ?? [] })).toEqual(['production: variable LEVEL']);
  });
});
