import { beforeEach, describe, expect, it } from 'vitest';
import { Superseded, UserError } from '../../../../src/errors.ts';
import type { RolloutPlan } from '../../../../src/plan/rollout-plan.ts';
import type { StageResult } from '../../../../src/stage-result.ts';
import { runRollingUpdate } from '../../../../src/stages/rollout/run.ts';
import { changed } from '../../../support/kube/spec.ts';
import { image, planOf, REPOSITORY, World } from '../../../support/kube/world.ts';
import { errorOf } from '../../../support/refusal.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

const run = (plan: RolloutPlan): Promise<StageResult> => runRollingUpdate(plan, world.ports());
const live = () => JSON.stringify(world.cluster.objects.get('Deployment/parking-staging/parking')?.spec ?? {});
const applied = () => world.cluster.writes.filter((write) => write.startsWith('apply'));

describe('a rolling update', () => {
  it('writes the objects, waits, and records the release', async () => {
    const result = await run(planOf(1));
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { revision: '1', 'previous-image': '', changed: 'true' },
    });
    expect(live()).toContain(image(1));
    expect(world.records()).toEqual(['1 succeeded commit-1']);
    const next = await run(planOf(2));
    expect(next.outputs).toMatchObject({ revision: '2', 'previous-image': image(1) });
  });

  it('is recorded as it ended also where somebody changes the record meanwhile', async () => {
    const replace = world.cluster.replace.bind(world.cluster);
    let refused = 0;
    world.cluster.replace = async (object, options) =>
      object.kind === 'Secret' && refused++ < 2 ? undefined : replace(object, options);
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(world.records()).toEqual(['1 succeeded commit-1']);
    refused = -100;
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).toMatch(
      /could not be recorded as succeeded: .* changes at every attempt to write it/,
    );
  });

  it('makes a missing namespace where nothing is promoted to, and nowhere else (K22)', async () => {
    await run(planOf(1));
    expect(world.cluster.writes[0]).toBe('create Namespace parking-staging');
    world.cluster.objects.clear();
    const error = await errorOf(run(planOf(1, { createNamespace: false })));
    expect(error.remedy).toBe('Create it once: kubectl create namespace parking-staging');
  });

  it('that changes nothing writes nothing, and remembers the newer commit', async () => {
    await run(planOf(1));
    world.cluster.writes.length = 0;
    const result = await run(planOf(1, { commit: 'commit-2' }));
    expect(result).toMatchObject({ outcome: 'unchanged', outputs: { revision: '1', changed: 'false' } });
    const written = world.cluster.writes.filter((write) => !write.includes(' Lease '));
    expect(written).toEqual(['replace Secret slipway-release-parking-staging-d42e253a-1']);
    expect(world.records()).toEqual(['1 succeeded commit-2']);
  });

  it('writes again when the cluster was changed by hand', async () => {
    await run(planOf(1));
    const object = world.cluster.objects.get('Deployment/parking-staging/parking');
    if (!object) throw new Error('no Deployment');
    world.cluster.patch({ ...object, spec: { ...(object.spec as object), replicas: 7 } });
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(live()).toContain('"replicas":2');
  });

  it('in a dry run writes nothing and says what would change', async () => {
    await run(planOf(1));
    world.cluster.writes.length = 0;
    const result = await run(planOf(2, { dryRun: true }));
    expect(world.cluster.writes).toEqual([]);
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { revision: '1', changed: 'true' } });
    expect(world.log.lines.join('\n')).toContain(
      `spec.template.spec.containers[parking].image: "${image(1)}" → "${image(2)}"`,
    );
  });

  it('writes nothing when one object is refused, and tells all that are (K21)', async () => {
    world.cluster.failures.set('dry-run Service parking', new UserError('Service is wrong', { remedy: 'Correct it.' }));
    world.cluster.failures.set('dry-run PodDisruptionBudget parking', new UserError('Budget is wrong'));
    const error = await errorOf(run(planOf(1)));
    expect(error.message).toBe('the cluster refuses 2 of 3 objects; nothing was written');
    expect(error.details).toEqual(['Service is wrong', '  Correct it.', 'Budget is wrong']);
    expect(applied()).toEqual([]);
    expect(world.records()).toEqual([]);
  });

  it('stops before it writes when a permission is missing, and names each', async () => {
    world.cluster.denied.add('* *').add('patch deployments').add('watch pods');
    const error = await errorOf(run(planOf(1)));
    expect(error.message).toBe('missing permissions in namespace parking-staging: patch deployments, watch pods');
    expect(error.remedy).toContain('resources: ["deployments"], verbs: ["patch"]');
    expect(world.cluster.writes).toEqual([]);
  });

  it('stops when the registry has no such image, and goes on when it cannot be asked', async () => {
    world.missing.add(image(1));
    expect((await errorOf(run(planOf(1)))).message).toBe(`image ${image(1)} was not found in the registry`);
    expect(world.cluster.writes).toEqual([]);
    const unreachable = {
      ...world.ports(),
      registry: { resolve: () => Promise.reject(new Error('connect ETIMEDOUT')) },
    };
    expect((await runRollingUpdate(planOf(1), unreachable)).outcome).toBe('succeeded');
    expect(world.log.lines.join('\n')).toContain('could not be checked from here: connect ETIMEDOUT');
  });

  it('S1: notices that the tag of the commit was moved after the push, and deploys the digest', async () => {
    world.tags.set(`${REPOSITORY}:sha-commit-1`, `sha256:${'9'.repeat(64)}`);
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(live()).toContain(image(1));
    expect(world.log.lines.join('\n')).toMatch(
      /warning: \S+:sha-commit-1 names sha256:9{64} now, and not sha256:1{64}, which is deployed: somebody pushed this commit again or moved the tag after the push/,
    );
  });

  it('S1: has nothing to say where the tag of the commit names the image, or does not exist', async () => {
    await run(planOf(1));
    world.tags.set(`${REPOSITORY}:sha-commit-2`, image(2).slice(image(2).indexOf('@') + 1));
    await run(planOf(2));
    expect(world.log.lines.join('\n')).not.toContain('moved the tag');
  });

  it('resolves the tag of the commit to a digest once', async () => {
    world.tags.set(`${REPOSITORY}:sha-0123456789ab`, `sha256:${'9'.repeat(64)}`);
    await run(planOf(1, { images: { parking: `${REPOSITORY}:sha-0123456789ab` } }));
    expect(live()).toContain(`${REPOSITORY}@sha256:${'9'.repeat(64)}`);
  });

  it('of a paused Deployment is refused (K9)', async () => {
    await run(planOf(1));
    const object = world.cluster.objects.get('Deployment/parking-staging/parking');
    if (!object) throw new Error('no Deployment');
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = async (wanted, options) => {
      const answer = await apply(wanted, options);
      return wanted.kind === 'Deployment' ? { ...answer, spec: { ...(answer.spec as object), paused: true } } : answer;
    };
    world.cluster.writes.length = 0;
    expect((await errorOf(run(planOf(2)))).message).toBe('parking-staging/parking is paused');
    expect(world.cluster.writes).toEqual([]);
  });
});

describe('an older commit', () => {
  it('steps aside when it comes late', async () => {
    await run(planOf(2));
    world.relation = 'behind';
    const error = await errorOf(run(planOf(1)));
    expect(error).toBeInstanceOf(Superseded);
    expect(error.message).toBe('staging runs commit-2 (parking-1), which is newer than commit-1');
    expect(live()).toContain(image(2));
  });

  it('is refused when somebody asks for it, and rolled out when they insist', async () => {
    await run(planOf(2));
    world.relation = 'behind';
    const error = await errorOf(run(planOf(1, { onPurpose: true })));
    expect(error).toBeInstanceOf(UserError);
    expect(error.remedy).toContain('allow-downgrade: true');
    expect((await run(planOf(1, { allowDowngrade: true }))).outcome).toBe('succeeded');
    expect(live()).toContain(image(1));
  });

  it('cannot be told without a token, which is said', async () => {
    await run(planOf(2));
    await runRollingUpdate(planOf(1), { ...world.ports(), github: undefined });
    expect(world.log.lines.join('\n')).toContain('is not checked: no github-token');
  });
});

describe('a migration', () => {
  const migrating = (digit: number, overrides: Partial<RolloutPlan> = {}) =>
    planOf(digit, { migrate: { image: 'parking', command: 'flask db upgrade' }, ...overrides });
  const jobs = () => applied().filter((write) => write.includes(' Job '));

  it('runs before the workloads, once for each image', async () => {
    await run(migrating(1));
    const order = applied().map((write) => write.split(' ')[1]);
    expect(order.indexOf('Job')).toBeLessThan(order.indexOf('Deployment'));
    expect(world.log.lines).toContain('|   migrating');
    await run(migrating(1, { spec: changed(planOf(1).spec, { replicas: 3 }) }));
    expect(jobs()).toHaveLength(1);
    await run(migrating(2));
    expect(jobs()).toHaveLength(2);
  });

  it('is not run again when its Job has been cleaned up since', async () => {
    await run(migrating(1));
    for (const key of [...world.cluster.objects.keys()].filter((one) => one.startsWith('Job/')))
      world.cluster.objects.delete(key);
    await run(migrating(1, { spec: changed(planOf(1).spec, { replicas: 3 }) }));
    expect(jobs()).toHaveLength(1);
  });

  it('that fails leaves the workloads as they are, and is run again by the next run', async () => {
    await run(migrating(1));
    world.fates.set(`Job ${image(2)}`, 'crashes');
    const result = await run(migrating(2));
    expect(result.error?.message).toMatch(/^Job parking-staging\/parking-migrate-\w+: it failed/);
    expect(live()).toContain(image(1));
    world.fates.clear();
    expect((await run(migrating(2))).outcome).toBe('succeeded');
    expect(live()).toContain(image(2));
  });

  it('that is not declared reversible keeps a failed rollout from going back by itself (K33)', async () => {
    await run(migrating(1));
    world.fates.set(`Deployment ${image(2)}`, 'crashes');
    const result = await run(migrating(2));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('the migration of this release has run');
    expect(live()).toContain(image(2));
  });

  it('that is declared reversible does not', async () => {
    await run(migrating(1));
    world.fates.set(`Deployment ${image(2)}`, 'crashes');
    expect((await run(migrating(2, { reversible: true }))).outcome).toBe('rolled-back');
    expect(live()).toContain(image(1));
  });
});
