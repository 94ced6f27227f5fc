import { posix } from 'node:path';
import type { SlipwayError } from '../../../errors.ts';
import type { Expected } from '../expected.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { command } from '../shell.ts';

/** What reading slipway.yml gave. */
export interface ConfigFacts {
  /** Path from the working directory. */
  file: string;
  exists: boolean;
  /** Why it is refused; undefined: it is valid. */
  error: SlipwayError | undefined;
}

export function checkConfigFile({ file, exists, error }: ConfigFacts): Finding {
  const found = finder('repository.config');
  if (!exists) return found.failed(`${file} does not exist`, { fix: 'npx slipway init' });
  if (error === undefined) return found.ok(`${file} is valid`);
  const evidence = [error.message, ...error.details];
  const fix = renames(evidence, file);
  const advice = error.remedy ?? 'Correct these lines.';
  return found.failed(`${file} is not valid`, fix === undefined ? { advice, evidence } : { fix, evidence });
}

/** A message of the check of the file: `slipway.yml:9:1: unknown key "reviews"; did you mean "review"?` */
const MISSPELT =
  /:(\d{1,6}):(\d{1,6}): unknown key "([\w.-]{1,100})"(?: in [^;"]{1,500})?; did you mean "([\w.-]{1,100})"/;

/** The command that corrects misspelt keys, if nothing else is wrong. */
function renames(problems: readonly string[], file: string): string | undefined {
  // A misspelt key that is required is reported as missing, too.
  const located = problems.filter((line) => /:\d{1,6}:\d{1,6}: /.test(line) && !line.includes(' is missing ('));
  const all = located.map((line) => MISSPELT.exec(line));
  const expressions = all.flatMap((match) => {
    if (match === null) return [];
    const [, line, column, wrong = '', right] = match;
    const before = `^\\(.\\{${Number(column) - 1}\\}\\)`;
    return [`${line}s/${before}${wrong.replaceAll('.', '\\.')}/\\1${right}/`];
  });
  return expressions.length === 0 || expressions.length < all.length ? undefined : edit(expressions, file);
}

/** sed of GNU and of BSD agree on `-i` with a suffix alone. */
function edit(expressions: readonly string[], file: string): string {
  const words = expressions.flatMap((expression) => ['-e', expression]);
  return `${command('sed', '-i.bak', ...words, file)} && ${command('rm', `${file}.bak`)}`;
}

/** @param error why slipway.yml of the default branch is refused, or `missing`; undefined: it is valid */
export function checkDefaultBranch(branch: string, content: Fact<{ error: string | undefined }>): Finding {
  const found = finder('repository.default-branch');
  return found.of(`slipway.yml of ${branch}`, content, ({ error }) =>
    error === undefined
      ? found.ok(`slipway.yml of the default branch (${branch}) is valid`)
      : found.failed(`slipway.yml of the default branch (${branch}) ${error}`, {
          advice: `Merge a valid slipway.yml: its limits, access and clusters count for every pull request.`,
        }),
  );
}

/** @param existing Dockerfiles of the repository, as paths from the working directory */
export function checkDockerfiles({ images }: Pick<Expected, 'images'>, existing: readonly string[]): Finding[] {
  return Object.entries(images).map(([name, { context, dockerfile }]) => {
    const found = finder('repository.dockerfile', `image ${name}`);
    const path = posix.join(context, dockerfile);
    if (existing.includes(path)) return found.ok(`${path} exists`);
    const others = existing.filter((other) => other !== path);
    return found.failed(`${path} does not exist`, {
      evidence: others.length > 0 ? [`the repository has ${others.slice(0, 5).join(', ')}`] : [],
      advice: 'Create it, or correct `context` and `dockerfile` of the image in slipway.yml.',
    });
  });
}

const CREDENTIALS = 'gha-creds-*.json';

/** @param ignored content of the files; undefined: the file does not exist */
export function checkIgnored(usesGoogle: boolean, ignored: Readonly<Record<string, string | undefined>>): Finding[] {
  if (!usesGoogle) {
    return [finder('repository.ignored-credentials').skipped('no workflow signs in to Google Cloud')];
  }
  return Object.entries(ignored).map(([file, content]) => {
    const found = finder('repository.ignored-credentials', file);
    const lines = (content ?? '').split(/\r?\n/).map((line) => line.trim());
    const covers = lines.some(
      (line) => /^(\*\*\/|\/)?gha-creds-\*(\.json)?$/.test(line) || line === '*' || line === '**',
    );
    if (covers) return found.ok(`${file} excludes ${CREDENTIALS}`);
    return found.failed(`${file} does not exclude ${CREDENTIALS}, the file of google-github-actions/auth`, {
      fix: `printf '\\n${CREDENTIALS}\\n' >> ${file}`,
    });
  });
}

const SCHEMA = 'https://raw.githubusercontent.com/slipway-deploy/slipway/v1/schema/slipway.schema.json';

/** @param text content of slipway.yml */
export function checkSchema(file: string, text: string): Finding {
  const found = finder('repository.schema');
  const named =
    /^#\s{0,10}yaml-language-server:\s{0,10}\$schema=(\S{1,500})/m.exec(text)?.[1] ??
    /^['"]?\$schema['"]?:\s{0,10}['"]?([^\s'"]{1,500})/m.exec(text)?.[1];
  if (named?.endsWith('slipway.schema.json')) return found.ok(`${file} names its schema`, [named]);
  const line = `# yaml-language-server: $schema=${SCHEMA}`;
  if (named === undefined) return found.skipped(`${file} names no schema; editors complete keys with the line ${line}`);
  const expressions = ['# *yaml-language-server:', `['"]*\\$schema['"]*:`].map((key) => `s|^${key}.*|${line}|`);
  return found.failed(`${file} names another schema: ${named}`, { fix: edit(expressions, file) });
}
