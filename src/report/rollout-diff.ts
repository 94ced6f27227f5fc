import type { CommitsBetween } from '../ports.ts';
import { cutLine } from '../text/cut.ts';
import { humanDuration } from '../text/duration.ts';
import { COMMENT_CHARACTERS, type Detail, fitted } from './limits.ts';
import { code, codeBlock, folded, inline } from './markdown.ts';

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
  /** The commits from the current to the new release, the newest first; absent if unknown. */
  commits?: CommitsBetween | undefined;
  objects: DiffedObject[];
  /** Jobs that would run before the workloads, with their commands. */
  jobs: { name: string; command: string }[];
  /** Hooks of a chart that would run before the objects are written, and after they are ready: kind, name, events, command. */
  hooks?: { before: string[]; after: string[] };
  /** How the objects were validated, in words; empty where that stands elsewhere. */
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
    ...commitLines(diff),
    ...diff.objects.flatMap(({ name, change, lines }) => [
      `${SIGNS[change]} ${name} (${change})`,
      ...lines.map((line) => `${SIGNS[change]}     ${line}`),
    ]),
    ...(diff.hooks?.before ?? []).map((hook) => `+ hook ${hook} would run before the objects are written`),
    ...diff.jobs.map(({ name, command }) => `+ Job ${name} would run first: ${command}`),
    ...(diff.hooks?.after ?? []).map((hook) => `+ hook ${hook} would run once all of it is ready`),
    ...(diff.validation === '' ? [] : [`  validation: ${diff.validation}`]),
    ...(diff.waitMs > 0 ? [`  Slipway would wait up to ${humanDuration(diff.waitMs)} until everything is ready`] : []),
  ];
}

/** Characters of the title of a commit. */
const TITLE = 100;

/** `3 commits would come`, `the newest 30 of 84 commits that would come` */
export function commitsTitle({ total, commits }: CommitsBetween): string {
  if (commits.length < total) return `The newest ${commits.length} of ${total} commits that would come`;
  return total === 1 ? 'One commit would come' : `${total} commits would come`;
}

/** A rollout to an older commit, or to another branch. */
export function takenBackWords({ behind }: CommitsBetween, { environment }: Pick<RolloutDiff, 'environment'>): string {
  const commits = behind === 1 ? 'One commit' : `${behind} commits`;
  return `${commits} that ${environment} has now would be taken back.`;
}

function commitLines(diff: RolloutDiff): string[] {
  const { commits } = diff;
  if (commits === undefined) return [];
  return [
    ...(commits.behind > 0 ? [`- ${takenBackWords(commits, diff)}`] : []),
    ...(commits.commits.length > 0 ? [`  ${commitsTitle(commits)}:`] : []),
    ...commits.commits.map(({ sha, title, by }) => `+     ${sha.slice(0, 12)} ${cutLine(title, TITLE)} (${by})`),
  ];
}

/** A full commit id becomes a link on GitHub. */
function commitList(diff: RolloutDiff): string {
  const { commits } = diff;
  if (commits === undefined) return '';
  const rows = commits.commits.map(
    ({ sha, title, by }) => `- ${sha} ${unlinked(inline(cutLine(title, TITLE)))} (${inline(by)})`,
  );
  const back = commits.behind > 0 ? `> [!WARNING]\n> ${inline(takenBackWords(commits, diff))}` : '';
  const list = rows.length === 0 ? '' : folded(commitsTitle(commits), rows.join('\n'), rows.length <= OPEN_COMMITS);
  return [back, list].filter((part) => part !== '').join('\n\n');
}

/** GitHub notes on an issue each comment that names it. */
function unlinked(title: string): string {
  return title.replaceAll('#', '#<!-- -->');
}

/** So many commits are shown without a click. */
const OPEN_COMMITS = 10;

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
  const lines = rolloutDiffLines({ ...diff, commits: undefined });
  const shown = lines.slice(0, detail.logLines);
  const more = lines.length - shown.length;
  const links = Object.entries({ compare: diff.compare, run: diff.run }).filter(([, url]) => url !== '');
  const linked = links.map(([name, url]) => ` · [${name}](${url})`).join('');
  const parts = [
    diffMarker(diff),
    `### Dry run: what a rollout of ${inline(diff.app)} to ${inline(diff.environment)} would change`,
    `${inline(diffHeadline(diff))} in namespace ${code(diff.namespace)}. Nothing was written.`,
    commitList(diff),
    shown.length === 0 ? '' : codeBlock(shown, { language: 'diff', longest: detail.lineCharacters }),
    more > 0
      ? `… and ${more} more lines: GitHub shows no longer comments. All of it is in the summary of the run.`
      : '',
    // A full commit id becomes a link on GitHub; as code it would not.
    `<sub>${/^[0-9a-f]{40}$/.test(diff.commit) ? diff.commit : inline(diff.commit)} · ${code(diff.image)}${linked}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
