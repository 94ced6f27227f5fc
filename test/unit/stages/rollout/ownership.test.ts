import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { IngressSpec } from '../../../../src/objects/ingress/ingress-spec.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { planOf, REPOSITORY, World } from '../../../support/kube/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const NAMESPACE = 'parking-staging';
const containers = [{ name: 'web', image: `${REPOSITORY}:main` }];
const deployment = (name: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { spec: { containers } } },
});

function run(objects: KubeObject[], overrides: Partial<RolloutPlan> = {}) {
  const rendered = objects.map((object) => ({ object: structuredClone(object), location: 'k8s/web.yaml:1' }));
  const plan = planOf(1, { source: { from: 'manifests', path: 'k8s' }, ...overrides });
  return runRollingUpdate(plan, { ...world.ports(), renderer: { render: async () => rendered } });
}

const labelsOf = (key: string) => world.cluster.objects.get(key)?.metadata.labels;
const refusal = async (work: Promise<unknown>): Promise<UserError> => {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
};
const applied = () => world.cluster.writes.filter((write) => /^(apply|create Secret)/.test(write));

describe('the owner of what a rollout writes', () => {
  it('SEC-13: is on each object, the record and the Lease, with the id of the repository', async () => {
    await run([deployment('web')], { migrate: { image: 'parking', command: 'true' } });
    const owner = { 'slipway.dev/app': 'parking', 'slipway.dev/repository-id': '42' };
    const owned = ['Deployment', 'Job', 'Secret', 'Lease'];
    const found = [...world.cluster.objects.values()].filter(({ kind }) => owned.includes(kind));
    expect(found.map(({ kind }) => kind).sort()).toEqual([...owned].sort());
    for (const { metadata } of found) expect(metadata.labels).toMatchObject(owner);
  });

  it('CH-5: an object of another app is refused before anything is written, with what to do', async () => {
    await run([deployment('api'), deployment('worker')], { app: 'worker' });
    world.cluster.writes.length = 0;
    const error = await refusal(run([deployment('api'), deployment('worker')], { app: 'api' }));
    expect(error.message).toBe(`${NAMESPACE}/api belongs to app worker, not to api in staging`);
    expect(error.details).toContain(`${NAMESPACE}/worker belongs to app worker`);
    expect(error.remedy).toContain('Keep each object in the manifests of one app only');
    expect(error.remedy).toContain(`kubectl -n ${NAMESPACE} label deployment api --overwrite slipway.dev/app=api`);
    expect(applied()).toEqual([]);
  });

  it('CH-5: so is one of another environment', async () => {
    await run([deployment('api')], { environment: 'qa', namespace: NAMESPACE });
    expect((await refusal(run([deployment('api')]))).message).toContain('belongs to environment qa of parking');
  });

  it('SEC-13: history of another repository is refused, and so is its Lease', async () => {
    await run([deployment('web')], { repositoryId: 999 });
    world.cluster.writes.length = 0;
    const error = await refusal(run([deployment('web')]));
    expect(error.message).toContain('holds releases of parking in staging from the repository with id 999');
    expect(error.remedy).toContain('--overwrite slipway.dev/repository-id=42');
    expect(applied()).toEqual([]);
    for (const [key, { kind }] of world.cluster.objects) if (kind === 'Secret') world.cluster.objects.delete(key);
    expect((await refusal(run([deployment('web')]))).message).toContain(
      'belongs to parking of the repository with id 999',
    );
    world.cluster.objects.delete(`Deployment/${NAMESPACE}/web`);
    expect((await refusal(run([deployment('web')]))).message).toContain(
      "does not belong to Slipway's app parking in staging",
    );
  });

  it('SEC-13: what was written before objects had the id is taken over, once', async () => {
    await run([deployment('web')]);
    for (const object of world.cluster.objects.values()) delete object.metadata.labels?.['slipway.dev/repository-id'];
    expect((await run([deployment('web')])).outcome).toBe('succeeded');
    expect(labelsOf(`Deployment/${NAMESPACE}/web`)).toMatchObject({ 'slipway.dev/repository-id': '42' });
  });

  it('CH-13: a definition carries no label of one environment', async () => {
    const definition: KubeObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'ones.x.dev' },
      spec: { group: 'x.dev', names: { kind: 'One' }, scope: 'Namespaced' },
      status: { conditions: [{ type: 'Established', status: 'True' }] },
    };
    await run([deployment('web'), definition]);
    expect(labelsOf('CustomResourceDefinition//ones.x.dev')).toEqual({ 'app.kubernetes.io/managed-by': 'slipway' });
  });
});

describe('records of earlier versions', () => {
  it('SEC-12: are found by their labels, and go on under their old names', async () => {
    await run([deployment('web')]);
    const [entry] = [...world.cluster.objects].filter(([, { type }]) => type === 'slipway.dev/release');
    if (!entry) throw new Error('no record');
    const [key, record] = entry;
    world.cluster.objects.delete(key);
    const name = 'slipway-release-parking-staging-1';
    const old = { ...record, metadata: { ...record.metadata, name } };
    world.cluster.objects.set(`Secret/${NAMESPACE}/${name}`, old);
    world.cluster.writes.length = 0;
    expect((await run([deployment('web')], { commit: 'commit-9' })).outcome).toBe('unchanged');
    expect(world.cluster.writes).toContain(`replace Secret ${name}`);
    expect(world.records()).toEqual(['1 succeeded commit-9']);
  });
});

describe('the URL of objects of the team', () => {
  const ingress: IngressSpec = {
    kind: 'ingress',
    host: 'staging.parking.acme.dev',
    className: undefined,
    annotations: {},
    tls: { by: 'nobody' },
    port: undefined,
    address: undefined,
    gateway: undefined,
    policies: undefined,
    internal: undefined,
    timeoutSeconds: 60,
    access: undefined,
  };
  const notices = async (objects: KubeObject[], overrides: Partial<RolloutPlan> = {}) => {
    const { annotations } = await run(objects, { spec: { ...planOf(1).spec, ingress }, ...overrides });
    return annotations.filter(({ level }) => level === 'notice').map(({ message }) => message);
  };
  const route = (host: string): KubeObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { rules: [{ host }] },
  });

  it('is said to be led to by nothing where no object has its host', async () => {
    const [message, ...others] = await notices([deployment('web'), route('parking.acme.dev')]);
    expect(message).toContain('no object of deploy.manifests has the host staging.parking.acme.dev');
    expect(others).toEqual([]);
    expect(await notices([deployment('web'), route('staging.parking.acme.dev')])).toEqual([]);
  });

  it('is not spoken of in a dry run, or without one', async () => {
    expect(await notices([deployment('web')], { dryRun: true })).toEqual([]);
    expect(await notices([deployment('web')], { spec: planOf(1).spec })).toEqual([]);
  });
});
