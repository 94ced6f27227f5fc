import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { core } from 'zod';
import { UserError } from '../errors.ts';
import { keysAt } from './keys.ts';
import { nearest } from './nearest.ts';
import { type Config, configSchema } from './schema.ts';

interface Problem {
  line: number;
  column: number;
  message: string;
}

/**
 * Reads and checks slipway.yml. All problems are told at once, each with its line and, for a wrong name, the nearest
 * right one.
 * @param workingDirectory absolute folder of the application
 * @param file path of the configuration, relative to it
 * @throws UserError when the file is missing, is not YAML or does not satisfy the schema
 */
export function loadConfig(workingDirectory: string, file = 'slipway.yml'): Config {
  const path = join(workingDirectory, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} was not found in ${workingDirectory}`, {
      remedy: 'Create it (README, "Set up"), or name it by the inputs `config` and `working-directory`.',
      cause,
    });
  }
  return parseConfig(text, relative(process.cwd(), path) || file);
}

/** Checks the text of a slipway.yml; `file` is the name used in messages. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw refused(file, [{ line, column: col, message: `not valid YAML: ${syntax.message}` }]);
  }
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return checkReferences(parsed.data, document, lines, file);
  throw refused(
    file,
    parsed.error.issues.flatMap((issue) => problemsOf(issue, [], document, lines)),
  );
}

function problemsOf(issue: core.$ZodIssue, prefix: PropertyKey[], document: Document, lines: LineCounter): Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = keysAt(path);
      const near = nearest(key, known);
      const where = path.length === 0 ? '' : ` in ${path.map(String).join('.')}`;
      const hint = near ? `did you mean "${near}"?` : `known keys: ${known.join(', ')}`;
      return { ...positionOf(document, lines, [...path, key]), message: `unknown key "${key}"${where}; ${hint}` };
    });
  }
  if (issue.code === 'invalid_union') {
    const best = bestBranch(issue);
    if (best) return best.flatMap((inner) => problemsOf(inner, path, document, lines));
  }
  const name = path.map(String).join('.') || 'slipway.yml';
  return [{ ...positionOf(document, lines, path), message: `${name}: ${describe(issue, document, path)}` }];
}

/** Of a union, the alternative that the value was meant to be: the right type, with the fewest issues. */
function bestBranch(issue: core.$ZodIssueInvalidUnion): core.$ZodIssue[] | undefined {
  const wrongAtAll = (i: core.$ZodIssue) =>
    i.path.length === 0 && (i.code === 'invalid_type' || i.code === 'invalid_value');
  const meant = issue.errors.filter((branch) => !branch.some(wrongAtAll));
  return meant.sort((a, b) => a.length - b.length)[0];
}

function describe(issue: core.$ZodIssue, document: Document, path: PropertyKey[]): string {
  const value = document.getIn(path.map(String));
  if (issue.code === 'invalid_type' && value === undefined) return `is missing (${issue.expected})`;
  if (issue.code === 'invalid_value') {
    const options = issue.values.map(String);
    const near = nearest(String(value), options);
    return `"${String(value)}" is not known; ${near ? `did you mean "${near}"?` : `one of ${options.join(', ')}`}`;
  }
  const shown = isPlain(value) ? ` (found ${JSON.stringify(value)})` : '';
  return `${issue.message}${shown}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Position of the key at the path, or of its nearest parent that exists. */
function positionOf(document: Document, lines: LineCounter, path: PropertyKey[]): { line: number; column: number } {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1).map(String), true) ?? document.contents;
    const key = String(path[length - 1]);
    const offset = isMap(parent)
      ? parent.items.map((pair) => pair.key).find((k) => isScalar(k) && String(k.value) === key)
      : document.getIn(
          path.slice(0, length).map((p) => (typeof p === 'number' ? p : String(p))),
          true,
        );
    const range = (offset as { range?: [number, number, number] } | undefined)?.range;
    if (range) {
      const { line, col } = lines.linePos(range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

/** Names that must exist elsewhere in the file, and rules between keys that a schema cannot state. */
function checkReferences(config: Config, document: Document, lines: LineCounter, file: string): Config {
  const problems: Problem[] = [];
  const refuse = (path: PropertyKey[], message: string) =>
    problems.push({ ...positionOf(document, lines, path), message });
  const environments = Object.keys(config.environments ?? {});
  for (const [name, environment] of Object.entries(config.environments ?? {})) {
    const from = environment.promoteFrom;
    if (from === undefined) continue;
    const path = ['environments', name, 'promoteFrom'];
    if (from === name) refuse(path, `environments.${name}.promoteFrom: an environment cannot be promoted from itself`);
    else if (!environments.includes(from)) refuse(path, unknownName(path, from, environments));
  }
  for (const [index, name] of (config.review?.tests ?? []).entries()) {
    const known = Object.entries(config.tests ?? {})
      .filter(([, test]) => test.against === 'review')
      .map(([key]) => key);
    if (!known.includes(name)) refuse(['review', 'tests', index], unknownName(['review', 'tests'], name, known));
  }
  if (config.review?.host && !config.review.host.includes('{number}')) {
    refuse(['review', 'host'], 'review.host: must contain {number}, else all pull requests would share one host name');
  }
  if (problems.length > 0) throw refused(file, problems);
  return config;
}

function unknownName(path: PropertyKey[], name: string, known: string[]): string {
  const near = nearest(name, known);
  const hint = near ? `did you mean "${near}"?` : known.length > 0 ? `there are: ${known.join(', ')}` : 'there is none';
  return `${path.map(String).join('.')}: "${name}" is not defined; ${hint}`;
}

function refused(file: string, problems: Problem[]): UserError {
  const [first] = problems as [Problem, ...Problem[]];
  const at = (p: Problem) => `${file}:${p.line}:${p.column}: ${p.message}`;
  return new UserError(at(first), {
    location: { file, line: first.line, column: first.column },
    details: problems.slice(1).map(at),
    remedy: 'Correct the file; nothing was built or deployed. docs/slipway-yml.md describes every key.',
  });
}
