import { FIELD_MANAGER, LABELS } from '../../objects/names.ts';
import type { KubeObject } from '../../ports.ts';
import { type Added, addedFields } from './added.ts';
import { alike } from './alike.ts';
import { isController } from './controllers.ts';
import { formatPath, valueAt } from './field-path.ts';
import { NO_FIELDS, type Path, union } from './field-tree.ts';
import { fieldsOfObject } from './fields-of-object.ts';
import { HARMLESS, type IgnoreRule, isIgnored } from './ignore.ts';
import { type Author, appliedFields, authorOf, type Manager, managersOf } from './managers.ts';
import { type Difference, differences } from './recorded.ts';
import type { FieldDrift } from './report.ts';
import { shownPair } from './shown.ts';

/** One recorded object and its state in the cluster. */
export interface Views {
  recorded: KubeObject;
  live: KubeObject;
  /** The recorded object as the server would store it now; undefined without a dry run. */
  wanted: KubeObject | undefined;
}

export interface CompareOptions {
  ignore: readonly IgnoreRule[];
  /** An autoscaler decides about `spec.replicas`. */
  autoscaled: boolean;
  /** A later release may have left fields managed by Slipway that this one does not have. */
  laterRelease: boolean;
}

/** The differences of an object, before the defaults among the added fields are known. */
export interface Comparison {
  recorded: (Difference & { author: Author | undefined })[];
  added: Added[];
}

/** Compares one object with its record, field by field. */
export function compareObject(views: Views, options: CompareOptions): Comparison {
  const { recorded, live } = views;
  const managers = managersOf(live);
  const ours = oursOf(views, managers, options.laterRelease);
  const changed = views.wanted
    ? differences(ours, views.wanted, live)
    : differences(ours, recorded, live, (a, b) => alike(a, b));
  const drifted = changed
    .map((difference) => ({ ...difference, author: authorOf(managers, difference.path, FIELD_MANAGER) }))
    .filter(({ path, author }) => isDrift(recorded, path, author, options));
  const others = managers.filter((manager) => isOther(manager));
  const added = addedFields(live, others, ours).filter(
    ({ path, author }) => !drifted.some((one) => isUnder(path, one.path)) && isDrift(recorded, path, author, options),
  );
  return { recorded: drifted, added };
}

/** The fields of the record; with the server's answer, those that it attributes to Slipway. */
function oursOf({ recorded, live, wanted }: Views, managers: readonly Manager[], laterRelease: boolean) {
  const own = wanted
    ? appliedFields(wanted, FIELD_MANAGER)
    : fieldsOfObject(recorded, union(managers.map(({ fields }) => fields)));
  return union([own, laterRelease && wanted ? appliedFields(live, FIELD_MANAGER) : NO_FIELDS]);
}

/** Controllers and autoscalers write `status` and `scale`; the recorded replicas show a person who scales. */
function isOther({ name, subresource }: Manager): boolean {
  return name !== FIELD_MANAGER && subresource === undefined && !isController(name);
}

function isDrift(
  object: KubeObject,
  path: Path,
  author: Author | undefined,
  { ignore, autoscaled }: CompareOptions,
): boolean {
  const field = formatPath(path);
  // The manager does not matter: a deleted autoscaler leaves a number that the next release will change.
  if (field === 'spec.replicas') {
    return !autoscaled && !isIgnored(ignore, refOf(object), field, author?.manager);
  }
  if (author && isController(author.manager)) return false;
  return !isIgnored([...HARMLESS, ...ignore], refOf(object), field, author?.manager);
}

function refOf({ kind, metadata }: KubeObject): { kind: string; name: string } {
  return { kind, name: metadata.name };
}

function isUnder(path: Path, whole: Path): boolean {
  return whole.every((key, index) => path[index] === key);
}

/**
 * The drift of a comparison.
 * @param defaults the recorded object as a new one would be: an added field that is like there is only the server's default
 */
export function fieldDrifts(comparison: Comparison, kind: string, defaults: KubeObject | undefined): FieldDrift[] {
  const added = comparison.added.filter(
    ({ path, live }) => defaults === undefined || !alikeBoth(valueAt(defaults, path), live),
  );
  return [
    ...comparison.recorded.map(({ path, wanted, live, author }) => {
      const change = live === undefined ? ('removed' as const) : wanted === undefined ? 'added' : 'changed';
      return fieldDrift(change, kind, path, wanted, live, author);
    }),
    ...added.map(({ path, live, author }) => fieldDrift('added', kind, path, undefined, live, author)),
  ];
}

function alikeBoth(a: unknown, b: unknown): boolean {
  return a !== undefined && alike(a, b) && alike(b, a);
}

function fieldDrift(
  change: FieldDrift['change'],
  kind: string,
  path: Path,
  recorded: unknown,
  live: unknown,
  author: Author | undefined,
): FieldDrift {
  const removed = change === 'removed';
  return {
    field: formatPath(path),
    change,
    ...shownPair(kind, path, recorded, live),
    // The manager that removed a field owns nothing of it; the managers of the fields around it are others.
    by: removed ? null : (author?.manager ?? null),
    at: removed ? null : (author?.at ?? null),
  };
}

/** Whether the object has lost labels by which a later release would recognise it. */
export function isDisowned(recorded: KubeObject, live: KubeObject): boolean {
  return [LABELS.app, LABELS.environment].some(
    (label) => recorded.metadata.labels?.[label] !== undefined && live.metadata.labels?.[label] === undefined,
  );
}
