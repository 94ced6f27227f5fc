import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { type CheckResult, filesOf, read, root } from './check-lib.ts';

/**
 * Makes every form of a workflow from one template of scripts/workflow-templates, so that none of them differs by accident:
 * the reusable workflow, and for each variant its caller and the complete file.
 *
 * A line of a template is a line of the workflow. ` #? caller complete google` at its end names the forms and variants that have
 * it. `#+ part` includes a part of common.yml, and `#. caller` ends a form. `uses: slipway/<action>` and `uses: slipway/workflow` are
 * ours, and `uses: owner/name` is pinned by `PINS`.
 */
type Form = 'reusable' | 'caller' | 'complete';
const VARIANTS = ['google', 'kubernetes'] as const;
type Variant = (typeof VARIANTS)[number];

const TEMPLATES = 'scripts/workflow-templates';
const FOLDERS: Record<Variant, string> = { google: 'google-cloud', kubernetes: 'kubernetes' };
const OURS = 'slipway-deploy/slipway';

/** Actions of others, by commit. */
const PINS: Record<string, string> = {
  'actions/cache/restore': '27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  'actions/cache/save': '27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  'actions/download-artifact': '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
  'actions/upload-artifact': '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1',
  'docker/login-action': '4907a6ddec9925e35a0a9e82d7399ccc52663121 # v4.1.0',
  'google-github-actions/auth': '7c6bc770dae815cd3e89ee6cdf493a5fab2cc093 # v3.0.0',
};

interface Target {
  name: string;
  form: Form;
  variants: readonly Variant[];
}

/** The tag that a release moves: what `uses:` and the `$schema` of users name. */
export function majorTag(): string {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  return `v${version.split('.')[0]}`;
}

/** Names of the workflows. */
export function workflowNames(): string[] {
  const files = filesOf(`${TEMPLATES}/*.yml`).map((file) => file.slice(TEMPLATES.length + 1, -'.yml'.length));
  return files.filter((name) => name !== 'common');
}

/** Path → text of every file that is made. */
export function madeWorkflows(): Map<string, string> {
  const made = new Map<string, string>();
  for (const name of workflowNames()) {
    made.set(`.github/workflows/${name}.yml`, textOf({ name, form: 'reusable', variants: VARIANTS }));
    for (const variant of VARIANTS) {
      const folder = FOLDERS[variant];
      made.set(`workflows/${folder}/${name}.yml`, textOf({ name, form: 'caller', variants: [variant] }));
      made.set(`workflows/complete/${folder}/${name}.yml`, textOf({ name, form: 'complete', variants: [variant] }));
    }
  }
  return made;
}

function textOf(target: Target): string {
  const lines = expanded(read(`${TEMPLATES}/${target.name}.yml`).trimEnd().split('\n'), target, partsOf());
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function partsOf(): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of read(`${TEMPLATES}/common.yml`).split('\n')) {
    if (line.startsWith('#: ')) {
      lines = [];
      parts.set(line.slice(3), lines);
    } else if (line !== '') lines.push(line);
  }
  return parts;
}

function expanded(lines: string[], target: Target, parts: Map<string, string[]>): string[] {
  const out: string[] = [];
  for (const line of lines) {
    const [, text = line, tags] = /^(.*?) ?#\? (.*)$/.exec(line) ?? [];
    if (text === `#. ${target.form}`) break;
    if (text.startsWith('#. ') || !isFor(target, tags?.split(' ') ?? [])) continue;
    const part = text.startsWith('#+ ') ? text.slice(3) : undefined;
    if (part === undefined) out.push(withUses(text, target));
    else out.push(...expanded(parts.get(part) ?? unknownPart(target, part), target, parts));
  }
  return out;
}

function unknownPart({ name }: Target, part: string): never {
  throw new Error(`${TEMPLATES}/${name}.yml includes "${part}", which ${TEMPLATES}/common.yml does not have`);
}

function isFor({ name, form, variants }: Target, tags: string[]): boolean {
  const forms = tags.filter((tag) => ['reusable', 'caller', 'complete'].includes(tag));
  const named = tags.filter((tag): tag is Variant => VARIANTS.some((variant) => variant === tag));
  if (forms.length + named.length !== tags.length) throw new Error(`${name}: "#? ${tags.join(' ')}" names no form`);
  const hasForm = forms.length === 0 || forms.includes(form);
  return hasForm && (named.length === 0 || named.some((variant) => variants.includes(variant)));
}

/** `$/` is the repository of the reusable workflow itself, at the commit that runs: true of every version, released or not. */
function withUses(line: string, { name, form }: Target): string {
  const [, before, used] = /^( *(?:- )?uses: )(\S+)$/.exec(line) ?? [];
  if (before === undefined || used === undefined) return line;
  if (used === 'slipway/workflow') return `${before}${OURS}/.github/workflows/${name}.yml@${majorTag()}`;
  if (used.startsWith('slipway/')) {
    const path = `actions/${used.slice('slipway/'.length)}`;
    return `${before}${form === 'reusable' ? `$/${path}` : `${OURS}/${path}@${majorTag()}`}`;
  }
  const pin = PINS[used];
  if (pin === undefined) throw new Error(`${name}: ${used} has no pin in scripts/workflows.ts`);
  return `${before}${used}@${pin}`;
}

interface Called {
  on: { workflow_call: { inputs?: Record<string, Described>; secrets?: Record<string, Described> } };
}
interface Described {
  description: string;
  default?: unknown;
}

/** What a caller may give to each reusable workflow, as tables for the documentation. */
export function workflowsMarkdown(): string {
  const parts = workflowNames().map((name) => {
    const { inputs = {}, secrets = {} } = (load(read(`.github/workflows/${name}.yml`)) as Called).on.workflow_call;
    const row = (kind: string, key: string, { description, default: value = '' }: Described) =>
      `| ${kind} \`${key}\` | ${description} | ${value === '' ? '' : `\`${value}\``} |`;
    return [
      `### \`${name}.yml\``,
      '',
      `\`uses: ${OURS}/.github/workflows/${name}.yml@${majorTag()}\` · [the file](../.github/workflows/${name}.yml)`,
      '',
      '| | | default |',
      '|---|---|---|',
      ...Object.entries(inputs).map(([key, input]) => row('input', key, input)),
      ...Object.entries(secrets).map(([key, secret]) => row('secret', key, secret)),
    ].join('\n');
  });
  return `${parts.join('\n\n')}\n`;
}

/** Files that are not as they are made, that are missing, or that no template makes. */
export async function checkMadeWorkflows(): Promise<CheckResult> {
  const made = madeWorkflows();
  const there = filesOf('workflows/**/*.yml', 'workflows/*.yml');
  const problems = there.filter((file) => !made.has(file)).map((file) => `${file}:1: no template makes it`);
  for (const [file, text] of made) {
    const isThere = filesOf(file).length > 0;
    if (!isThere || read(file) !== text) problems.push(`${file}:1: is not up to date; run \`npm run workflows\``);
  }
  return { problems };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes('--write')) {
  for (const [file, text] of madeWorkflows()) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}
