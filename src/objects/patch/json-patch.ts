import { isDeepStrictEqual } from 'node:util';
import { stringifyJson } from '../../text/json.ts';
import { isFields } from '../fields.ts';
import { PatchProblem } from './problem.ts';

/** An operation of RFC 6902. `path` and `from` are JSON pointers (RFC 6901). */
export type Operation =
  | { op: 'add'; path: string; value: unknown }
  | { op: 'replace'; path: string; value: unknown }
  | { op: 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  | { op: 'move'; path: string; from: string }
  | { op: 'copy'; path: string; from: string };

/**
 * The document after the operations, in order; the given one stays as it is.
 * @throws PatchProblem where an operation does not apply
 * @see https://www.rfc-editor.org/rfc/rfc6902#section-4
 */
export function withOperations<T extends object>(document: T, operations: readonly Operation[]): T {
  const root = { document: structuredClone(document) as unknown };
  for (const operation of operations) apply(root, operation);
  return root.document as T;
}

type Root = { document: unknown };

function apply(root: Root, operation: Operation): void {
  const { op, path } = operation;
  if (op === 'remove') remove(root, path);
  else if (op === 'move' || op === 'copy') transfer(root, op, operation.from, path);
  else if (op === 'add') add(root, path, structuredClone(operation.value));
  else if (op === 'replace') replace(root, path, structuredClone(operation.value));
  else test(root, path, operation.value);
}

/** Section 4.4: a location cannot be moved into one of its children. */
function transfer(root: Root, op: 'move' | 'copy', from: string, path: string): void {
  if (op === 'move' && path.startsWith(`${from}/`)) throw new PatchProblem(`${from} cannot be moved into itself`);
  const value = structuredClone(read(root, from));
  if (op === 'move') remove(root, from);
  add(root, path, value);
}

/** The map or list that holds a location, and the key in it. */
function placeOf(root: Root, pointer: string): { holder: unknown; key: string } {
  const keys = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = keys.pop() ?? '';
  if (keys.length === 0) return { holder: root, key: 'document' };
  const holder = keys.slice(1).reduce((value, step) => child(value, step, pointer), root.document);
  return { holder, key };
}

function read(root: Root, pointer: string): unknown {
  const { holder, key } = placeOf(root, pointer);
  return child(holder, key, pointer);
}

function child(holder: unknown, key: string, pointer: string): unknown {
  if (Array.isArray(holder)) return holder[indexOf(holder, key, pointer, holder.length - 1)];
  if (isFields(holder) && Object.hasOwn(holder, key)) return holder[key];
  throw new PatchProblem(`there is no "${key}" on the way to ${pointer}`);
}

/** Section 4.1: the holder must exist; in a list, the index may be one past the end, and `-` is the end. */
function add(root: Root, pointer: string, value: unknown): void {
  const { holder, key } = placeOf(root, pointer);
  if (Array.isArray(holder)) {
    holder.splice(key === '-' ? holder.length : indexOf(holder, key, pointer, holder.length), 0, value);
  } else if (isFields(holder)) set(holder, key, value);
  else throw new PatchProblem(`${pointer} lies in a value that is neither a map nor a list`);
}

function remove(root: Root, pointer: string): void {
  const { holder, key } = placeOf(root, pointer);
  child(holder, key, pointer);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete (holder as Record<string, unknown>)[key];
}

function replace(root: Root, pointer: string, value: unknown): void {
  const { holder, key } = placeOf(root, pointer);
  child(holder, key, pointer);
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else set(holder as Record<string, unknown>, key, value);
}

/** A key such as `__proto__` is a key like any other. */
function set(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function test(root: Root, pointer: string, value: unknown): void {
  const found = read(root, pointer);
  if (!isDeepStrictEqual(found, value)) {
    throw new PatchProblem(`the test of ${pointer} fails: it is ${stringifyJson(found)}`);
  }
}

/** RFC 6901, section 4: digits without leading zeros. */
function indexOf(list: readonly unknown[], key: string, pointer: string, most: number): number {
  const index = /^(0|[1-9][0-9]*)$/.test(key) ? Number(key) : Number.NaN;
  if (index <= most) return index;
  throw new PatchProblem(`"${key}" in ${pointer} is not an index of a list of ${list.length}`);
}
