import { isDeepStrictEqual } from 'node:util';
import { type SourceLocation, UserError } from '../../errors.ts';
import type { KubeObject } from '../../ports.ts';
import { type Fields, isFields } from '../fields.ts';
import { LABELS } from '../names.ts';
import { containersOf, podTemplateOf } from '../pod-template.ts';
import { filledValue } from '../value.ts';
import { type Operation, withOperations } from './json-patch.ts';
import { PatchProblem } from './problem.ts';
import { strategicMerge } from './strategic-merge.ts';

/** A patch of slipway.yml on objects that Slipway writes. */
export interface Patch {
  /** Its key, for messages: `deploy.patches[0]`. */
  where: string;
  location: SourceLocation | undefined;
  /** What it applies to; everything that is given must match. */
  target: { kind?: string | undefined; name?: string | undefined; process?: string | undefined };
  /** A map is a strategic merge patch, a list a JSON patch. */
  patch: Fields | readonly Operation[];
  /** Whether an environment without such an object is an error. */
  required: boolean;
}

/**
 * The objects with the patches, in order.
 * @param values of placeholders in texts of the patches
 * @throws UserError with the place of the patch in slipway.yml, if it does not apply, or changes what Slipway decides
 */
export function patchedObjects(
  objects: readonly KubeObject[],
  patches: readonly Patch[],
  values: Readonly<Record<string, string>> = {},
): KubeObject[] {
  const filled = patches.map((patch) => ({ ...patch, patch: filledValue(patch.patch, values) }));
  return objects.map((object) =>
    filled.filter((patch) => isHit(object, patch)).reduce((before, patch) => patched(before, patch), object),
  );
}

/**
 * Refuses patches that hit none of the objects.
 * @param objects all objects of the environment, Jobs included
 * @returns notes about those that need not hit one
 * @throws UserError with the place of the patch in slipway.yml
 */
export function refuseMissed(patches: readonly Patch[], objects: readonly KubeObject[]): string[] {
  const missed = patches.filter((patch) => !objects.some((object) => isHit(object, patch)));
  const required = missed.find((patch) => patch.required);
  if (required) {
    const known = objects.map(({ kind, metadata, ...rest }) => {
      const component = componentOf({ kind, metadata, ...rest });
      return `${kind} ${metadata.name}${component === undefined ? '' : ` (process ${component})`}`;
    });
    throw refused(required, `hits no object: there is no ${targetWords(required)}`, {
      details: [`the objects are: ${known.join(', ')}`],
      remedy:
        'Correct its target. An object that only one environment has is patched in `patches` of that environment.',
    });
  }
  return missed.map((patch) => `${patch.where} applies to nothing here: there is no ${targetWords(patch)}`);
}

function isHit(object: KubeObject, { target }: Patch): boolean {
  const { kind, name, process } = target;
  return (
    (kind === undefined || object.kind === kind) &&
    (name === undefined || object.metadata.name === name) &&
    (process === undefined || componentOf(object) === process)
  );
}

function componentOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[LABELS.component];
}

function targetWords({ target: { kind, name, process } }: Patch): string {
  const of = process === undefined ? '' : ` of process ${process}`;
  return `${kind ?? 'object'}${name === undefined ? '' : ` ${name}`}${of}`;
}

function patched(object: KubeObject, patch: Patch): KubeObject {
  const what = `${object.kind} ${object.metadata.name}`;
  try {
    const next = isOperations(patch.patch) ? withOperations(object, patch.patch) : strategicMerge(object, patch.patch);
    refuseOwned(object, next);
    return next;
  } catch (error) {
    if (!(error instanceof PatchProblem)) throw error;
    throw refused(patch, `does not apply to ${what}: ${error.message}`, {
      remedy: 'Correct the patch; `slipway render` prints the objects that it applies to. Nothing was written.',
    });
  }
}

function isOperations(patch: Patch['patch']): patch is readonly Operation[] {
  return Array.isArray(patch);
}

/** What identifies the object and its app, and the image that was tested, are no matter of a patch. */
function refuseOwned(before: KubeObject, after: KubeObject): void {
  if (!isFields(after) || !isFields(after.metadata)) throw new PatchProblem('no object is left');
  const owned: readonly [string, (object: KubeObject) => unknown][] = [
    ['apiVersion', ({ apiVersion }) => apiVersion],
    ['kind', ({ kind }) => kind],
    ['metadata.name', ({ metadata }) => metadata.name],
    ['metadata.namespace', ({ metadata }) => metadata.namespace],
    ['labels of Slipway', ({ metadata }) => labelsOf(metadata.labels)],
    ['labels of Slipway on the pods', (object) => labelsOf(podTemplateOf(object)?.metadata?.labels)],
    ['spec.selector', ({ spec }) => (isFields(spec) ? spec.selector : undefined)],
  ];
  const changed = owned.find(([, read]) => !isDeepStrictEqual(read(before), read(after)));
  if (changed) throw new PatchProblem(`it changes ${changed[0]}, which Slipway decides`);
  const images = imagesOf(after);
  for (const [container, image] of imagesOf(before)) {
    if (images.get(container) === image) continue;
    throw new PatchProblem(`it changes the image of container ${container}: what was tested is what is deployed`);
  }
  refuseImageless(after);
}

/** A misspelt name of a container adds another container. */
function refuseImageless(object: KubeObject): void {
  const template = podTemplateOf(object);
  const all = template === undefined ? [] : containersOf(template);
  const added = all.find(({ image }) => image === undefined);
  if (added === undefined) return;
  const names = all.filter((one) => one !== added).map(({ name }) => String(name));
  throw new PatchProblem(
    `it adds the container ${String(added.name)} without an image; to change one that is there, use its name: ${names.join(', ')}`,
  );
}

function labelsOf(labels: unknown): Fields {
  const own = Object.entries(isFields(labels) ? labels : {}).filter(
    ([name]) => name.startsWith('slipway.dev/') || Object.values<string>(LABELS).includes(name),
  );
  return Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of the containers that Slipway writes; a patch may add others. */
function imagesOf(object: KubeObject): Map<string, unknown> {
  const containers = podTemplateOf(object)?.spec.containers ?? [];
  return new Map(containers.filter(isFields).map(({ name, image }) => [String(name), image]));
}

function refused({ where, location }: Patch, what: string, context: { details?: string[]; remedy: string }): UserError {
  const at = location === undefined ? '' : `${location.file}:${location.line}:${location.column}: `;
  return new UserError(`${at}${where} ${what}`, { ...context, ...(location ? { location } : {}) });
}
