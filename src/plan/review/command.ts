import { nearest } from '../../config/nearest.ts';
import { isVariant } from '../../inputs/variant.ts';
import { parseDuration } from '../../text/duration.ts';
import { type Act, EXTEND_MS } from './environment/act.ts';

/** A command in a comment; for one variant, or for all. */
export type ReviewCommand = { variant?: string | undefined } & (
  | { name: 'up'; commit: string | undefined }
  | { name: 'down' }
  | { name: 'reset-database' }
  | { name: 'act'; act: Act }
);

/** A command and its author. */
export interface Asked {
  /** The command in its canonical form. */
  command: string;
  /** Login. */
  by: string;
}

export type Parsed =
  /** The comment is no command. */
  | { is: 'nothing' }
  | { is: 'command'; command: ReviewCommand; text: string }
  /** It begins like a command, and is none. `typed`: as it was written. */
  | { is: 'wrong'; typed: string; problem: string };

export const USAGE =
  '/review up | down | restart | extend 24h | logs [process] | run <cron> | reset-database | sleep | wake, and the variant where there are several';

/** Milliseconds: a month at a time. */
const LONGEST_MS = 30 * 86_400_000;
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Reads the command of a comment: its first line, and nothing else on it. Pure and strict: anything else is no command,
 * and no word of the comment is used elsewhere.
 */
export function parseCommand(body: string): Parsed {
  const [first = ''] = body.split(/\r\n|\n|\r/);
  if (!/^\/review(?=[ \t]|$)/.test(first) || first.length > 200) return { is: 'nothing' };
  const [name, ...rest] = first
    .split(/[ \t]+/)
    .slice(1)
    .filter((word) => word !== '');
  const typed = first.trim();
  if (name === undefined) return { is: 'wrong', typed, problem: 'it does not say what to do' };
  return name === 'logs' || name === 'run' ? forPart(name, rest, typed) : forVariant(name, rest, typed);
}

/** RFC 1123 label: the name of a process, a cron, a service or a container. */
const PART = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A command about a part of the environment, with the variant after it. One word after `logs` may be either: who carries it
 * out knows the variants.
 */
function forPart(name: 'logs' | 'run', words: readonly string[], typed: string): Parsed {
  const [part, variant, ...more] = words;
  const problem = partProblem(name, part, variant, more);
  if (problem !== undefined) return { is: 'wrong', typed, problem };
  const act: Act = name === 'run' ? { name, cron: part ?? '' } : { name, ...(part === undefined ? {} : { of: part }) };
  const command: ReviewCommand = { name: 'act', act, ...(variant === undefined ? {} : { variant }) };
  return { is: 'command', command, text: ['/review', name, ...words].join(' ') };
}

function partProblem(name: string, part: string | undefined, variant: string | undefined, more: readonly string[]) {
  if (more.length > 0) return 'there is more on the line than one command';
  if (part === undefined) return name === 'run' ? 'it does not say which cron, as in `/review run nightly`' : undefined;
  const wrongWord = [part, variant].find(
    (word, index) => word !== undefined && !(index === 0 ? PART.test(word) : isVariant(word)),
  );
  return wrongWord === undefined ? undefined : `"${wrongWord.slice(0, 40)}" cannot be a name`;
}

/** The last word may be a variant: it begins with a letter, unlike a time, and is shorter than a commit id. */
function forVariant(name: string, words: readonly string[], typed: string): Parsed {
  const last = words.at(-1);
  const variant = last !== undefined && isVariant(last) ? last : undefined;
  const [argument, ...more] = variant === undefined ? words : words.slice(0, -1);
  const parsed: Understood =
    more.length > 0 ? wrong('there is more on the line than one command') : commandOf(name, argument);
  if (parsed.is === 'wrong') return { ...parsed, typed };
  if (variant === undefined) return parsed;
  return { ...parsed, command: { ...parsed.command, variant }, text: `${parsed.text} ${variant}` };
}

type Understood = Extract<Parsed, { is: 'command' }> | { is: 'wrong'; problem: string };

function wrong(problem: string): Understood {
  return { is: 'wrong', problem };
}

const NAMES = ['up', 'down', 'restart', 'extend', 'logs', 'run', 'reset-database', 'sleep', 'wake'];

/** Common words for a command that do not resemble its name. */
const MEANT: Readonly<Record<string, string>> = {
  deploy: 'up',
  start: 'wake',
  stop: 'sleep',
  delete: 'down',
  remove: 'down',
  reboot: 'restart',
  reset: 'reset-database',
  log: 'logs',
};

function unknown(name: string): Understood {
  const near = Object.hasOwn(MEANT, name) ? MEANT[name] : nearest(name, NAMES);
  return wrong(`there is no command "${name}"${near === undefined ? '' : `; did you mean \`/review ${near}\`?`}`);
}

function commandOf(name: string, argument: string | undefined): Understood {
  if (name === 'extend') return extension(argument);
  if (name === 'up') return up(argument);
  if (argument !== undefined && NAMES.includes(name)) return wrong('this command takes no argument but a variant');
  switch (name) {
    case 'down':
    case 'reset-database':
      return { is: 'command', command: { name }, text: `/review ${name}` };
    case 'sleep':
    case 'wake':
    case 'restart':
      return { is: 'command', command: { name: 'act', act: { name } }, text: `/review ${name}` };
    default:
      return unknown(name);
  }
}

/** Requires a full commit id: an approval holds for it alone, and a short id could become ambiguous. */
function up(argument: string | undefined): Understood {
  if (argument !== undefined && !COMMIT.test(argument)) {
    return wrong('a commit is named by its full id, 40 hexadecimal digits');
  }
  const text = argument === undefined ? '/review up' : `/review up ${argument}`;
  return { is: 'command', command: { name: 'up', commit: argument }, text };
}

function extension(argument: string | undefined): Understood {
  if (argument !== undefined && !/^\d{1,4}[hd]$/.test(argument)) {
    return wrong('a time is written as hours or days, such as 24h or 3d');
  }
  const ms = argument === undefined ? EXTEND_MS : parseDuration(argument, 'the time');
  if (ms === 0 || ms > LONGEST_MS) return wrong('the time is more than nothing, and at most 30d');
  return {
    is: 'command',
    command: { name: 'act', act: { name: 'extend', ms } },
    text: `/review extend ${argument ?? '24h'}`,
  };
}
