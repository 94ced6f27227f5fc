import type { KubeObject, ObjectMeta, ObjectRef } from '../ports.ts';
import { ANNOTATIONS, FIELD_MANAGER } from './names.ts';
import { isOwnedBy, type Owner } from './owner.ts';
import { groupOf, refOf, shortName } from './ref.ts';
import type { Release } from './release.ts';

/** Whether to delete an object that an earlier release had and this one lacks. */
export type Fate = { remove: true; note: string } | { keep: string } | { gone: true };

/** Kinds whose objects hold data, or other objects. */
const NEVER = new Set(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);

/**
 * Objects of earlier releases that are not among the wanted ones, each once, with the reference of the newest release. The
 * API version does not distinguish objects; the uid shows whether another group does.
 */
export function droppedObjects(releases: readonly Release[], wanted: readonly KubeObject[]): ObjectRef[] {
  const kept = new Set(wanted.map((object) => keyOf(refOf(object))));
  const dropped = new Map<string, ObjectRef>();
  for (const release of [...releases].sort((a, b) => a.revision - b.revision)) {
    for (const ref of release.objects.map(refOf)) if (!kept.has(keyOf(ref))) dropped.set(keyOf(ref), ref);
  }
  return [...dropped.values()];
}

/**
 * Deletes only an object of Slipway: it has the labels of this app and environment, and the field manager of Slipway owns
 * fields of it.
 * @param written uids of the objects of this run: this object may be one of them, in another API group
 */
export function fateOf(live: KubeObject | undefined, owner: Owner, written: ReadonlySet<string>): Fate {
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return { gone: true };
  const { metadata, kind } = live;
  if (metadata.uid === undefined || written.has(metadata.uid)) return { gone: true };
  if (NEVER.has(kind)) return { keep: neverDeleted(live) };
  if (!isOwnedBy(live, owner))
    return { keep: 'it no longer carries the labels of this app, environment and repository' };
  if (!isManaged(metadata)) return { keep: 'Slipway did not write it' };
  const kept = keptByAnnotation(metadata);
  if (kept) return { keep: kept };
  return kind === 'StatefulSet' ? fateOfStatefulSet(live) : { remove: true, note: '' };
}

/** Why Slipway never deletes an object, whatever its origin; undefined if it may. */
export function keptBy(live: KubeObject): string | undefined {
  if (NEVER.has(live.kind)) return neverDeleted(live);
  const fate = live.kind === 'StatefulSet' ? fateOfStatefulSet(live) : undefined;
  return fate && 'keep' in fate ? fate.keep : keptByAnnotation(live.metadata);
}

function neverDeleted(live: KubeObject): string {
  return `Slipway never deletes a ${live.kind}: do it by hand (${deletion(live)})`;
}

/**
 * The annotations of Slipway, Helm, Argo CD and Flux that keep an object.
 * @see https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
 */
function keptByAnnotation({ annotations = {}, labels = {} }: ObjectMeta): string | undefined {
  const words = (name: string) => (annotations[name] ?? '').split(',').map((word) => word.trim());
  if (annotations[ANNOTATIONS.prune] === 'false') return `${ANNOTATIONS.prune} is "false"`;
  if (annotations['helm.sh/resource-policy']?.trim() === 'keep') return 'helm.sh/resource-policy is "keep"';
  const argo = 'argocd.argoproj.io/sync-options';
  const options = words(argo);
  const kept = ['Prune=false', 'Prune=confirm'].find((option) => options.includes(option));
  if (kept) return `${argo} has ${kept}`;
  const flux = ['kustomize.toolkit.fluxcd.io/prune', 'helm.toolkit.fluxcd.io/prune'];
  const disabled = flux.find((name) => (annotations[name] ?? labels[name]) === 'disabled');
  return disabled && `${disabled} is "disabled"`;
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention */
function fateOfStatefulSet(live: KubeObject): Fate {
  const spec = (live.spec ?? {}) as {
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string };
    volumeClaimTemplates?: unknown[];
  };
  if (!spec.volumeClaimTemplates?.length) return { remove: true, note: '' };
  if (spec.persistentVolumeClaimRetentionPolicy?.whenDeleted !== 'Delete') {
    return { remove: true, note: 'its volume claims stay, with the data' };
  }
  return { keep: `its volumes would be deleted with it (whenDeleted: Delete): delete it by hand (${deletion(live)})` };
}

function isManaged({ managedFields = [] }: ObjectMeta): boolean {
  return (managedFields as { manager?: string; operation?: string }[]).some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
}

function deletion({ kind, metadata }: KubeObject): string {
  const within = metadata.namespace ? ` -n ${metadata.namespace}` : '';
  return `kubectl${within} delete ${kind.toLowerCase()} ${metadata.name}`;
}

function keyOf(ref: ObjectRef): string {
  return `${groupOf(ref)}/${shortName(ref)}/${ref.kind}`;
}
