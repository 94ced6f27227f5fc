import { type FieldsImmutable, UserError } from '../errors.ts';
import type { KubeObject } from '../ports.ts';
import { fieldChanges } from './diff.ts';
import { refOf, shortName } from './ref.ts';

/** The consequence of deleting an object of a kind; downtime for all other kinds. */
const CONSEQUENCES: Record<string, string> = {
  PersistentVolumeClaim: ', which loses its data',
  ConfigMap: '',
  Job: '',
  Secret: '',
  RoleBinding: '',
};

/** How to make the change without a deletion. */
const INSTEAD: Record<string, string> = {
  ConfigMap: 'Give it a name that changes with its content, as the generators of kustomize do.',
  Job: 'Give the Job a name that changes with its content, or run it as deploy.migrate, which does that.',
  PersistentVolumeClaim: 'Go back to the live value, or make a claim of another name and move the data.',
  Secret: 'Give it a name that changes with its content, as the generators of kustomize do.',
};

/**
 * The error for immutable fields, with their live and their wanted values. Slipway does not delete an object that serves.
 * @param refusal the message of the server: it names fields, but not always both values
 */
export function wouldNeedDeletion(refusal: FieldsImmutable, wanted: KubeObject, live: KubeObject): UserError {
  const { kind, metadata } = wanted;
  const lines = refusal.fields.flatMap((field) => valuesAt(field, refusal.mutable, live, wanted));
  const fields = [...new Set(refusal.fields)].join(', ');
  const within = metadata.namespace ? ` -n ${metadata.namespace}` : '';
  // Its pods and their volumes stay, and the next run adopts them.
  const keepingPods = kind === 'StatefulSet' && !lines.some((line) => line.startsWith('spec.selector'));
  const command = `kubectl${within} delete ${kind.toLowerCase()} ${metadata.name}${keepingPods ? ' --cascade=orphan' : ''}`;
  return new UserError(`${shortName(refOf(wanted))}: ${fields} cannot be changed once the object exists`, {
    details: [
      ...(lines.length > 0 ? lines : refusal.details),
      `it would need deletion${CONSEQUENCES[kind] ?? ', which means downtime'}; Slipway does not delete it`,
    ],
    remedy: `${INSTEAD[kind] ?? 'Go back to the live value, or give the object another name.'} To accept the deletion, run this command, then run the job again: ${command}`,
    cause: refusal,
  });
}

type Fields = Record<string, unknown>;

/** Lines such as `spec.selector.matchLabels.app: live "a", wanted "b"`; for a whole spec, without the fields that may change. */
function valuesAt(field: string, mutable: readonly string[], live: KubeObject, wanted: KubeObject): string[] {
  // The server names the list, users write the single field.
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

/** The live value with only the fields of the wanted one: the server adds many defaults. */
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
