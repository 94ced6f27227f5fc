import { messageOf, SlipwayError, Unreachable } from '../../errors.ts';
import { FIELD_MANAGER, fitName } from '../../objects/names.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { withoutStringData } from '../../objects/without-string-data.ts';
import type { IgnoreRule } from '../../plan/drift/ignore.ts';
import { compareObject, fieldDrifts, isDisowned } from '../../plan/drift/object-drift.ts';
import type { ObjectDrift } from '../../plan/drift/report.ts';
import type { Cluster, Kind, KubeObject } from '../../ports.ts';

export interface ObjectContext {
  cluster: Cluster;
  ignore: readonly IgnoreRule[];
  /** An autoscaler decides about the replicas of this live object. */
  autoscaled(live: KubeObject): boolean;
  laterRelease: boolean;
  /** Objects of this kind may be applied, and created, as far as a dry run goes. */
  mayPatch(kind: Kind): boolean;
  mayCreate(kind: Kind): boolean;
  /** Takes a sentence that people should know; the same one counts once. */
  note(sentence: string): void;
}

/** What became of one recorded object; `drift` is undefined where it is as recorded. */
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
    ? 'It has lost the labels by which Slipway knows it as its own.'
    : madeAnew(recorded, live);
  return { recorded, live, drift: { ...identity(recorded), state: 'changed', note, fields } };
}

/** A Job that the cluster removes some time after its end. */
function isRemovedByItself({ kind, spec }: KubeObject): boolean {
  return kind === 'Job' && (spec as { ttlSecondsAfterFinished?: number }).ttlSecondsAfterFinished !== undefined;
}

function deleted(recorded: KubeObject, served: boolean, live: KubeObject | undefined): ObjectDrift {
  const why = served ? null : `The cluster no longer serves ${recorded.kind} of ${recorded.apiVersion}.`;
  const note = live ? `It is being deleted since ${live.metadata.deletionTimestamp}.` : why;
  return { ...identity(recorded), state: 'deleted', note, fields: [] };
}

/** Where it was deleted and made again, nothing of it is ours. */
function madeAnew(recorded: KubeObject, live: KubeObject): string | null {
  const managers = (live.metadata.managedFields ?? []) as { manager?: string }[];
  if (managers.some(({ manager }) => manager === FIELD_MANAGER)) return null;
  return `This ${recorded.kind} was not made by Slipway: it is from ${live.metadata.creationTimestamp}.`;
}

/** The object as the server would have it now; undefined where it may not or cannot be tried out. */
async function tryOut(recorded: KubeObject, context: ObjectContext): Promise<KubeObject | undefined> {
  if (!context.mayPatch(recorded)) {
    context.note(
      `${recorded.kind}: compared with the record itself, because \`patch\` is not permitted, not even as a dry run; what the server fills in or writes differently is told less exactly`,
    );
    return undefined;
  }
  try {
    return await context.cluster.preview(recorded, FIELD_MANAGER);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof Unreachable) throw error;
    const why = [messageOf(error), ...error.details].join('; ');
    context.note(`${shortName(refOf(recorded))}: rolling it out again would be refused as things are: ${why}`);
    return undefined;
  }
}

/** The object as a new one of another name would be, by dry run: that is how its defaults are known. */
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
