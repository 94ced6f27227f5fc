import { messageOf, SlipwayError, Unreachable } from '../../errors.ts';
import { FIELD_MANAGER, fitName } from '../../objects/names.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { withoutStringData } from '../../objects/without-string-data.ts';
import type { IgnoreRule } from '../../plan/drift/ignore.ts';
import { compareObject, fieldDrifts, isDisowned } from '../../plan/drift/object-drift.ts';
import type { ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster, Kind, KubeObject } from '../../ports.ts';
import { unlessRefused } from '../unless-refused.ts';

export interface ObjectContext {
  cluster: Cluster;
  ignore: readonly IgnoreRule[];
  /** An autoscaler decides about the replicas of this live object. */
  autoscaled(live: KubeObject): boolean;
  laterRelease: boolean;
  /** The account may apply, and create, objects of this kind; used for dry runs only. */
  mayPatch(kind: Kind): boolean;
  mayCreate(kind: Kind): boolean;
  /** Adds a sentence for people; the same one counts once. */
  note(sentence: string): void;
}

/** One recorded object and its live state; `drift` is undefined without a difference. */
export interface Looked {
  recorded: KubeObject;
  live: KubeObject | undefined;
  drift: ObjectDrift | undefined;
}

export async function lookAtObject(object: KubeObject, context: ObjectContext): Promise<Looked> {
  const recorded = withoutStringData(object);
  const served = await context.cluster.resource(recorded);
  const live = served && (await context.cluster.get(refOf(recorded)));
  if (!live || live.metadata.deletionTimestamp !== undefined) {
    const ended = live === undefined && isRemovedByItself(recorded);
    return { recorded, live: undefined, drift: ended ? undefined : deleted(recorded, served !== undefined, live) };
  }
  const wanted = await tryOut(recorded, context);
  const { ignore, laterRelease } = context;
  const options = { ignore, laterRelease, autoscaled: context.autoscaled(live) };
  const comparison = compareObject({ recorded, live, wanted }, options);
  const defaults = comparison.added.length > 0 ? await asNew(recorded, context) : undefined;
  const fields = fieldDrifts(comparison, recorded.kind, defaults);
  if (fields.length === 0) return { recorded, live, drift: undefined };
  const note = isDisowned(recorded, live)
    ? 'It has lost the labels that mark it as an object of Slipway.'
    : madeAnew(recorded, live);
  return { recorded, live, drift: { ...identity(recorded), state: 'changed', note, fields } };
}

/** A Job that the cluster deletes some time after its end. */
function isRemovedByItself({ kind, spec }: KubeObject): boolean {
  return kind === 'Job' && (spec as { ttlSecondsAfterFinished?: number }).ttlSecondsAfterFinished !== undefined;
}

function deleted(recorded: KubeObject, served: boolean, live: KubeObject | undefined): ObjectDrift {
  const why = served ? null : `The cluster no longer serves ${recorded.kind} of ${recorded.apiVersion}.`;
  const note = live ? `It is being deleted since ${live.metadata.deletionTimestamp}.` : why;
  return { ...identity(recorded), state: 'deleted', note, fields: [] };
}

/** An object that was deleted and created again has no fields of Slipway. */
function madeAnew(recorded: KubeObject, live: KubeObject): string | null {
  const managers = (live.metadata.managedFields ?? []) as { manager?: string }[];
  if (managers.some(({ manager }) => manager === FIELD_MANAGER)) return null;
  return `Slipway did not create this ${recorded.kind}: it is from ${live.metadata.creationTimestamp}.`;
}

/** The object as the server would store it now; undefined when a dry run is not permitted or fails. */
async function tryOut(recorded: KubeObject, context: ObjectContext): Promise<KubeObject | undefined> {
  if (!context.mayPatch(recorded)) {
    context.note(
      `${recorded.kind}: compared with the record itself, because \`patch\` is not permitted, not even as a dry run; differences in defaults and notation are less exact`,
    );
    return undefined;
  }
  return unlessRefused(
    () => context.cluster.preview(recorded, FIELD_MANAGER),
    (error) => {
      const why = [messageOf(error), ...error.details].join('; ');
      context.note(`${shortName(refOf(recorded))}: the server would refuse to apply it again: ${why}`);
      return undefined;
    },
  );
}

/** The object as the server would create it under another name, by dry run: it shows the defaults. */
async function asNew(recorded: KubeObject, context: ObjectContext): Promise<KubeObject | undefined> {
  if (!context.mayCreate(recorded)) return undefined;
  const name = fitName(`${recorded.metadata.name}-as-new`);
  const other = { ...recorded, metadata: { ...recorded.metadata, name } };
  try {
    return await context.cluster.create(other, { fieldManager: FIELD_MANAGER, dryRun: true });
  } catch (error) {
    if (error instanceof SlipwayError && !(error instanceof Unreachable)) return undefined;
    throw error;
  }
}

export function identity({ apiVersion, kind, metadata }: KubeObject): Omit<ObjectDrift, 'state' | 'note' | 'fields'> {
  return { apiVersion, kind, namespace: metadata.namespace ?? null, name: metadata.name };
}
