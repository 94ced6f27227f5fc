import type { Instruction } from '../../text/dockerfile.ts';
import { type Finding, finding } from '../finding.ts';
import { developmentServer } from './development.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { restOf, type Stage, wordOf } from './stages.ts';

/** The command that the image starts: the last ones of the stages. */
export function commandFindings(chain: readonly Stage[], recipe: Recipe): Finding[] {
  const last = (word: string) =>
    chain.flatMap(({ body }) => body.toReversed()).find((instruction) => wordOf(instruction) === word);
  if (recipe.replaced === 'command') return [];
  const [entrypoint, command] = [last('ENTRYPOINT'), recipe.replaced === 'args' ? undefined : last('CMD')];
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
  const found = developmentServer(text);
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
