import { type Instruction, instructionsOf } from '../../text/dockerfile.ts';
import { isDummyUrl, isPlaceholder, isPublicName } from '../../text/placeholders.ts';
import { secretLike, secretValue } from '../../text/secret-like.ts';
import { type Finding, finding } from '../finding.ts';
import { lineOf, type Recipe } from './recipe.ts';
import { restOf, type Stage, wordOf } from './stages.ts';

/** Secrets in a Dockerfile: in the history of the image, or in the file itself. */
export function secretFindings(stages: readonly Stage[], chain: readonly Stage[], recipe: Recipe): Finding[] {
  const all = instructionsOf(recipe.text);
  const ofImage = new Set(chain.flatMap(({ body }) => body.map(({ line }) => line)));
  const first = stages[0]?.from.line ?? 0;
  return all.flatMap((instruction) => {
    const word = wordOf(instruction);
    if (word === 'ENV' || word === 'ARG') {
      // Before the first FROM, an argument decides about names of images.
      return instruction.line < first ? [] : ofVariables(instruction, ofImage.has(instruction.line), recipe);
    }
    return COMMANDS.includes(word) ? ofCommand(instruction, recipe) : [];
  });
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

/** @param inImage the history of the image has the instruction; that of an earlier stage is not pushed */
function ofVariables(instruction: Instruction, inImage: boolean, recipe: Recipe): Finding[] {
  const word = wordOf(instruction);
  return assignments(restOf(instruction)).flatMap(([name, value]) => {
    const form = secretValue(value);
    if (value === '' ? word === 'ENV' || !inImage : isPlaceholder(value)) return [];
    if (form === undefined && (isPublicName(name) || secretLike(name, 'x') === undefined)) return [];
    const isLiteral = value !== '';
    const why = isLiteral
      ? `has a value, and ${form ?? 'its name says that it is a secret'}`
      : 'takes a secret by its name, and the history of the image keeps build arguments';
    return [
      finding('secret-in-dockerfile', {
        where: lineOf(recipe, instruction),
        confidence: isLiteral ? 'likely' : 'possible',
        seen: `${word} ${name} ${why}`,
        remedy: `Use \`RUN --mount=type=secret,id=${name.toLowerCase()}\` for the build (\`image.secrets\`), and a Secret for the process (\`deploy.secrets\`). Replace a value that was pushed.`,
        key: name,
      }),
    ];
  });
}

const COMMANDS: readonly string[] = ['RUN', 'CMD', 'ENTRYPOINT', 'LABEL', 'HEALTHCHECK'];
/** A value that the shell fills in. */
const FILLED = /\$\{?\w|\$\(|`/;

/** A secret in the words of a command. */
function ofCommand(instruction: Instruction, recipe: Recipe): Finding[] {
  const lines = [instruction.text, ...(instruction.here ?? [])];
  const found = lines
    .flatMap((line) => line.split(/[\s"']+/))
    .filter((one) => one.length >= 8 && !FILLED.test(one) && !isDummyUrl(one))
    .map((one) => secretValue(one))
    .find((one) => one !== undefined);
  if (found === undefined) return [];
  return [
    finding('secret-in-dockerfile', {
      where: lineOf(recipe, instruction),
      confidence: 'likely',
      seen: `${wordOf(instruction)} holds a secret: ${found}`,
      remedy:
        'Give it to the build by `RUN --mount=type=secret` (`image.secrets`), and replace it where it is used: whoever reads the repository has it.',
      key: `${wordOf(instruction)} ${found}`,
    }),
  ];
}
