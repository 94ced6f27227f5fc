import type { Instruction } from '../../text/dockerfile.ts';
import { secretLike, secretValue } from '../../text/secret-like.ts';
import { type Finding, finding, type Place } from '../finding.ts';
import { baseFindings } from './bases.ts';
import { cacheFindings } from './caches.ts';
import { commandFindings } from './commands.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { chainOf, restOf, type Stage, stagesIn, wordOf } from './stages.ts';

/** What a Dockerfile does that its image or its process suffers from. */
export function dockerfileFindings(recipe: Recipe): Finding[] {
  const stages = stagesIn(recipe.text);
  const chain = chainOf(stages, recipe.target);
  return [
    ...baseFindings(recipe),
    ...stages.flatMap(({ body }) => body).flatMap((one) => secretFindings(one, recipe)),
    ...chain.flatMap(({ body }) => cacheFindings(body, recipe)),
    ...commandFindings(chain, recipe),
    ...(recipe.built ? [] : userFindings(chain, recipe)),
  ];
}

/** `A=b C="d e"`, or the older form `A b`. */
function assignments(text: string): [name: string, value: string][] {
  const [first = '', ...rest] = text.split(' ');
  if (rest.length > 0 && !first.includes('=')) return [[first, rest.join(' ')]];
  return words(text).map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  });
}

/** Splits at spaces outside of quotes; the quotes are left out. */
function words(text: string): string[] {
  const found: string[] = [];
  let [word, quote] = ['', ''];
  for (const sign of text) {
    if (sign === quote) quote = '';
    else if (quote === '' && (sign === '"' || sign === "'")) quote = sign;
    else if (quote !== '' || sign !== ' ') word += sign;
    else {
      found.push(word);
      word = '';
    }
  }
  return [...found, word].filter((one) => one !== '');
}

const NO_SECRET =
  /^$|\$|^(true|false|none|null|changeme|change[-_]?me|secret|password|dummy|test|build|placeholder|xxx+|\*+|\d{1,5}|\/.*)$/i;

/** A URL for a build that needs some URL. */
const NO_LOGIN = /:\/\/(?:[^@/]{0,100}@)?(?:localhost|127\.0\.0\.1|example\.|dummy|placeholder)|:\/\/user:pass/i;

/** Values and arguments that stay in the history of the image. */
function secretFindings(instruction: Instruction, recipe: Recipe): Finding[] {
  const word = wordOf(instruction);
  if (word !== 'ENV' && word !== 'ARG') return [];
  return assignments(restOf(instruction)).flatMap(([name, value]) => {
    if (secretLike(name, value || 'x') === undefined) return [];
    if (NO_LOGIN.test(value)) return [];
    const isForm = secretValue(value) !== undefined;
    if (!isForm && (word === 'ARG' ? value !== '' && NO_SECRET.test(value) : NO_SECRET.test(value))) return [];
    const isLiteral = value !== '';
    return [
      finding('secret-in-dockerfile', {
        where: lineOf(recipe, instruction),
        confidence: isLiteral ? 'likely' : 'possible',
        seen: `${word} ${name} ${isLiteral ? `has a value, and ${isForm ? (secretValue(value) ?? '') : 'its name says that it is a secret'}` : 'takes a secret by its name, and the history of the image keeps build arguments'}`,
        remedy: `Use \`RUN --mount=type=secret,id=${name.toLowerCase()}\` for the build (\`image.secrets\`), and a Secret for the process (\`deploy.secrets\`). Replace a value that was pushed.`,
        key: name,
      }),
    ];
  });
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
