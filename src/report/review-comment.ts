import { imageText } from '../objects/images.ts';
import { COMMENT_CHARACTERS, type Detail, fitted } from './limits.ts';
import {
  code,
  codeBlock,
  codeHtml,
  definitions,
  folded,
  html,
  inline,
  paragraph,
  prose,
  shortDigests,
} from './markdown.ts';
import type { Answer, ReviewPhase, ReviewState } from './review-state.ts';
import { databaseWords, expiryWords, isDeployed, logCommand, stepWords } from './review-words.ts';

const PREFIX = '<!-- slipway:review:';

/** The marker at the beginning of the one comment of an app. */
export function reviewMarker(app: string): string {
  return `${PREFIX}${app} -->`;
}

/** The beginning of all markers: finds a comment where the app is not known. */
export const ANY_REVIEW_MARKER = PREFIX;

/** The app of a comment; undefined for a comment without a marker. */
export function markedApp(body: string): string | undefined {
  return /<!-- slipway:review:([a-z0-9-]+) -->/.exec(body)?.[1];
}

/**
 * The comment on a review environment, in GitHub's Markdown. A function of its own shows each field of the state, so no other field
 * gets in. Foreign text is escaped; output of pods is in code blocks.
 */
export function reviewComment(state: ReviewState, characters = COMMENT_CHARACTERS - 1_000): string {
  return fitted(
    (detail) => render(state, detail),
    characters,
    (text) => text.length,
  );
}

function render(state: ReviewState, detail: Detail): string {
  const parts = [
    reviewMarker(state.app),
    `### ${sign(state)} Review environment: ${inline(state.app)}${state.variant === undefined ? '' : ` (${inline(state.variant)})`}`,
    opening(state),
    waiting(state),
    answer(state, detail),
    failure(state, detail),
    facts(state),
    ...state.notes.map((note) => `> [!NOTE]\n> ${paragraph(note).replaceAll('\n', '\n> ')}`),
    footer(state),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const SIGNS: Record<ReviewPhase, string> = {
  starting: '⏳',
  ready: '✅',
  asleep: '💤',
  queued: '⏳',
  failed: '❌',
  cancelled: '🚫',
  removed: '⚪',
  absent: '⚪',
};

/** An environment that answers and whose tests failed is neither ready nor failed. */
function sign({ phase, tests }: ReviewState): string {
  return phase === 'ready' && tests?.passed === false ? '⚠️' : SIGNS[phase];
}

function opening(state: ReviewState): string {
  const link = linkTo(state.url);
  switch (state.phase) {
    case 'starting':
      return state.answers
        ? `An earlier version answers at ${link} meanwhile.`
        : state.url === ''
          ? 'It is being brought up; its address will stand here.'
          : `It will answer at ${inline(state.url)}`;
    case 'ready':
      return `Open it: ${link}`;
    case 'asleep':
      return `Asleep: nothing runs, and the data is kept. Comment ${command('wake', state)}, or push, and it is back in a moment.`;
    case 'queued':
      return paragraph(state.queue ?? 'It waits for a free place.');
    case 'failed':
      return state.answers ? `The earlier version still answers at ${link}` : '';
    case 'cancelled':
      return 'The run was cancelled; the environment is as far as it came. Run it again, or push, to bring it up to date.';
    case 'removed':
    case 'absent':
      if (state.answer)
        return `Removed. The next push, or ${command('up', state)}, brings a new one, with an empty database.`;
      return state.gone?.because === 'expired'
        ? 'Removed: nobody has deployed to it for its whole `ttl`. The next push brings a new one, with an empty database.'
        : 'Closed. The environment and its database are gone: nothing of them is left.';
  }
}

/** Of several environments, the command for this one. */
function command(name: string, { variant }: ReviewState): string {
  return `\`/review ${name}${variant === undefined ? '' : ` ${variant}`}\``;
}

/** A browser cannot open an address for TCP, so it is code. */
function linkTo(url: string): string {
  return /^https?:/.test(url) ? `**[${inline(hostOf(url))}](${url})**` : code(url);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function waiting({ waiting: cause }: ReviewState): string {
  if (cause === undefined) return '';
  const remedy = cause.remedy ? `**What to do:** ${prose(cause.remedy)}` : '';
  return [`> [!WARNING]\n> **Still waiting:** ${prose(cause.what)}`, remedy].filter((part) => part !== '').join('\n\n');
}

/** The most lines of a diagnosis that are shown without a click. */
const OPEN_LINES = 15;

function failure({ failure: wrong, phase }: ReviewState, detail: Detail): string {
  // That a run was cancelled stands above; what it knew then does not.
  const isTold = phase === 'failed' || (phase === 'cancelled' && (wrong?.details.length ?? 0) > 0);
  if (wrong === undefined || !isTold) return '';
  const lines = detail.logLines === 0 ? [] : wrong.details.slice(-detail.logLines);
  const block = codeBlock(lines, { longest: detail.lineCharacters });
  const seen = lines.length === 0 ? '' : folded('What was seen', block, lines.length <= OPEN_LINES);
  // After the lines: remedies refer to the lines above.
  const remedy = wrong.remedy ? `**What to do:** ${inline(wrong.remedy)}` : '';
  return [`> [!${phase === 'failed' ? 'CAUTION' : 'WARNING'}]\n> **${inline(wrong.message)}**`, seen, remedy]
    .filter((part) => part !== '')
    .join('\n\n');
}

function answer({ answer: given }: ReviewState, detail: Detail): string {
  return given === undefined ? '' : answerText(given, detail);
}

/** A command and its result. */
function answerText({ command, by, text, logs = [] }: Answer, detail: Detail): string {
  const heading = `> [!NOTE]\n> ${code(command)} (${inline(by)}): ${paragraph(text).replaceAll('\n', '\n> ')}`;
  const folds = logs.map(({ title, lines }) => {
    const shown = detail.logLines === 0 ? [] : lines.slice(-detail.logLines);
    return shown.length === 0 ? '' : folded(title, codeBlock(shown, { longest: detail.lineCharacters }));
  });
  return [ANSWER[0], heading, ...folds, ANSWER[1]].filter((part) => part !== '').join('\n\n');
}

const ANSWER = ['<!-- answer -->', '<!-- /answer -->'] as const;

/** Lines of each log in an answer; the first number that fits is taken. */
const ANSWER_LINES = [200, 50, 10];
/** Characters of a line in there. */
const LINE_CHARACTERS = 500;

/**
 * The comment with another answer in it, and everything else as it was. What does not fit is cut from the logs of the answer,
 * never from the rest of the comment.
 * @param fits whether the comment can be so
 */
export function withAnswer(body: string, given: Answer, fits: (body: string) => boolean = () => true): string {
  const longest = Math.max(0, ...(given.logs ?? []).map(({ lines }) => lines.length));
  for (const logLines of ANSWER_LINES) {
    const cut = `${given.text} Here are the last ${logLines} lines of each; more are in the summary of the run.`;
    const shown = logLines >= longest ? given : { ...given, text: cut };
    const text = replaced(body, answerText(shown, { logLines, tableRows: 0, lineCharacters: LINE_CHARACTERS }));
    if (fits(text)) return text;
  }
  const none = { ...given, text: `${given.text} They do not fit in here: see the summary of the run.`, logs: [] };
  return replaced(
    body,
    answerText(longest > 0 ? none : given, { logLines: 0, tableRows: 0, lineCharacters: LINE_CHARACTERS }),
  );
}

function replaced(body: string, text: string): string {
  const [begin, end] = [body.indexOf(ANSWER[0]), body.indexOf(ANSWER[1])];
  if (begin < 0 || end < begin) return `${body.trimEnd()}\n\n${text}\n`;
  return `${body.slice(0, begin)}${text}${body.slice(end + ANSWER[1].length)}`;
}

/** A line for each of several images. */
function imageLines({ images }: ReviewState): string {
  const lines = imageText(images).split('\n');
  return lines.map((line) => (line === '' ? '' : codeHtml(shortDigests(line)))).join('<br>');
}

function facts(state: ReviewState): string {
  if (state.phase === 'removed' || state.phase === 'absent') return '';
  const rows: [string, string][] = [
    // A full commit id becomes a link on GitHub; as code it would not.
    ['Commit', html(state.commit)],
    ['Image', imageLines(state)],
    ['Guarded', state.guard ? html(state.guard) : ''],
    ['Running', running(state)],
    ['Database', state.database ? html(databaseWords(state.database)) : ''],
    ['Tests', state.tests ? `${state.tests.passed ? '✅' : '❌'} ${html(state.tests.text)}` : ''],
    [
      'Removed',
      state.expiresAt ? `with the pull request, or after ${expiryWords(state.expiresAt)} without a deploy` : '',
    ],
    ['Logs', logs(state)],
    ['Commands', !isDeployed(state) ? '' : commands(state)],
  ];
  // A queued environment has nothing but its commit yet.
  const shown = state.phase === 'queued' ? rows.slice(0, 1) : rows;
  const known = shown.filter(([, value]) => value !== '');
  return known.length === 0 ? '' : definitions(known);
}

function running({ phase, parts }: ReviewState): string {
  if (phase === 'asleep') return '';
  return parts.map(({ name, what }) => `${codeHtml(name)} ${html(what)}`).join('<br>');
}

function logs(state: ReviewState): string {
  if (!isDeployed(state) || state.phase === 'asleep') return '';
  return `${codeHtml(`/review logs${ofVariant(state.variant)}`)} in a comment, or ${codeHtml(logCommand(state))}`;
}

/** So many crons are named. */
const MOST_CRONS = 3;

/** The commands that apply in this phase. */
function commands({ phase, database, variant, parts }: ReviewState): string {
  const crons = parts.flatMap(({ cron }) => (cron === undefined ? [] : [`run ${cron}`]));
  const own = phase === 'asleep' ? ['wake'] : ['restart', 'sleep', ...crons.slice(0, MOST_CRONS)];
  const names = [...own, 'extend 24h', 'down', ...(database ? ['reset-database'] : [])];
  return `${codeHtml('/review')} ${names.map((name) => codeHtml(`${name}${ofVariant(variant)}`)).join(', ')}`;
}

/** The end of a command that is for this environment alone. */
function ofVariant(variant: string | undefined): string {
  return variant === undefined ? '' : ` ${variant}`;
}

function footer(state: ReviewState): string {
  const run = state.run === '' ? '' : `[run](${state.run})`;
  const times = state.steps.length === 0 ? '' : inline(stepWords(state));
  const text = [times, run].filter((part) => part !== '').join(' · ');
  return text === '' ? '' : `<sub>${text}</sub>`;
}
