import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { ACTIONS } from '../src/stage-result.ts';

/** The checkout that is checked. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What a check answers: problems as `file:line: what, and what to do`, or why it did not run. */
export type CheckResult = { problems: string[] } | { skipped: string };

export interface Check {
  name: string;
  run: () => Promise<CheckResult>;
}

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Files of the project that match git's path patterns: those in git and new ones, but none that is ignored. */
export function filesOf(...patterns: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z', '--', ...patterns];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  const deleted = execFileSync('git', ['ls-files', '--deleted', '-z', '--', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.filter((file) => !deleted.split('\0').includes(file));
}

/** 1-based line of the first occurrence of a text in a file's content; 1 when it is not there. */
export function lineOf(content: string, text: string): number {
  const at = content.indexOf(text);
  return at < 0 ? 1 : content.slice(0, at).split('\n').length;
}

export interface ActionFile {
  /** Path of the action.yml. */
  file: string;
  /** What main.ts knows it as: the folder, or `pipeline` for the root. */
  name: string;
  text: string;
  inputs: Record<string, { description?: string; default?: string }>;
  outputs: Record<string, { description?: string; value?: string }>;
  runs: { using?: string; steps?: { id?: string; run?: string; shell?: string; env?: Record<string, string> }[] };
}

/** The actions of this repository: and the root one. */
export function actionFiles(): ActionFile[] {
  const files = [...ACTIONS.map((name) => ({ name: name as string, file: `actions/${name}/action.yml` }))];
  files.push({ name: 'pipeline', file: 'action.yml' });
  return files.map(({ name, file }) => parseAction(name, file, read(file)));
}

export function parseAction(name: string, file: string, text: string): ActionFile {
  const { inputs = {}, outputs = {}, runs = {} } = load(text) as Partial<ActionFile>;
  return { name, file, text, inputs, outputs, runs };
}
