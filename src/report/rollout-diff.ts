import { humanDuration } from '../text/duration.ts';
import { COMMENT_CHARACTERS, type Detail, fitted } from './limits.ts';
import { code, codeBlock, inline } from './markdown.ts';

/** What a rollout would change: the answer of a dry run, as plain text. */
export interface RolloutDiff {
  app: string;
  environment: string;
  namespace: string;
  /** By digest. */
  image: string;
  commit: string;
  /** URL of the run; empty where there is none. */
  run: string;
  /** URL of the commits from the current to the new release; empty if unknown. */
  compare: string;
  objects: DiffedObject[];
  /** Jobs that would run before the workloads, with their commands. */
  jobs: { name: string; command: string }[];
  /** Hooks of a chart that would run before the objects are written, and after they are ready: kind, name, events, command. */
  hooks?: { before: string[]; after: string[] };
  /** Who has validated the objects. */
  validation: string;
  /** The longest wait, in milliseconds. */
  waitMs: number;
}

export interface DiffedObject {
  /** `Kind namespace/name`. */
  name: string;
  change: 'new' | 'changed' | 'removed' | 'kept' | 'unchanged';
  /** `spec.replicas: 2 → 3`, or why it is kept. Values of Secrets are hidden already. */
  lines: string[];
}

/** The signs of a diff, which GitHub colours. */
const SIGNS: Record<DiffedObject['change'], string> = {
  new: '+',
  changed: '!',
  removed: '-',
  kept: ' ',
  unchanged: ' ',
};

/** How many objects would change, as words. */
export function diffHeadline({ objects }: Pick<RolloutDiff, 'objects'>): string {
  const count = (...changes: DiffedObject['change'][]) =>
    objects.filter(({ change }) => changes.includes(change)).length;
  const wanted = count('new', 'changed', 'unchanged');
  const removed = count('removed');
  const also = removed > 0 ? `, ${removed} would be removed` : '';
  return `${count('new', 'changed')} of ${wanted} objects would change${also}`;
}

/** Every object with its changed fields, the Jobs, and the wait: for the log and the summary. */
export function rolloutDiffLines(diff: RolloutDiff): string[] {
  return [
    ...diff.objects.flatMap(({ name, change, lines }) => [
      `${SIGNS[change]} ${name} (${change})`,
      ...lines.map((line) => `${SIGNS[change]}     ${line}`),
    ]),
    ...(diff.hooks?.before ?? []).map((hook) => `+ hook ${hook} would run before the objects are written`),
    ...diff.jobs.map(({ name, command }) => `+ Job ${name} would run first: ${command}`),
    ...(diff.hooks?.after ?? []).map((hook) => `+ hook ${hook} would run once all of it is ready`),
    `  validated by ${diff.validation}`,
    ...(diff.waitMs > 0 ? [`  Slipway would wait up to ${humanDuration(diff.waitMs)} until everything is ready`] : []),
  ];
}

/** The marker at the beginning of the one comment of an app and an environment. */
export function diffMarker({ app, environment }: Pick<RolloutDiff, 'app' | 'environment'>): string {
  return `<!-- slipway:diff:${app}:${environment} -->`;
}

/** The comment on a pull request, in GitHub's Markdown, cut to GitHub's limit. */
export function diffComment(diff: RolloutDiff): string {
  return fitted(
    (detail) => render(diff, detail),
    COMMENT_CHARACTERS - 1_000,
    (text) => text.length,
  );
}

function render(diff: RolloutDiff, detail: Detail): string {
  const lines = rolloutDiffLines(diff);
  const shown = lines.slice(0, detail.logLines);
  const more = lines.length - shown.length;
  const links = Object.entries({ compare: diff.compare, run: diff.run }).filter(([, url]) => url !== '');
  const linked = links.map(([name, url]) => ` · [${name}](${url})`).join('');
  const parts = [
    diffMarker(diff),
    `### Dry run: what a rollout of ${inline(diff.app)} to ${inline(diff.environment)} would change`,
    `${inline(diffHeadline(diff))} in namespace ${code(diff.namespace)}. Nothing was written.`,
    shown.length === 0 ? '' : codeBlock(shown, { language: 'diff', longest: detail.lineCharacters }),
    more > 0
      ? `… and ${more} more lines: GitHub shows no longer comments. All of it is in the summary of the run.`
      : '',
    // A full commit id becomes a link on GitHub; as code it would not.
    `<sub>${/^[0-9a-f]{40}$/.test(diff.commit) ? diff.commit : inline(diff.commit)} · ${code(diff.image)}${linked}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
