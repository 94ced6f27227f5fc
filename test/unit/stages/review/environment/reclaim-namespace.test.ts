import { beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../../src/errors.ts';
import { leaseRef, takenLease } from '../../../../../src/objects/lease.ts';
import { ANNOTATIONS } from '../../../../../src/objects/names.ts';
import { ownerLabels } from '../../../../../src/plan/review/environment/owner.ts';
import { planReviewUp } from '../../../../../src/plan/review-plan.ts';
import type { KubeObject } from '../../../../../src/ports.ts';
import { annotate } from '../../../../../src/stages/review/environment/annotate.ts';
import { underEnvironmentLease } from '../../../../../src/stages/review/environment/environment-lease.ts';
import { claimNamespace, namespaceRef } from '../../../../../src/stages/review/environment/namespace.ts';
import { reclaimNamespace } from '../../../../../src/stages/review/environment/reclaim-namespace.ts';
import type { Work } from '../../../../../src/stages/review/work.ts';
import type { WaitCause } from '../../../../../src/stages/site.ts';
import { Steps } from '../../../../../src/stages/steps.ts';
import { memoryLog } from '../../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../../support/kube/memory-cluster.ts';
import { siteOf } from '../../../../support/kube/site.ts';
import { StepClock } from '../../../../support/step-clock.ts';
import { configOf, pullRequest, reviewInputsOf } from '../../../../support/unit/review.ts';

const owner = { app: 'parking', repositoryId: 424_242, number: 7 };
const plan = planReviewUp(
  reviewInputsOf(),
  configOf('review: { host: "pr-{number}.example.dev" }'),
  pullRequest(),
  7,
  undefined,
);
const name = plan.namespace;
const ref = namespaceRef(name);
const SCOPE = { app: 'parking', environment: 'review', namespace: name };
const other = { identity: '122/1/aa', actor: 'dev', run: 'https://github.test/runs/122' };

let cluster: MemoryCluster;
let clock: StepClock;
let uid: string | undefined;
const log = memoryLog();

beforeEach(async () => {
  cluster = new MemoryCluster();
  clock = new StepClock();
  uid = (await claimNamespace(name, owner, siteOf(cluster, { clock, log }))).metadata.uid;
});

const back = () => reclaimNamespace({ name, uid, owner }, cluster);
const isLeft = async () => (await cluster.get(ref)) !== undefined;
const note = (annotation: string) => annotate(name, uid, () => ({ [annotation]: '2026-01-01T00:00:00Z' }), cluster);
const put = (kind: string, object: string) =>
  cluster.create({ apiVersion: 'v1', kind, metadata: { name: object, namespace: name } }, { fieldManager: 'x' });

describe('R10: taking back a namespace that was made for nothing', () => {
  it('goes when nothing was ever in it but what the cluster puts there', async () => {
    await put('ConfigMap', 'kube-root-ca.crt');
    expect(await back()).toBe(true);
    expect(await isLeft()).toBe(false);
  });

  it.each([
    ['something was deployed to it', ANNOTATIONS.expiresAt],
    ['a run waits in the queue with it', ANNOTATIONS.queued],
  ])('stays when %s', async (_, annotation) => {
    await note(annotation);
    expect(await back()).toBe(false);
    expect(await isLeft()).toBe(true);
  });

  it.each(['Pod', 'Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Service'])(
    'stays when a %s is in it',
    async (kind) => {
      await put(kind, 'of-somebody');
      expect(await back()).toBe(false);
    },
  );

  it('stays when it is another one of the same name, or has lost its labels', async () => {
    expect(await reclaimNamespace({ name, uid: 'of before', owner }, cluster)).toBe(false);
    expect(await reclaimNamespace({ name, uid, owner: { ...owner, number: 8 } }, cluster)).toBe(false);
  });

  it('stays when somebody writes to it between the look and the deletion', async () => {
    const list = cluster.list.bind(cluster);
    cluster.list = async (kind, selection) => {
      await note(ANNOTATIONS.queued);
      return list(kind, selection);
    };
    expect(await back()).toBe(false);
    expect(await isLeft()).toBe(true);
  });
});

describe('the turn of a run', () => {
  const work = (): Work => {
    const site = siteOf(cluster, { clock, log }) as Work['site'];
    return {
      plan,
      site,
      steps: new Steps(log, clock),
      fork: false,
      commit: '',
      expiresAt: '',
      begin: () => undefined,
      update: () => undefined,
    };
  };
  const turn = async () => {
    const seen: (string | undefined)[] = [];
    await underEnvironmentLease(work(), async ({ site }, namespace) => {
      seen.push((await site.cluster.get(leaseRef(SCOPE)))?.metadata.uid, namespace.metadata.uid);
    });
    return seen;
  };
  /** Another run is at work, until something happens while it is waited for. */
  const held = async (meanwhile: () => Promise<void> | void) => {
    cluster.patch({ ...takenLease(undefined, SCOPE, other, clock.now()), metadata: leaseMeta('1') });
    let waited = false;
    clock.onSleep = () => {
      if (!waited) void meanwhile();
      waited = true;
    };
  };
  const leaseMeta = (resourceVersion: string): KubeObject['metadata'] => {
    const { metadata } = takenLease(undefined, SCOPE, other, clock.now());
    return { ...metadata, uid: 'lease-1', resourceVersion };
  };
  const goes = () => {
    for (const [key, object] of cluster.objects)
      if (object.kind === 'Namespace' || object.metadata.namespace === name) cluster.objects.delete(key);
  };

  it('R4: whoever waits for the lease of a namespace that goes makes a new one, and works there', async () => {
    await held(goes);
    const [, worked] = await turn();
    expect(worked).toBeDefined();
    expect(worked).not.toBe(uid);
    expect((await cluster.get(ref))?.metadata.uid).toBe(worked);
  });

  it('R4: a lease in a namespace that is being deleted is no turn', async () => {
    await held(() => {
      const live = cluster.objects.get(`Namespace//${name}`) as KubeObject;
      cluster.patch({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
      const lease = cluster.objects.get(`Lease/${name}/${leaseRef(SCOPE).name}`) as KubeObject;
      cluster.patch({ ...lease, spec: {} });
      clock.onSleep = () => {
        clock.onSleep = goes;
      };
    });
    const [, worked] = await turn();
    expect(worked).not.toBe(uid);
  });

  it('an error of the lease itself is told', async () => {
    const failing = new EnvironmentError('no permission');
    cluster.failures.set(`create Lease ${leaseRef(SCOPE).name}`, failing);
    await expect(turn()).rejects.toBe(failing);
    expect((await cluster.get(ref))?.metadata.labels).toMatchObject(ownerLabels(owner));
  });

  it('F1: waits for another run for the input `timeout`, and passes on for whom', async () => {
    await held(() => undefined);
    const brief = { ...work(), plan: { ...plan, timeoutMs: 5_000 } };
    await expect(underEnvironmentLease(brief, async () => undefined)).rejects.toThrow(/still holds .* after 5\.0 s/);
    const told: (string | undefined)[] = [];
    const { site, ...rest } = work();
    const watched = { ...rest, site: { ...site, onWaiting: (cause?: WaitCause) => void told.push(cause?.what) } };
    await underEnvironmentLease(watched, async () => undefined);
    expect(told.at(0)).toMatch(/run .*has not ended/);
    expect(told.at(-1)).toBeUndefined();
  });
});
