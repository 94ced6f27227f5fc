import { type FieldsImmutable, UserError } from '../errors.ts';
import type { KubeObject } from '../ports.ts';
import { fieldChanges } from './diff.ts';
import { refOf, shortName } from './ref.ts';

/** What deleting an object of this kind would mean; downtime where nothing else is said. */
const CONSEQUENCES: Record<string, string> = {
  PersistentVolumeClaim: ', which means that its data is lost',
  ConfigMap: '',
  Job: '',
  Secret: '',
  RoleBinding: '',
};

/** How to come by the change without it. */
const INSTEAD: Record<string, string> = {
  ConfigMap: 'Give it a name that changes with its content, as the generators of kustomize do.',
  Job: 'Give the Job a name that changes with its content, or run it as deploy.migrate, which does that.',
  PersistentVolumeClaim: 'Go back to the live value, or make a claim of another name and move the data.',
  Secret: 'Give it a name that changes with its content, as the generators of kustomize do.',
};

/**
 * A refusal for fields that cannot be changed, with their live and their wanted values. Slipway does not delete what serves.
 * @param refusal what the server says: it names fields, but not always both values
 */
export function wouldNeedDeletion(refusal: FieldsImmutable, wanted: KubeObject, live: KubeObject): UserError {
  const { kind, metadata } = wanted;
  const lines = refusal.fields.flatMap((field) => valuesAt(field, refusal.mutable, live, wanted));
  const fields = [...new Set(refusal.fields)].join(', ');
  const within = metadata.namespace ? ` -n ${metadata.namespace}` : '';
  // Its pods and their volumes stay, and the next run takes them over.
  const keepingPods = kind === 'StatefulSet' && !lines.some((line) => line.startsWith('spec.selector'));
  const command = `kubectl${within} delete ${kind.toLowerCase()} ${metadata.name}${keepingPods ? ' --cascade=orphan' : ''}`;
  return new UserError(`${shortName(refOf(wanted))}: ${fields} cannot be changed once the object exists`, {
    details: [
      ...(lines.length > 0 ? lines : refusal.details),
      `it would need deletion${CONSEQUENCES[kind] ?? ', which means downtime'}; not done`,
    ],
    remedy: `${INSTEAD[kind] ?? 'Go back to the live value, or give the object another name.'} To have it deleted all the same, do it by hand and run this again: ${command}`,
    cause: refusal,
  });
}

type Fields = Record<string, unknown>;

/** Lines such as `spec.selector.matchLabels.app: live "a", wanted "b"`; of a whole spec, the fields that may change are left out. */
function valuesAt(field: string, mutable: readonly string[], live: KubeObject, wanted: KubeObject): string[] {
  // The server names the list, users write the single one.
  const path = field
    .replace(/clusterIPs\[\d+\]$/, 'clusterIP')
    .split(/[.[\]]+/)
    .filter((part) => part !== '');
  const [now, then] = [without(at(live, path), mutable), without(at(wanted, path), mutable)];
  const changes = fieldChanges(projected(now, then), then, path.join('.'), wanted.kind);
  const shown = changes.length > 0 ? changes : fieldChanges(now, then, path.join('.'), wanted.kind);
  return shown.map(({ path: where, before, after }) => `${where}: live ${before}, wanted ${after}`);
}

function at(object: KubeObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), object);
}

function without(value: unknown, keys: readonly string[]): unknown {
  if (!isFields(value) || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** The live value with the fields alone that the wanted one has: the server fills in many that nobody wrote. */
function projected(live: unknown, wanted: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(wanted)) return live.map((item, index) => projected(item, wanted[index]));
  if (!isFields(live) || !isFields(wanted)) return live;
  return Object.fromEntries(
    Object.entries(live)
      .filter(([key]) => key in wanted)
      .map(([key, value]) => [key, projected(value, wanted[key])]),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
