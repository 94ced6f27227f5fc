import { join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import { compose } from '../text/yaml/compose.ts';
import { type YamlNode, YamlProblem } from '../text/yaml/node.ts';
import { rootChoices } from './choices.ts';
import { presenceProblems } from './images.ts';
import { Problems } from './problems.ts';
import { readValue } from './read-value.ts';
import { checkReferences } from './references.ts';
import { regularText, Unfit } from './regular-text.ts';
import { type Config, configSchema } from './schema.ts';
import { noteKeys, noteWritten } from './written-at.ts';

/** A larger file is not a configuration. */
const LARGEST_BYTES = 1024 * 1024;
/** Far above any configuration; an alias bomb exceeds it. */
const LIMITS = { depth: 100, aliased: 20_000 };

/**
 * Reads and checks slipway.yml. Reports all problems together, each with its line and column and, for a wrong name, the
 * nearest right one.
 * @param workingDirectory absolute folder of the application
 * @param file path of the configuration, relative to it
 * @throws UserError when the file is missing, larger than 1 MiB, is not YAML or does not satisfy the schema
 */
export function loadConfig(workingDirectory: string, file = 'slipway.yml'): Config {
  const path = join(workingDirectory, file);
  let text: string;
  try {
    text = regularText(path, LARGEST_BYTES);
  } catch (cause) {
    if (cause instanceof Unfit) throw unfit(file, cause);
    throw new UserError(`${file} was not found in ${workingDirectory}`, {
      remedy:
        'Create it (`npx slipway init`, docs/first-hour.md), or name it by the inputs `config` and `working-directory`.',
      cause,
    });
  }
  return parseConfig(text, relative(process.cwd(), path) || file);
}

/** Checks the text of a slipway.yml; `file` is the name used in messages. */
export function parseConfig(text: string, file: string): Config {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_BYTES) throw tooLarge(file, bytes);
  const syntax = new Problems(text, file);
  try {
    return checked(rootOf(text), text, file);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    syntax.add(error.offset, error.message);
    syntax.refuse();
    throw error;
  }
}

function unfit(file: string, { bytes, message }: Unfit): UserError {
  if (bytes !== undefined) return tooLarge(file, bytes);
  return new UserError(`${file} cannot be read: ${message}`, {
    remedy: 'Put the configuration into a file of this name.',
  });
}

function tooLarge(file: string, bytes: number): UserError {
  return new UserError(`${file} has ${(bytes / LARGEST_BYTES).toFixed(1)} MiB; the limit is 1 MiB`, {
    remedy: 'Keep large values in files of the application, in a ConfigMap, or in values of the chart.',
  });
}

function rootOf(text: string): YamlNode | undefined {
  const [first, second] = compose(text, LIMITS).filter((document) => document !== undefined);
  if (second) throw new YamlProblem('a second document begins here; slipway.yml is one', second.offset);
  return first;
}

function checked(root: YamlNode | undefined, text: string, file: string): Config {
  const problems = new Problems(text, file, root);
  const value = (root && readValue(root, rootChoices())) ?? {};
  const parsed = configSchema.safeParse(value);
  if (parsed.success) checkReferences(parsed.data, problems);
  else for (const issue of parsed.error.issues) problems.issue(issue);
  for (const { path, message } of presenceProblems(value)) problems.at(path, () => message);
  problems.refuse();
  const config = parsed.data as Config;
  noteWrittenPatches(config, problems);
  noteKeys(config, (keys) => (Object.hasOwn(config, keys[0] ?? '') ? problems.locationOf(keys) : undefined));
  return config;
}

/** Only a plan knows the objects that a patch applies to. */
function noteWrittenPatches({ deploy, review, environments = {} }: Config, problems: Problems): void {
  const lists: [PropertyKey[], readonly object[] | undefined][] = [
    [['deploy'], deploy.patches],
    [['review'], review?.patches],
    ...Object.entries(environments).map(([name, { patches }]): [PropertyKey[], readonly object[] | undefined] => [
      ['environments', name],
      patches,
    ]),
  ];
  for (const [path, patches = []] of lists) {
    for (const [index, patch] of patches.entries()) {
      noteWritten(patch, problems.locationOf([...path, 'patches', index]));
    }
  }
}
