import type { Instruction } from '../../text/dockerfile.ts';
import { type Finding, finding } from '../finding.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { restOf, type Stage, wordOf } from './stages.ts';

/** Servers that their makers do not want in production: a command that has all the words. */
const DEVELOPMENT: readonly { words: readonly RegExp[]; name: string; instead: string }[] = [
  { words: [/\bflask\b/, / run\b/], name: 'the development server of Flask', instead: 'gunicorn' },
  { words: [/manage\.py/, /\brunserver\b/], name: 'the development server of Django', instead: 'gunicorn or uvicorn' },
  {
    words: [/\b(?:uvicorn|gunicorn|hypercorn)\b/, / --reload\b/],
    name: 'a server with --reload',
    instead: 'the same without --reload',
  },
  { words: [/\bnode\b/, / --watch\b/], name: 'a watcher', instead: 'node' },
  { words: [/\b(?:nodemon|ts-node-dev|tsx watch)\b/], name: 'a watcher', instead: 'node' },
  {
    words: [/\b(?:npm|yarn|pnpm)(?: run)? (?:dev|start:dev|develop)\b|\b(?:next|vite|nuxt) dev\b/],
    name: 'a development server',
    instead: 'the built app',
  },
  {
    words: [/\bphp\b/, / artisan serve\b| -S /],
    name: 'the development server of PHP',
    instead: 'php-fpm, Apache or FrankenPHP',
  },
];

/** The command that the image starts: the last ones of the stages. */
export function commandFindings(chain: readonly Stage[], recipe: Recipe): Finding[] {
  const last = (word: string) =>
    chain.flatMap(({ body }) => body.toReversed()).find((instruction) => wordOf(instruction) === word);
  const [entrypoint, command] = [last('ENTRYPOINT'), last('CMD')];
  const both = [entrypoint, command].filter((one) => one !== undefined);
  return [...shellForm(entrypoint ?? command, recipe), ...development(both, recipe)];
}

/** @see https://docs.docker.com/reference/dockerfile/#shell-and-exec-form */
function shellForm(instruction: Instruction | undefined, recipe: Recipe): Finding[] {
  const text = instruction === undefined ? '[' : restOf(instruction).trim();
  if (instruction === undefined || text === '' || text.startsWith('[') || /\bexec /.test(text)) return [];
  // A shell with a single command replaces itself by it; with several, or with a pipe, it stays.
  const stays = /&&|\|\||[;|]/.test(text);
  return [
    finding('shell-form', {
      where: lineOf(recipe, instruction),
      confidence: stays ? 'likely' : 'possible',
      seen: `${wordOf(instruction)} is a line for a shell${stays ? ', which stays the first process and passes no signal on' : ''}`,
      remedy: `Write the form with brackets, \`${wordOf(instruction)} ["program", "argument"]\`, or begin the last command with \`exec\`.`,
    }),
  ];
}

function development(instructions: readonly Instruction[], recipe: Recipe): Finding[] {
  const text = instructions
    .map((one) =>
      restOf(one)
        .replace(/[[\]",]+/g, ' ')
        .replace(/ +/g, ' '),
    )
    .join(' ');
  const found = DEVELOPMENT.find(({ words }) => words.every((word) => word.test(text)));
  const at = instructions.at(-1);
  if (found === undefined || at === undefined) return [];
  return [
    finding('development-server', {
      where: lineOf(recipe, at),
      confidence: 'likely',
      seen: `the image starts ${found.name}`,
      remedy: `Start ${found.instead}, here or by \`deploy.command\`.`,
    }),
  ];
}
