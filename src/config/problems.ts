import type { core } from 'zod';
import { type SourceLocation, UserError } from '../errors.ts';
import { Lines, type YamlNode } from '../text/yaml/node.ts';
import { keysAt } from './keys.ts';
import { nearest } from './nearest.ts';
import { placeOf } from './read-value.ts';
import { formHint, limitOf, wanted } from './wanted.ts';

/** More problems only hide the first one. */
const MOST = 50;

/** Collects the problems of a file and reports them together. */
export class Problems {
  private readonly text: string;
  private readonly file: string;
  private readonly root: YamlNode | undefined;
  private readonly found: { offset: number; message: string }[] = [];
  private more = 0;

  constructor(text: string, file: string, root?: YamlNode) {
    this.text = text;
    this.file = file;
    this.root = root;
  }

  add(offset: number, message: string): void {
    this.found.push({ offset, message });
  }

  /** @param message called only for problems that are shown: the search for a nearest name takes time */
  at(path: readonly PropertyKey[], message: () => string): void {
    if (this.found.length >= MOST) this.more++;
    else this.add(placeOf(this.root, path).offset, message());
  }

  /** Adds a zod issue; each unknown key is a problem of its own. */
  issue(issue: core.$ZodIssue, prefix: PropertyKey[] = []): void {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) this.at([...path, key], () => unknownKey(key, path));
      return;
    }
    const isText = placeOf(this.root, path).node?.kind === 'scalar';
    const branch = issue.code === 'invalid_union' ? bestBranch(issue, isText) : undefined;
    if (branch) for (const inner of branch) this.issue(inner, path);
    else this.at(path, () => `${nameOf(path)}: ${describe(issue, placeOf(this.root, path).node, path)}`);
  }

  /** The place of a key, or of its nearest parent that exists. */
  locationOf(path: readonly PropertyKey[]): SourceLocation {
    return { file: this.file, ...new Lines(this.text).at(placeOf(this.root, path).offset) };
  }

  /** @throws UserError with every problem and its line and column */
  refuse(): void {
    if (this.found.length === 0) return;
    const lines = new Lines(this.text);
    const located = this.found.map(({ offset, message }) => ({ ...lines.at(offset), message }));
    const [first = '', ...rest] = located.map(
      ({ line, column, message }) => `${this.file}:${line}:${column}: ${message}`,
    );
    throw new UserError(first, {
      location: { file: this.file, line: located[0]?.line ?? 1, column: located[0]?.column ?? 1 },
      details: this.more === 0 ? rest : [...rest, `and ${this.more} more`],
      remedy: 'Correct the file; nothing was built or deployed. docs/slipway-yml.md describes every key.',
    });
  }
}

/** A name that is not defined elsewhere in the file. */
export function unknownName(path: readonly PropertyKey[], name: string, known: readonly string[]): string {
  const some = known.slice(0, MOST);
  const near = nearest(name, some);
  const defined = some.length > 0 ? `defined are: ${some.join(', ')}` : 'none is defined';
  const hint = near ? `did you mean "${near}"?` : defined;
  return `${nameOf(path)}: "${name}" is not defined; ${hint}`;
}

function unknownKey(key: string, path: PropertyKey[]): string {
  const known = keysAt(path);
  const near = nearest(key, known);
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  return `unknown key "${key}"${where}; ${near ? `did you mean "${near}"?` : `known keys: ${known.join(', ')}`}`;
}

/**
 * The alternative of a union that the author most likely means: the right type, with the fewest issues.
 * @param isText the author wrote a text: it is meant as one of the texts of an alternative that has such a list
 */
function bestBranch(issue: core.$ZodIssueInvalidUnion, isText: boolean): core.$ZodIssue[] | undefined {
  const isList = (i: core.$ZodIssue) =>
    isText && i.code === 'invalid_value' && i.values.every((value) => typeof value === 'string');
  const wrongAtAll = (i: core.$ZodIssue) =>
    i.path.length === 0 && (i.code === 'invalid_type' || (i.code === 'invalid_value' && !isList(i)));
  const meant = issue.errors.filter((branch) => !branch.some(wrongAtAll));
  return meant.sort((a, b) => a.length - b.length)[0];
}

function describe(issue: core.$ZodIssue, node: YamlNode | undefined, path: PropertyKey[]): string {
  const ofType = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  if (ofType && node === undefined) return `is missing (${wanted(path)})`;
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => limitOf(inner) ?? inner.message).join('; ');
  const message = ofType ? `must be ${wanted(path)}` : (limitOf(issue) ?? issue.message);
  if (node?.kind !== 'scalar') {
    const found = KINDS[node?.kind ?? 'mapping'];
    return ofType ? `${message} (found ${found})${formHint(path, node)}` : message;
  }
  if (isEmpty(node)) return 'has no value; write "" for an empty text, or leave the key out';
  if (issue.code === 'invalid_value') {
    const options = issue.values.map(String);
    const near = nearest(node.text, options);
    return `"${node.text}" is not known; ${near ? `did you mean "${near}"?` : options.length === 1 ? `write ${options[0]}` : `use one of ${options.join(', ')}`}`;
  }
  const found = node.plain && !isText(node.text) ? node.text : JSON.stringify(node.text);
  return `${message} (found ${found})${ofType ? formHint(path, node) : ''}`;
}

const KINDS = { sequence: 'a list', mapping: 'a map' } as const;

function isEmpty(node: { plain: boolean; text: string }): boolean {
  return node.plain && /^(~|null|Null|NULL)?$/.test(node.text);
}

function isText(text: string): boolean {
  return !/^(true|false|[-+.0-9][0-9a-fxoA-FXO._]*)$/.test(text);
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'slipway.yml';
}
