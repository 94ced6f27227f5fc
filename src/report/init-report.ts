import type { InitPlan } from '../plan/init/plan-init.ts';
import { baseOf } from '../plan/init/repository.ts';
import type { NewFile } from '../plan/init/write/workflow-files.ts';
import { neutraliseLine } from '../text/neutralise.ts';

export interface InitOutcome {
  /** What became of each file, by its path. */
  written: ReadonlyMap<string, 'written' | 'unchanged' | 'kept'>;
  /** The folder is the root of its checkout. */
  isRoot: boolean;
  /** What was not read; undefined when all was. */
  leftOut: string | undefined;
  /** How Slipway is started: `npx slipway`. */
  call: string;
  /** As the user gave it; undefined for the current folder. */
  workingDirectory: string | undefined;
  /** The branch that is checked out is not the default one. */
  onBranch: boolean;
}

/** A file under its path. */
export function printedFile({ path, text }: NewFile): string {
  return `# ${path}\n${text}`;
}

/** What `slipway init` prints: the files, what to check, what to answer, and the next three commands. */
export function initReport(plan: InitPlan, outcome: InitOutcome): string {
  const { written, isRoot, leftOut } = outcome;
  const { findings, config, workflows } = plan;
  const width = Math.max(...[...written.keys()].map((path) => path.length));
  const kept = [config, ...workflows].filter(({ path }) => written.get(path) === 'kept');
  const notes = [
    ...(findings.hasDockerfile
      ? []
      : ['There is no Dockerfile. Slipway builds one image from it; write one before the first push (docs/init.md).']),
    ...findings.leftOut.map(({ path, why }) => `${path} is no image of the app: ${why}`),
    ...(isRoot
      ? []
      : [
          'This folder is not the root of its repository: the workflows belong there, with the input `working-directory`.',
        ]),
    ...(leftOut === undefined ? [] : [leftOut]),
    ...scheduled(workflows),
  ];
  return (
    [
      ...[...written].map(([path, state]) => `${path.padEnd(width)}  ${WORDS[state]}`),
      ...section(
        'Not written, because the file exists with another content. It would be:',
        kept.flatMap((file) => printedFile(file).trimEnd().split('\n')),
      ),
      ...section('Notes:', notes),
      ...section('Check, in slipway.yml:', marked(config.text, 'guess: ')),
      ...section('Answer, in slipway.yml:', marked(config.text, 'ask: ')),
      ...section('Next:', nextCommands(outcome)),
      '',
    ]
      // A name of a file can hold a line break.
      .map((line) => neutraliseLine(line.replace(/[\r\n]+/g, ' '), 500))
      .join('\n')
  );
}

/** Workflows that run without an event, and so also before somebody has set them up. */
function scheduled(workflows: readonly NewFile[]): string[] {
  const names = workflows.filter(({ text }) => /^ {2}schedule:/m.test(text)).map(({ path }) => baseOf(path));
  if (names.length === 0) return [];
  return [
    `These workflows run by a schedule, and fail until their accounts are there: ${names.join(', ')}. Set them up (docs/workflows.md), or leave the files out at first.`,
  ];
}

const WORDS = { written: 'written', unchanged: 'exists, with the same content', kept: 'exists, and was not changed' };

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** The lines with a mark, each with its number and its key. */
function marked(text: string, mark: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const at = line.indexOf(`# ${mark}`);
    if (at < 0) return [];
    const own = line.slice(0, at).trim();
    const text = line.slice(at + 2 + mark.length);
    // A question above a key says itself what it is about.
    if (own === '' && mark === 'ask: ') return [`${index + 1}: ${text}`];
    // A comment above its key.
    const key = (own === '' ? (lines[index + 1] ?? '').trim() : own).replace(/^# /, '');
    return [`${index + 1}: ${key.split(' #')[0]?.slice(0, 60)}  (${text})`];
  });
}

function nextCommands({ call, workingDirectory, onBranch }: InitOutcome): string[] {
  const folder = workingDirectory === undefined ? undefined : shellWord(workingDirectory);
  const there = folder === undefined ? '' : ` --working-directory ${folder}`;
  const git = folder === undefined ? 'git' : `git -C ${folder}`;
  const branch = onBranch ? '' : `${git} switch --create slipway && `;
  return [
    `${call} render staging${there}`,
    `${call} doctor${there}`,
    `${branch}${git} add slipway.yml .github && ${git} commit --message "Deploy with Slipway" && ${git} push --set-upstream origin HEAD`,
  ];
}

/** One word for a shell. */
function shellWord(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
