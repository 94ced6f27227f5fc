import type { SlipwayError } from '../../errors.ts';
import { changeOf, type ObjectChange } from '../../objects/diff.ts';
import type { HookPlan } from '../../objects/hooks.ts';
import type { Images } from '../../objects/images.ts';
import { refOf } from '../../objects/ref.ts';
import type { Release } from '../../objects/release.ts';
import type { Outcome } from '../../outcome.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { CommitsBetween, KubeObject, ObjectRef } from '../../ports.ts';
import { isHeldBack } from '../../readiness/held-back.ts';
import type { RollOutReport } from '../apply/request.ts';
import type { Prepared } from './prepare.ts';
import type { Leftover } from './prune.ts';
import { validationWords } from './validation.ts';

/** What a rollout to an environment came to. */
export interface Delivery {
  plan: RolloutPlan;
  outcome: Outcome;
  /** The images of the rollout, by digest. */
  images: Images;
  /** The release that the cluster serves now; undefined where that is not one recorded release, or is not known. */
  current: Release | undefined;
  /** The last release that worked. */
  good: Release | undefined;
  /** Those of the last good release. */
  previousImages: Images | undefined;
  changed: boolean;
  changes: Change[];
  /** Objects of earlier releases that this one does not contain. */
  leftovers: Leftover[];
  /** Jobs that have to run before the workloads. */
  jobs: KubeObject[];
  hooks: HookPlan;
  /** The commits that a dry run would bring; absent where they are not known. */
  commits?: CommitsBetween | undefined;
  /** How the objects of a dry run were validated, in words. */
  validation: string;
  /** The longest wait, in milliseconds. */
  waitMs: number;
  /** All recorded releases, the one of this run included. */
  releases: Release[];
  report: RollOutReport | undefined;
  /** A sentence for each certificate of its Ingresses that is not issued; absent where there is none. */
  notIssued?: string[];
  error?: SlipwayError;
}

/** What the rollout does, or would do, to one object. */
export interface Change extends ObjectChange {
  ref: ObjectRef;
}

/** The part of a delivery that is known before anything is written. */
export type Intent = Omit<Delivery, 'outcome' | 'current'>;

export function intentOf(prepared: Prepared): Intent {
  const { plan, images, good, checked, leftovers, releases, hooks } = prepared;
  return {
    ...{ plan, images, good, leftovers, releases, hooks },
    previousImages: good?.images,
    changed: isChanged(prepared),
    changes: changesOf(prepared),
    jobs: (checked?.jobs ?? []).filter(({ changes }) => changes).map(({ object }) => object),
    validation: validationWords(checked),
    waitMs: checked?.request.deadlineMs ?? plan.timeoutMs ?? 0,
    report: undefined,
  };
}

/** The last good release has the same objects, nothing has failed since, and the cluster is as that release left it. */
export function isUnchanged(prepared: Prepared): boolean {
  const { releases, good, checked } = prepared;
  const newest = Math.max(...releases.map(({ revision }) => revision));
  const jobsDone = checked?.jobs.every(({ live }) => live !== undefined) ?? false;
  // A person who raised a quota and repeats the run expects the controller to retry.
  const heldBack = checked?.objects.some(({ live }) => live !== undefined && isHeldBack(live)) ?? false;
  return (
    !isChanged(prepared) && prepared.newSecretEnv === undefined && jobsDone && !heldBack && newest === good?.revision
  );
}

function isChanged(prepared: Prepared): boolean {
  const { good, release, leftovers } = prepared;
  const removes = leftovers.some(({ state }) => state === 'remove');
  return removes || changesOf(prepared).some(({ change }) => change !== 'unchanged') || good?.hash !== release.hash;
}

/** Without a namespace the server validates nothing, and every object is new. */
function changesOf({ checked, release, namespace }: Prepared): Change[] {
  if (!checked) return release.objects.map((object) => ({ ref: refOf(object), change: 'new', lines: [] }));
  const own = namespace ? [{ ref: refOf(namespace.object), change: 'changed' as const, lines: namespace.lines }] : [];
  const others = checked.objects.map(({ object, live, dryRun, changes, takesFrom, compared }): Change => {
    const ref = refOf(object);
    if (!changes) return { ref, change: 'unchanged', lines: [] };
    const taken = takesFrom ? [`taken over from ${takesFrom.join(', ')}`] : [];
    if (compared) return { ref, change: live ? 'changed' : 'new', lines: [...taken, ...compared.lines] };
    const { change, lines } = changeOf(live, dryRun ?? object);
    return { ref, change, lines: [...taken, ...lines] };
  });
  return [...own, ...others];
}
