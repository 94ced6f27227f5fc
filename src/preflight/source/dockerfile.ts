import type { Instruction } from '../../text/dockerfile.ts';
import { type Finding, finding, type Place } from '../finding.ts';
import { baseFindings } from './bases.ts';
import { cacheFindings } from './caches.ts';
import { commandFindings } from './commands.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { secretFindings } from './secrets.ts';
import { chainOf, restOf, type Stage, stagesIn, wordOf } from './stages.ts';

/** What a Dockerfile does that its image or its process suffers from. */
export function dockerfileFindings(recipe: Recipe): Finding[] {
  const stages = stagesIn(recipe.text);
  const chain = chainOf(stages, recipe.target);
  return [
    ...baseFindings(recipe),
    ...secretFindings(stages, chain, recipe),
    ...chain.flatMap(({ body }) => cacheFindings(body, recipe)),
    ...commandFindings(chain, recipe),
    ...(recipe.built ? [] : userFindings(chain, recipe)),
  ];
}

/** Bases that have a user of their own. */
const NON_ROOT_BASES = /nonroot|rootless|unprivileged|(^|\/)chainguard\/|cgr\.dev\//i;

function lastUser(chain: readonly Stage[]): Instruction | undefined {
  return chain.flatMap(({ body }) => body.toReversed()).find((instruction) => wordOf(instruction) === 'USER');
}

/** The line that decides about the user of the image: its last USER, otherwise the FROM of its last stage. */
export function placeOfUser(recipe: Recipe): Place | undefined {
  const chain = chainOf(stagesIn(recipe.text), recipe.target);
  const instruction = lastUser(chain) ?? chain[0]?.from;
  return instruction && lineOf(recipe, instruction);
}

function userFindings(chain: readonly Stage[], recipe: Recipe): Finding[] {
  const [last] = chain;
  if (last === undefined) return [];
  const said = lastUser(chain);
  const user = said && restOf(said).split(':')[0];
  const isRoot = user === undefined ? !NON_ROOT_BASES.test(chain.at(-1)?.base ?? '') : /^(root|0)$/.test(user);
  if (!isRoot) return [];
  return [
    finding('runs-as-root', {
      where: lineOf(recipe, said ?? last.from),
      confidence: user === undefined ? 'possible' : 'likely',
      seen: user === undefined ? 'no stage of the image has a USER' : `its last USER is ${user}`,
      remedy: 'End with `USER 65532`, or another number: Kubernetes compares numbers, and cannot check a name.',
    }),
  ];
}
