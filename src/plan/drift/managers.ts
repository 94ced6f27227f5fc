import type { KubeObject } from '../../ports.ts';
import { type FieldTree, type Path, parseFields, touches, union } from './field-tree.ts';

/** One entry of `metadata.managedFields`: a manager, its fields, and when it last changed the object. */
export interface Manager {
  name: string;
  /** `Apply` for server-side apply, `Update` for everything else. */
  operation: string;
  /** `status` or `scale` for a change through that subresource. */
  subresource: string | undefined;
  /** RFC 3339: the last change of the object by this manager. */
  at: string | undefined;
  fields: FieldTree;
}

/** The last manager of a field, as the API server records it: a program, not a person. */
export interface Author {
  manager: string;
  at: string | null;
}

interface RawEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: unknown;
}

/** @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export function managersOf(object: KubeObject): Manager[] {
  const entries = (object.metadata.managedFields ?? []) as RawEntry[];
  return entries.map(({ manager = '', operation = '', subresource, time, fieldsV1 }) => ({
    name: manager,
    operation,
    subresource: subresource || undefined,
    at: time,
    fields: parseFields(fieldsV1),
  }));
}

/** The fields that this manager has applied. */
export function appliedFields(object: KubeObject, fieldManager: string): FieldTree {
  const own = managersOf(object).filter(({ name, operation }) => name === fieldManager && operation === 'Apply');
  return union(own.map(({ fields }) => fields));
}

/** The newest manager of a field, others before `ours`; undefined for a removed field, which has none. */
export function authorOf(managers: readonly Manager[], path: Path, ours: string): Author | undefined {
  const owners = managers.filter(({ fields }) => touches(fields, path));
  const [newest] = owners.sort((a, b) => Number(a.name === ours) - Number(b.name === ours) || later(a, b));
  return newest && { manager: newest.name, at: newest.at ?? null };
}

/** Sorts the last change first. */
export function later(a: Pick<Manager, 'at'>, b: Pick<Manager, 'at'>): number {
  return (b.at ?? '').localeCompare(a.at ?? '');
}
