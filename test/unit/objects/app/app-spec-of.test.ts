import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { workloadsOf } from '../../../../src/config/workloads.ts';
import { appSpecOf, type Placement } from '../../../../src/objects/app/app-spec-of.ts';

const PLACEMENT: Placement = { namespace: 'parking-staging', ingress: undefined, labels: {}, security: 'ordinary' };

const specOf = (deploy: string, environment = '{ namespace: s }') => {
  const head = 'app: parking\nimage: { repository: localhost:5000/apps/parking }\n';
  const config = parseConfig(`${head}deploy: ${deploy}\nenvironments: { staging: ${environment} }\n`, 'slipway.yml');
  return appSpecOf(config.app, workloadsOf(config, config.environments?.staging), PLACEMENT);
};
const webOf = (deploy: string, environment?: string) => specOf(deploy, environment).processes[0];

describe('appSpecOf the short form', () => {
  it('sets the defaults of `deploy`', () => {
    expect(webOf('{}')).toMatchObject({
      name: 'parking',
      port: 8080,
      drainMs: 5_000,
      startupMs: 60_000,
      graceMs: 30_000,
    });
    expect(webOf('{ startup: 3m }')).toMatchObject({ startupMs: 180_000, health: undefined });
  });

  it('passes keys of `deploy` through, and keeps what the environment decides', () => {
    const deploy =
      '{ command: [serve], resources: { cpu: 250m }, replicas: 7, env: { B: "2" }, drain: 10s, secrets: [a] }';
    const spec = webOf(deploy, '{ namespace: s, replicas: 2, env: { A: "1" }, secrets: [b, a] }');
    expect(spec).toMatchObject({ command: ['serve'], resources: { cpu: '250m' }, drainMs: 10_000 });
    expect(spec).toMatchObject({ replicas: 2, env: { A: '1', B: '2' }, secrets: ['a', 'b'] });
  });

  it('leaves out what says where the objects come from', () => {
    const spec = webOf('{ migrate: flask db upgrade, reversible: true, manifests: k8s }');
    for (const key of ['migrate', 'reversible', 'manifests', 'startup', 'drain']) expect(spec).not.toHaveProperty(key);
  });

  it('has crons beside its one process', () => {
    const { processes, crons } = specOf('{ port: 1, crons: { nightly: { command: clean, schedule: "0 3 * * *" } } }');
    expect(processes.map(({ name }) => name)).toEqual(['parking']);
    expect(crons).toMatchObject([
      {
        name: 'parking-nightly',
        component: 'nightly',
        concurrency: 'forbid',
        history: 3,
        retries: 0,
        suspend: undefined,
      },
    ]);
  });
});

describe('appSpecOf the long form', () => {
  const LONG = `
  env: { A: deploy, B: deploy, C: deploy, D: deploy }
  secrets: [database]
  resources: { cpu: 100m }
  processes:
    api: { port: 8080, paths: [/api], env: { B: process, C: process, D: process }, secrets: [mail] }
    worker: { command: work, resources: { memory: 1Gi }, after: [api] }`;

  it('names the objects by app and process, and the containers by process', () => {
    const [api, worker] = specOf(LONG).processes;
    expect(api).toMatchObject({ name: 'parking-api', component: 'api', container: 'api', replicas: 2, after: [] });
    expect(worker).toMatchObject({
      name: 'parking-worker',
      port: undefined,
      replicas: 1,
      after: ['parking-api'],
      paths: [],
    });
  });

  it('adds variables and Secrets of deploy, process, environment, process in the environment, and replaces the rest', () => {
    const own = '{ env: { D: both }, secrets: [key], replicas: 5, resources: { cpu: "1" } }';
    const environment = `{ namespace: s, env: { C: environment, D: environment }, secrets: [shared], processes: { api: ${own} } }`;
    const [api, worker] = specOf(LONG, environment).processes;
    expect(api?.env).toEqual({ A: 'deploy', B: 'process', C: 'environment', D: 'both' });
    expect(api?.secrets).toEqual(['database', 'mail', 'shared', 'key']);
    expect(api).toMatchObject({ replicas: 5, resources: { cpu: '1' } });
    expect(worker?.env).toEqual({ A: 'deploy', B: 'deploy', C: 'environment', D: 'environment' });
    expect(worker?.resources).toEqual({ memory: '1Gi' });
  });

  it('leads / to the only process with a port where no process has paths', () => {
    expect(specOf('{ processes: { web: { port: 1 }, worker: {} } }').processes.map(({ paths }) => paths)).toEqual([
      ['/'],
      [],
    ]);
    expect(specOf('{ processes: { web: { port: 1 }, api: { port: 2, host: "api-{host}" } } }').processes).toMatchObject(
      [{ paths: [] }, { paths: ['/'], host: 'api-{host}' }],
    );
  });
});
