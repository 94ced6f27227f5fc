import { beforeEach, describe, expect, it } from 'vitest';
import {
  Cancelled,
  OutcomeUnknown,
  RolloutFailed,
  SlipwayError,
  Superseded,
  TimedOut,
  UserError,
} from '../../../src/errors.ts';
import { LABELS } from '../../../src/plan/names.ts';
import { readRelease } from '../../../src/plan/release.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import type { CommitRelation, RegistryImage } from '../../../src/ports.ts';
import type { DeliveryPorts } from '../../../src/stages/rollout/ports.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import type { StageResult } from '../../../src/stages/stage-result.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { controllers, type Fate } from '../../support/kube/controllers.ts';
import { MemoryCluster } from '../../support/kube/memory-cluster.ts';
import { appSpec } from '../../support/kube/spec.ts';
import { StepClock } from '../../support/step-clock.ts';

const REPOSITORY = 'registry.example/apps/parking';
const image = (digit: number) => `${REPOSITORY}@sha256:${String(digit).repeat(64)}`;

function planOf(digit: number, overrides: Partial<RolloutPlan> = {}): RolloutPlan {
  const {
    image: _,
    nativeSleep: _1,
    ...spec
  } = appSpec({ name: 'parking', labels: { [LABELS.environment]: 'staging' } });
  return {
    app: 'parking',
    environment: 'staging',
    namespace: 'parking-staging',
    commit: `commit-${digit}`,
    actor: 'dev',
    run: { id: '1', attempt: 1, url: '' },
    onPurpose: false,
    image: image(digit),
    source: { from: 'config' },
    spec,
    migrate: undefined,
    reversible: false,
    timeoutMs: 60_000,
    onFailure: 'rollback',
    allowDowngrade: false,
    dryRun: false,
    url: undefined,
    createNamespace: true,
    ...overrides,
  };
}

let cluster: MemoryCluster;
let fates: Map<string, Fate>;
let log: ReturnType<typeof memoryLog>;
let missing: Set<string>;
let relation: CommitRelation;
let cancel: AbortController;

beforeEach(() => {
  cluster = new MemoryCluster();
  fates = new Map();
  cluster.controller = controllers((used, kind) => fates.get(`${kind} ${used}`) ?? fates.get(used) ?? 'ready');
  log = memoryLog();
  missing = new Set();
  relation = 'ahead';
  cancel = new AbortController();
});

function ports(): DeliveryPorts {
  const served = (reference: string): RegistryImage | undefined => {
    const [repository = '', digest = `sha256:${'9'.repeat(64)}`] = reference.split('@');
    if (missing.has(reference)) return undefined;
    return { repository, digest, mediaType: '', configDigest: undefined };
  };
  return {
    cluster,
    log,
    clock: new StepClock(Date.parse('2026-01-01T00:00:00Z')),
    signal: cancel.signal,
    registry: { resolve: async (reference) => served(reference) },
    github: { compare: async () => relation },
    http: { get: async () => ({ status: 200, server: '', body: '' }) },
    renderer: { render: async () => [] },
  };
}

const run = (plan: RolloutPlan): Promise<StageResult> => runRollingUpdate(plan, ports());
const live = () => JSON.stringify(cluster.objects.get('Deployment/parking-staging/parking')?.spec ?? {});
const records = () =>
  [...cluster.objects.values()].flatMap((object) => {
    const release = readRelease(object);
    return release ? [`${release.revision} ${release.outcome} ${release.commit}`] : [];
  });
const errorOf = async (work: Promise<unknown>): Promise<SlipwayError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};
const applied = () => cluster.writes.filter((write) => write.startsWith('apply'));

describe('a rolling update', () => {
  it('writes the objects, waits, and records the release', async () => {
    const result = await run(planOf(1));
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { revision: '1', 'previous-image': '', changed: 'true' },
    });
    expect(live()).toContain(image(1));
    expect(records()).toEqual(['1 succeeded commit-1']);
    const next = await run(planOf(2));
    expect(next.outputs).toMatchObject({ revision: '2', 'previous-image': image(1) });
  });

  it('makes a missing namespace where nothing is promoted to, and nowhere else', async () => {
    await run(planOf(1));
    expect(cluster.writes[0]).toBe('create Namespace parking-staging');
    cluster.objects.clear();
    const error = await errorOf(run(planOf(1, { createNamespace: false })));
    expect(error.remedy).toBe('Create it once: kubectl create namespace parking-staging');
  });

  it('that changes nothing writes nothing, and remembers the newer commit', async () => {
    await run(planOf(1));
    cluster.writes.length = 0;
    const result = await run(planOf(1, { commit: 'commit-2' }));
    expect(result).toMatchObject({ outcome: 'unchanged', outputs: { revision: '1', changed: 'false' } });
    expect(cluster.writes).toEqual(['replace Secret slipway-release-parking-staging-1']);
    expect(records()).toEqual(['1 succeeded commit-2']);
  });

  it('writes again when the cluster was changed by hand', async () => {
    await run(planOf(1));
    const object = cluster.objects.get('Deployment/parking-staging/parking');
    if (!object) throw new Error('no Deployment');
    cluster.patch({ ...object, spec: { ...(object.spec as object), replicas: 7 } });
    expect((await run(planOf(1))).outcome).toBe('succeeded');
    expect(live()).toContain('"replicas":2');
  });

  it('in a dry run writes nothing and says what would change', async () => {
    await run(planOf(1));
    cluster.writes.length = 0;
    const result = await run(planOf(2, { dryRun: true }));
    expect(cluster.writes).toEqual([]);
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { revision: '1', changed: 'true' } });
    expect(log.lines.join('\n')).toContain(
      `spec.template.spec.containers[parking].image: "${image(1)}" → "${image(2)}"`,
    );
  });

  it('writes nothing when one object is refused, and tells all that are', async () => {
    cluster.failures.set('dry-run Service parking', new UserError('Service is wrong', { remedy: 'Correct it.' }));
    cluster.failures.set('dry-run PodDisruptionBudget parking', new UserError('Budget is wrong'));
    const error = await errorOf(run(planOf(1)));
    expect(error.message).toBe('the cluster refuses 2 of 3 objects; nothing was written');
    expect(error.details).toEqual(['Service is wrong', '  Correct it.', 'Budget is wrong']);
    expect(applied()).toEqual([]);
    expect(records()).toEqual([]);
  });

  it('stops before it writes when a permission is missing, and names each', async () => {
    cluster.denied.add('* *').add('patch deployments').add('watch pods');
    const error = await errorOf(run(planOf(1)));
    expect(error.message).toBe('missing permissions in namespace parking-staging: patch deployments, watch pods');
    expect(error.remedy).toContain('resources: ["deployments"], verbs: ["patch"]');
    expect(cluster.writes).toEqual([]);
  });

  it('stops when the registry has no such image, and goes on when it cannot be asked', async () => {
    missing.add(image(1));
    expect((await errorOf(run(planOf(1)))).message).toBe(`image ${image(1)} was not found in the registry`);
    expect(cluster.writes).toEqual([]);
    const unreachable = { ...ports(), registry: { resolve: () => Promise.reject(new Error('connect ETIMEDOUT')) } };
    expect((await runRollingUpdate(planOf(1), unreachable)).outcome).toBe('succeeded');
    expect(log.lines.join('\n')).toContain('could not be checked from here: connect ETIMEDOUT');
  });

  it('resolves the tag of the commit to a digest once', async () => {
    await run(planOf(1, { image: `${REPOSITORY}:sha-0123456789ab` }));
    expect(live()).toContain(`${REPOSITORY}@sha256:${'9'.repeat(64)}`);
  });

  it('of a paused Deployment is refused', async () => {
    await run(planOf(1));
    const object = cluster.objects.get('Deployment/parking-staging/parking');
    if (!object) throw new Error('no Deployment');
    const apply = cluster.apply.bind(cluster);
    cluster.apply = async (wanted, options) => {
      const answer = await apply(wanted, options);
      return wanted.kind === 'Deployment' ? { ...answer, spec: { ...(answer.spec as object), paused: true } } : answer;
    };
    cluster.writes.length = 0;
    expect((await errorOf(run(planOf(2)))).message).toBe('parking-staging/parking is paused');
    expect(cluster.writes).toEqual([]);
  });
});

describe('an older commit', () => {
  it('steps aside when it comes late', async () => {
    await run(planOf(2));
    relation = 'behind';
    const error = await errorOf(run(planOf(1)));
    expect(error).toBeInstanceOf(Superseded);
    expect(error.message).toBe('staging runs commit-2 (parking-1), which is newer than commit-1');
    expect(live()).toContain(image(2));
  });

  it('is refused when somebody asks for it, and rolled out when they insist', async () => {
    await run(planOf(2));
    relation = 'behind';
    const error = await errorOf(run(planOf(1, { onPurpose: true })));
    expect(error).toBeInstanceOf(UserError);
    expect(error.remedy).toContain('allow-downgrade: true');
    expect((await run(planOf(1, { allowDowngrade: true }))).outcome).toBe('succeeded');
    expect(live()).toContain(image(1));
  });

  it('cannot be told without a token, which is said', async () => {
    await run(planOf(2));
    await runRollingUpdate(planOf(1), { ...ports(), github: undefined });
    expect(log.lines.join('\n')).toContain('is not checked: no github-token');
  });
});

describe('a rollout that fails', () => {
  it('goes back to the last good release and says so', async () => {
    await run(planOf(1));
    fates.set(image(2), 'crashes');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('rolled-back');
    expect(result.error).toBeInstanceOf(RolloutFailed);
    expect(result.error?.message).toContain('container web crashes on every start (exit code 1, 2 times)');
    expect(result.error?.details.join('\n')).toContain(`rolled back to parking-1 (${image(1)}), ready after`);
    expect(result.error?.details.join('\n')).toContain('last words');
    expect(result.outputs).toMatchObject({ revision: '1', 'previous-image': image(1) });
    expect(live()).toContain(image(1));
    expect(records()).toEqual(['1 succeeded commit-1', '2 rolled-back commit-2']);
  });

  it('stays where on-failure says leave', async () => {
    await run(planOf(1));
    fates.set(image(2), 'crashes');
    const result = await run(planOf(2, { onFailure: 'leave' }));
    expect(result.outcome).toBe('failed');
    expect(live()).toContain(image(2));
  });

  it('by not becoming ready in time goes back as well', async () => {
    await run(planOf(1));
    fates.set(image(2), 'never');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('rolled-back');
    expect(result.error).toBeInstanceOf(TimedOut);
    expect(result.error?.message).toContain('not ready after 60 s');
  });

  it('the first time has nothing to go back to, and says that', async () => {
    fates.set(image(1), 'crashes');
    const result = await run(planOf(1));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('there is nothing to roll back to');
    expect(live()).toContain(image(1));
  });

  it('and whose way back fails as well says so loudly', async () => {
    await run(planOf(1));
    fates.set(image(2), 'crashes').set(image(1), 'crashes');
    const result = await run(planOf(2));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('ROLLBACK FAILED: parking-1');
  });

  it('is not mistaken for a success by the next run: the same image again is written again', async () => {
    await run(planOf(1));
    fates.set(image(2), 'crashes');
    await run(planOf(2, { onFailure: 'leave' }));
    fates.delete(image(2));
    expect((await run(planOf(2))).outcome).toBe('succeeded');
    expect(records()).toEqual(['1 succeeded commit-1', '2 failed commit-2', '3 succeeded commit-2']);
  });
});

describe('a migration', () => {
  const migrating = (digit: number, overrides: Partial<RolloutPlan> = {}) =>
    planOf(digit, { migrate: 'flask db upgrade', ...overrides });
  const jobs = () => applied().filter((write) => write.includes(' Job '));

  it('runs before the workloads, once for each image', async () => {
    await run(migrating(1));
    const order = applied().map((write) => write.split(' ')[1]);
    expect(order.indexOf('Job')).toBeLessThan(order.indexOf('Deployment'));
    expect(log.lines).toContain('|   migrating');
    await run(migrating(1, { spec: { ...planOf(1).spec, replicas: 3 } }));
    expect(jobs()).toHaveLength(1);
    await run(migrating(2));
    expect(jobs()).toHaveLength(2);
  });

  it('is not run again when its Job has been cleaned up since', async () => {
    await run(migrating(1));
    for (const key of [...cluster.objects.keys()].filter((one) => one.startsWith('Job/'))) cluster.objects.delete(key);
    await run(migrating(1, { spec: { ...planOf(1).spec, replicas: 3 } }));
    expect(jobs()).toHaveLength(1);
  });

  it('that fails leaves the workloads as they are, and is run again by the next run', async () => {
    await run(migrating(1));
    fates.set(`Job ${image(2)}`, 'crashes');
    const result = await run(migrating(2));
    expect(result.error?.message).toMatch(/^Job parking-staging\/parking-migrate-\w+: it failed/);
    expect(live()).toContain(image(1));
    fates.clear();
    expect((await run(migrating(2))).outcome).toBe('succeeded');
    expect(live()).toContain(image(2));
  });

  it('that is not declared reversible keeps a failed rollout from going back by itself', async () => {
    await run(migrating(1));
    fates.set(`Deployment ${image(2)}`, 'crashes');
    const result = await run(migrating(2));
    expect(result.outcome).toBe('failed');
    expect(result.error?.details.join('\n')).toContain('the migration of this release has run');
    expect(live()).toContain(image(2));
  });

  it('that is declared reversible does not', async () => {
    await run(migrating(1));
    fates.set(`Deployment ${image(2)}`, 'crashes');
    expect((await run(migrating(2, { reversible: true }))).outcome).toBe('rolled-back');
    expect(live()).toContain(image(1));
  });
});

describe('a run that is interrupted', () => {
  it('by a cancellation says where it was, and blocks nothing', async () => {
    await run(planOf(1));
    fates.set(image(2), 'never');
    const settle = cluster.controller;
    cluster.controller = (object, memory) => {
      settle(object, memory);
      if (object.kind === 'PodDisruptionBudget') cancel.abort(new Cancelled('cancelled (SIGINT)'));
    };
    const result = await run(planOf(2));
    expect(result.outcome).toBe('cancelled');
    expect(result.error).toBeInstanceOf(Cancelled);
    expect(records()).toEqual(['1 succeeded commit-1', '2 cancelled commit-2']);
    cancel = new AbortController();
    cluster.controller = settle;
    fates.clear();
    expect((await run(planOf(2))).outcome).toBe('succeeded');
  });

  it('by an outage of the control plane is unknown, and not rolled back', async () => {
    await run(planOf(1));
    fates.set(image(2), 'never');
    const settle = cluster.controller;
    cluster.controller = (object, memory) => {
      settle(object, memory);
      if (object.kind === 'PodDisruptionBudget') memory.goAway();
    };
    const result = await run(planOf(2));
    expect(result.outcome).toBe('unknown');
    expect(result.error).toBeInstanceOf(OutcomeUnknown);
    expect(result.error?.details.join('\n')).toContain('what is in the cluster is not known');
    expect(live()).toContain(image(2));
  });
});
