import type { KubeObject } from '../ports.ts';
import { isFields } from './fields.ts';

/** Programs that deploy: Slipway can take over their fields. Controllers (an autoscaler, an operator) keep theirs. */
const DEPLOYERS = new Set([
  'argocd-application-controller',
  'argocd-controller',
  'before-first-apply',
  'helm',
  'helm-controller',
  'kapp',
  'kubectl',
  'kustomize-controller',
  'Terraform',
]);
const KUBECTL = /^kubectl-(?!scale$|autoscale$)/;

/** One entry of `metadata.managedFields`. */
interface Entry {
  manager?: string;
  operation?: string;
  apiVersion?: string;
  subresource?: string;
  fieldsType?: string;
  fieldsV1?: Fields;
}

type Fields = { [key: string]: Fields };

export function isDeployer(manager: string): boolean {
  return DEPLOYERS.has(manager) || KUBECTL.test(manager);
}

/**
 * Deployers from which Slipway can take over an object, each once. For an object that Slipway has already applied, only
 * Helm: a later change by kubectl stays a conflict, so that a take-over happens once.
 */
export function deployersOf(live: KubeObject, fieldManager: string): string[] {
  const entries = entriesOf(live);
  const applied = entries.some((entry) => isOurs(entry, fieldManager));
  const from = entries.filter((entry) => isOfDeployer(entry) && (!applied || entry.manager === 'helm'));
  return [...new Set(from.map(({ manager = '' }) => manager))];
}

/**
 * `metadata.managedFields` of an object with the fields of these deployers under Slipway. The next apply then removes the
 * fields that it does not contain, as if Slipway had applied them before.
 * @see https://github.com/kubernetes/kubernetes/tree/master/staging/src/k8s.io/client-go/util/csaupgrade (the same for kubectl)
 */
export function handedOver(live: KubeObject, from: readonly string[], fieldManager: string): unknown[] {
  const entries = entriesOf(live);
  const isGiven = isOneOf(from);
  const ours = entries.find((entry) => isOurs(entry, fieldManager));
  const apiVersion = ours?.apiVersion ?? entries.find(isGiven)?.apiVersion ?? live.apiVersion;
  // Paths of another version of the API may name other fields.
  const given = entries.filter((entry) => isGiven(entry) && entry.apiVersion === apiVersion);
  const fieldsV1 = union([ours, ...given].map((entry) => entry?.fieldsV1 ?? {}));
  const others = entries.filter((entry) => entry !== ours && !isGiven(entry));
  return [{ manager: fieldManager, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 }, ...others];
}

/**
 * An object without the fields that only these deployers manage.
 * @param applied the object after a forced apply by Slipway, with its managedFields
 */
export function withoutLeftovers(applied: KubeObject, from: readonly string[]): KubeObject {
  const entries = entriesOf(applied);
  const isGiven = isOneOf(from);
  const of = (some: Entry[]) => union(some.map(({ fieldsV1 = {} }) => fieldsV1));
  const copy = structuredClone(applied);
  removeFrom(copy, of(entries.filter(isGiven)), of(entries.filter((entry) => !isGiven(entry))));
  return copy;
}

function isOneOf(from: readonly string[]): (entry: Entry) => boolean {
  return (entry) => isOfDeployer(entry) && from.includes(entry.manager ?? '');
}

function isOurs({ manager, operation }: Entry, fieldManager: string): boolean {
  return manager === fieldManager && operation === 'Apply';
}

function isOfDeployer({ manager = '', subresource }: Entry): boolean {
  return isDeployer(manager) && !subresource;
}

function entriesOf({ metadata }: KubeObject): Entry[] {
  return (metadata.managedFields ?? []) as Entry[];
}

function union(trees: readonly Fields[]): Fields {
  const keys = new Set(trees.flatMap((tree) => Object.keys(tree)));
  return Object.fromEntries([...keys].map((key) => [key, union(trees.flatMap((tree) => tree[key] ?? []))]));
}

/** Removes the entries of a map or list that `given` has and `kept` lacks. */
function removeFrom(value: unknown, given: Fields, kept: Fields): void {
  for (const [key, inner] of Object.entries(given)) {
    const place = placeOf(value, key);
    if (!place) continue;
    const others = kept[key];
    if (others === undefined && isWhole(inner, place.get())) place.remove();
    else removeFrom(place.get(), inner, others ?? {});
  }
}

/** A field without parts, or a whole item or map that the manager made. */
function isWhole(inner: Fields, value: unknown): boolean {
  const parts = Object.keys(inner);
  return parts.length === 0 || (parts.includes('.') && typeof value === 'object');
}

/** Where a key of FieldsV1 points to: `f:name`, `k:{"name":"web"}` or `v:"text"`. */
function placeOf(value: unknown, key: string): { get(): unknown; remove(): void } | undefined {
  const [sign, text] = [key.slice(0, 2), key.slice(2)];
  if (sign === 'f:' && isFields(value) && text in value) {
    return { get: () => value[text], remove: () => Reflect.deleteProperty(value, text) };
  }
  if (!Array.isArray(value) || (sign !== 'k:' && sign !== 'v:')) return undefined;
  const wanted: unknown = JSON.parse(text);
  const index = value.findIndex((item) => (sign === 'v:' ? item === wanted : hasKeys(item, wanted)));
  return index < 0 ? undefined : { get: () => value[index], remove: () => void value.splice(index, 1) };
}

function hasKeys(item: unknown, keys: unknown): boolean {
  return isFields(item) && isFields(keys) && Object.entries(keys).every(([name, value]) => item[name] === value);
}
