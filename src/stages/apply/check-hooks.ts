import { UserError } from '../../errors.ts';
import { type Hook, isHook, runsToEnd } from '../../objects/hooks.ts';
import { LABELS } from '../../objects/names.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import type { Cluster, KubeObject } from '../../ports.ts';
import { inPool } from '../pool.ts';
import { type Checked, type CheckedHook, type CheckedHooks, check } from './check.ts';
import { compared } from './compare.ts';
import type { RollOutRequest } from './request.ts';

/**
 * Lets the API server validate the hooks without storing any.
 * @throws UserError or EnvironmentError; nothing was written
 */
export async function checkHooks(
  { pre, post }: { pre: readonly Hook[]; post: readonly Hook[] },
  request: RollOutRequest,
  cluster: Cluster,
): Promise<CheckedHooks> {
  const all = [...new Set([...pre, ...post])];
  const written = all.map(({ object }) => object).filter((object) => !runsToEnd(object));
  const { objects } = await check({ ...request, objects: written, jobs: [] }, cluster);
  const runs = await inPool(
    all.filter(({ object }) => runsToEnd(object)),
    (hook) => checkRun(hook, request, cluster),
  );
  const checked = new Map([...objects, ...runs].map((one) => [one.object, one]));
  const withChecked = (hooks: readonly Hook[]) =>
    hooks.flatMap((hook): CheckedHook[] => {
      const one = checked.get(hook.object);
      return one ? [{ ...hook, checked: one }] : [];
    });
  return { pre: withChecked(pre), post: withChecked(post) };
}

/** Validates the creation even if an object of this name still exists. */
async function checkRun({ object, spec }: Hook, request: RollOutRequest, cluster: Cluster): Promise<Checked> {
  const live = await cluster.get(refOf(object));
  if (live) refuseForeign(live, object);
  if (live && !spec.deletePolicies.includes('before-hook-creation')) {
    const { kind, metadata } = object;
    throw new UserError(`${shortName(refOf(object))}: this hook has run before, and its delete policy keeps it`, {
      details: [`delete policy: ${spec.deletePolicies.join(', ')}; Helm refuses it as well: it already exists`],
      remedy: `Add before-hook-creation to its helm.sh/hook-delete-policy, or delete it: kubectl -n ${metadata.namespace} delete ${kind.toLowerCase()} ${metadata.name}`,
    });
  }
  if (request.mayTry?.(object) === false)
    return { object, live, dryRun: undefined, ...(await compared(object, undefined, cluster)) };
  const dryRun = await cluster.create(object, { fieldManager: request.fieldManager, dryRun: true });
  return { object, live, dryRun, changes: true };
}

/** A hook replaces an object of its name only if that is a hook or has Slipway's label. */
function refuseForeign(live: KubeObject, object: KubeObject): void {
  const app = live.metadata.labels?.[LABELS.app];
  if (isHook(live) || (app !== undefined && app === object.metadata.labels?.[LABELS.app])) return;
  throw new UserError(`${shortName(refOf(object))}: the hook would replace an object that is no hook`, {
    details: ['it carries neither helm.sh/hook nor the labels of this app'],
    remedy: 'Give the hook another name, or delete that object if nobody needs it.',
  });
}
