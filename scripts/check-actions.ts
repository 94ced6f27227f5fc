import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from '../src/text/yaml/compose.ts';
import { Lines, type YamlNode } from '../src/text/yaml/node.ts';
import { type ActionFile, actionFiles, type CheckResult, filesOf, lineOf, read, root } from './check-lib.ts';

/**
 * What no other linter sees: no `${{` inside a `run:`, every input of an action.yml mapped to the variable that
 * `src/inputs` reads, every input read, every output passed on.
 */
export async function checkActions(): Promise<CheckResult> {
  return { problems: [...expansionsInScripts(), ...actionFiles().flatMap(interfaceProblems)] };
}

/** A value that GitHub puts into a script's text is code; it belongs into `env:`. */
export function expansionsIn(file: string, text: string): string[] {
  const [document] = compose(text, { depth: 100, aliased: 10_000 });
  return document ? scriptsIn(document).map((offset) => problemAt(file, text, offset)) : [];
}

function problemAt(file: string, text: string, offset: number): string {
  return `${file}:${new Lines(text).at(offset).line}: \${{ }} inside of run: is script injection; pass the value by env:`;
}

/** Where each `run:` stands that has an expression in it. */
function scriptsIn(node: YamlNode): number[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'sequence') return node.items.flatMap(scriptsIn);
  return node.pairs.flatMap(({ key, value }) => {
    const isScript = key.kind === 'scalar' && key.text === 'run' && value.kind === 'scalar';
    return isScript && value.text.includes('${{') ? [value.offset] : scriptsIn(value);
  });
}

function expansionsInScripts(): string[] {
  const files = filesOf('*.yml', '*.yaml').filter((name) => /(^|\/)action\.ya?ml$|(^|\/)workflows\//.test(name));
  return files.flatMap((file) => expansionsIn(file, read(file)));
}

const variableOf = (input: string) => `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;

/** Where an action.yml and the code behind it do not agree. */
export function interfaceProblems(action: ActionFile): string[] {
  const problem = (text: string, at: string) => `${action.file}:${lineOf(action.text, at)}: ${text}`;
  const steps = action.runs.steps ?? [];
  const [step] = steps;
  if (action.runs.using !== 'composite' || !step || steps.length !== 1) {
    return [problem('must be a composite action of one step', 'runs:')];
  }
  const problems: string[] = [];
  const launcher = action.name === 'pipeline' ? 'actions/launch.sh' : '../launch.sh';
  const run = `exec sh "$GITHUB_ACTION_PATH/${launcher}" ${action.name}`;
  if (step.run !== run) problems.push(problem(`run must be \`${run}\``, 'run:'));
  const env = step.env ?? {};
  for (const input of Object.keys(action.inputs)) {
    if (env[variableOf(input)] !== `\${{ inputs.${input} }}`) {
      problems.push(problem(`input ${input} is not mapped: ${variableOf(input)}: \${{ inputs.${input} }}`, 'env:'));
    }
  }
  for (const variable of Object.keys(env)) {
    const known = Object.keys(action.inputs).some((input) => variableOf(input) === variable);
    if (!known) problems.push(problem(`${variable} stands for no input`, variable));
  }
  for (const [output, { value }] of Object.entries(action.outputs)) {
    const expected = `\${{ steps.${step.id}.outputs.${output} }}`;
    if (value !== expected) problems.push(problem(`output ${output} must be ${expected}`, `${output}:`));
  }
  return [...problems, ...readingProblems(action, problem)];
}

const READ = /\.(?:text|required|choice|flag|lines|list|pairs|duration)\(\s*'([a-z-]+)'/g;

/** Names of the inputs that a text of src/inputs reads. */
const namesIn = (text: string): string[] => [...text.matchAll(READ)].map((match) => match[1] ?? '');

/** Further files that read the inputs of an action. */
const ALSO: Readonly<Record<string, string[]>> = {
  pipeline: ['src/inputs/sign-in.ts'],
  'build-image': ['src/inputs/read-login.ts'],
  preflight: ['src/inputs/read-login.ts'],
};

/** Inputs that are declared and not read, or read and not declared. */
function readingProblems(action: ActionFile, problem: (text: string, at: string) => string): string[] {
  const file = `src/inputs/${action.name}.ts`;
  if (!existsSync(join(root, file))) return [problem(`${file} does not exist: nothing reads the inputs`, 'inputs:')];
  const [common = '', cluster = ''] = read('src/inputs/common.ts').split('export function clusterInputs');
  const own = namesIn([file, ...(ALSO[action.name] ?? [])].map(read).join('\n'));
  const ofCluster = 'kubeconfig' in action.inputs ? namesIn(cluster) : [];
  const readable = new Set([...own, ...namesIn(common), ...ofCluster]);
  const declared = Object.keys(action.inputs);
  return [
    ...declared
      .filter((name) => !readable.has(name))
      .map((name) => problem(`input ${name} is read by nothing in ${file}`, `${name}:`)),
    ...[...readable]
      .filter((name) => !declared.includes(name))
      .map((name) => problem(`input ${name} is read in src/inputs, but not declared`, 'inputs:')),
  ];
}
