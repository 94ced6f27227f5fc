import { beforeEach, describe, expect, it } from 'vitest';
import { SlipwayError } from '../../../../src/errors.ts';
import { readRecord } from '../../../../src/objects/release-record.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { image, planOf, World } from '../../../support/kube/world.ts';

const MIGRATE = { image: 'parking', command: 'flask db upgrade' };

let world: World;
let masked: string[];
beforeEach(() => {
  world = new World();
  masked = [];
  world.log.mask = (secret) => void masked.push(secret);
  world.variables = { STRIPE: 'sk-first-value', DSN: 'postgres://app:first@db/app' };
});

const SECRET_ENV = { STRIPE_KEY: 'STRIPE', DATABASE_URL: 'DSN' };
const run = (digit: number, overrides: Partial<RolloutPlan> = {}) =>
  runRollingUpdate(planOf(digit, { secretEnv: SECRET_ENV, ...overrides }), world.ports());
const all = () => [...world.cluster.objects.values()];
const secrets = () => all().filter(({ kind, type }) => kind === 'Secret' && type === 'Opaque');
const namesOf = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name);
const decoded = (secret: KubeObject | undefined, key: string) =>
  Buffer.from(((secret?.data ?? {}) as Record<string, string>)[key] ?? '', 'base64').toString();
const templateOf = (kind: string) => {
  const found = all().find((object) => object.kind === kind);
  type Pod = { spec: { containers: { envFrom?: unknown[]; env?: { name: string }[] }[] } };
  return (found?.spec as { template: Pod } | undefined)?.template.spec.containers[0];
};
const recordText = () =>
  all()
    .map((object) => JSON.stringify(readRecord(object)?.release ?? ''))
    .join('\n');

describe('environments.<name>.secretEnv', () => {
  it('is a Secret of Slipway that the app and its migration read; its values are nowhere else', async () => {
    const result = await run(1, { migrate: MIGRATE });
    expect(result.outcome).toBe('succeeded');
    const [secret] = secrets();
    expect(secret?.metadata.name).toMatch(/^parking-staging-env-[0-9a-f]{12}$/);
    expect(secret?.metadata.labels).toMatchObject({
      'slipway.dev/app': 'parking',
      'slipway.dev/environment': 'staging',
    });
    expect(decoded(secret, 'STRIPE_KEY')).toBe('sk-first-value');
    const envFrom = [{ secretRef: { name: secret?.metadata.name } }];
    expect(templateOf('Deployment')?.envFrom).toEqual(envFrom);
    expect(templateOf('Job')?.envFrom).toEqual(envFrom);
    for (const value of Object.values(world.variables)) {
      expect(masked).toContain(value);
      const encoded = Buffer.from(value).toString('base64');
      for (const text of [recordText(), JSON.stringify(result), world.log.lines.join('\n')]) {
        expect(text).not.toContain(value);
        expect(text).not.toContain(encoded);
      }
    }
    expect((await run(1, { migrate: MIGRATE })).outcome).toBe('unchanged');
  });

  it('another value replaces the pods, and the Secret of the release before stays until the next one', async () => {
    await run(1);
    const first = namesOf(secrets());
    world.variables.STRIPE = 'sk-second-value';
    expect((await run(1)).outputs).toMatchObject({ revision: '2', changed: 'true' });
    const second = namesOf(secrets());
    expect(second).toHaveLength(2);
    expect(second).toEqual(expect.arrayContaining(first));
    world.variables.STRIPE = 'sk-third-value';
    await run(1);
    expect(namesOf(secrets())).toHaveLength(2);
    expect(namesOf(secrets())).not.toEqual(expect.arrayContaining(first));
  });

  it('a release that fails goes back to the values of its own', async () => {
    await run(1);
    const [first] = namesOf(secrets());
    world.variables.DSN = 'postgres://app:wrong@db/app';
    world.fates.set(image(2), 'crashes');
    expect((await run(2)).outcome).toBe('rolled-back');
    expect(templateOf('Deployment')?.envFrom).toEqual([{ secretRef: { name: first } }]);
    expect(namesOf(secrets())).toContain(first);
  });

  it('taken out of slipway.yml, all of its Secrets are deleted with the release', async () => {
    await run(1);
    world.variables.STRIPE = 'sk-second-value';
    await run(1);
    expect((await run(2, { secretEnv: {} })).outcome).toBe('succeeded');
    expect(secrets()).toEqual([]);
    expect(templateOf('Deployment')?.envFrom).toBeUndefined();
  });

  it('a Secret that somebody deleted is created again, though nothing else changes', async () => {
    await run(1);
    const [name] = namesOf(secrets());
    for (const [key, object] of world.cluster.objects)
      if (object.metadata.name === name) world.cluster.objects.delete(key);
    expect((await run(1)).outcome).toBe('succeeded');
    expect(namesOf(secrets())).toEqual([name]);
  });

  it.each([
    ['missing', undefined, 'the variable STRIPE of the step, for STRIPE_KEY, is missing'],
    ['empty', '', 'the variable STRIPE of the step, for STRIPE_KEY, is empty'],
    ['the token of a job', 'ghs_0123456789abcdef', 'STRIPE_KEY is the token of a GitHub Actions job'],
    ['too large', 'x'.repeat(1_100_000), 'a Secret has room for'],
  ])('a value that is %s is refused before anything is written', async (_title, value, message) => {
    if (value === undefined) delete world.variables.STRIPE;
    else world.variables.STRIPE = value;
    const error = await run(1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SlipwayError);
    expect((error as SlipwayError).message).toMatch(/^environments\.staging\.secretEnv: /);
    expect((error as SlipwayError).message).toContain(message);
    expect(world.cluster.writes).toEqual([]);
  });

  it('a dry run without the values compares with the release that works', async () => {
    await run(1);
    world.variables = {};
    const result = await run(1, { dryRun: true });
    expect(result.outputs).toMatchObject({ changed: 'false' });
    expect(world.log.lines.join('\n')).toContain('whether its values change is not known here');
  });

  it('a Secret of somebody else under its name is not touched', async () => {
    await run(1);
    const [secret] = secrets();
    if (!secret) throw new Error('no Secret');
    world.cluster.patch({ ...secret, metadata: { ...secret.metadata, labels: {} } });
    const error = await run(2).catch((thrown: unknown) => thrown);
    expect((error as SlipwayError).message).toContain('exists, and is not the one of secretEnv');
  });

  it('replaces a variable of deploy.env; one that a container of the team sets is refused', async () => {
    const plan = planOf(1);
    const env = { STRIPE_KEY: 'dummy', OTHER: 'x' };
    const spec = { ...plan.spec, processes: plan.spec.processes.map((process) => ({ ...process, env })) };
    await run(1, { spec });
    expect(templateOf('Deployment')?.env?.map(({ name }) => name)).toEqual(['PORT', 'OTHER']);
    const container = { name: 'web', image: image(3), env: [{ name: 'STRIPE_KEY', value: 'x' }] };
    const object: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector: {}, template: { metadata: {}, spec: { containers: [container] } } },
    };
    const rendered = [{ object, location: 'k8s/web.yaml:1' }];
    const ports = { ...world.ports(), renderer: { render: async () => rendered } };
    const own = planOf(3, { secretEnv: SECRET_ENV, source: { from: 'manifests', path: 'k8s' } });
    await expect(runRollingUpdate(own, ports)).rejects.toThrow(
      'secretEnv sets STRIPE_KEY, and container web of Deployment web does as well',
    );
  });
});
