import { tryReference } from '../../objects/image-reference.ts';
import { type Instruction, instructionsOf, stagesOf } from '../../text/dockerfile.ts';
import { contextName } from './contexts.ts';
import { expandVariables } from './expand-variables.ts';

/** What a build of one stage takes from outside of its context. */
export interface DockerfileUse {
  /** The given build arguments that decide the result. */
  args: Record<string, string>;
  /** The images that it reads, with their variables replaced: FROM, COPY --from, mounts, `# syntax`. Sorted. */
  images: string[];
  /** Names of images whose variables are known only to the builder. */
  unknown: string[];
}

/** A stage with the names of the stages and images that it reads. */
interface Stage {
  reads: string[];
  args: Set<string>;
}

const NO_CONTEXTS: ReadonlySet<string> = new Set();
/** Frontends whose Dockerfiles have the instructions of the reference. */
const DOCKERFILE_SYNTAX = /^(docker\.io\/)?docker\/dockerfile(-upstream)?([:@]|$)/;
/** Arguments that the frontend and the builder read themselves. */
const ALWAYS = /^(BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/;

/**
 * Reads what the build of a stage uses. A stage that it does not reach does not count. Where the names of stages depend on
 * variables of the builder, all stages count.
 * @param target undefined: the last stage
 * @param given build arguments
 * @param contexts the names of named contexts, as `contextName` has them: they take the place of stages and images
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function dockerfileUse(
  dockerfile: string,
  target: string | undefined,
  given: Readonly<Record<string, string>>,
  contexts: ReadonlySet<string> = NO_CONTEXTS,
): DockerfileUse {
  const syntax = given.BUILDKIT_SYNTAX ?? syntaxOf(dockerfile);
  const images = new Set(syntax === undefined ? [] : [syntax]);
  if (syntax !== undefined && !DOCKERFILE_SYNTAX.test(syntax))
    return { args: { ...given }, images: [...images], unknown: ['the images of another syntax'] };
  const names = stagesOf(dockerfile).map((name) => name.toLowerCase());
  const { stages, globals } = readStages(instructionsOf(dockerfile), given);
  const unknown = stages.flatMap(({ reads }) => reads.filter((read) => read.includes('$')));
  const reached = unknown.length > 0 ? stages.keys() : reachedFrom(target, names, stages);
  const args = new Set(globals);
  for (const at of reached) {
    const stage = stages[at] as Stage;
    for (const name of stage.args) args.add(name);
    for (const read of stage.reads) {
      if (read.includes('$') || read === 'scratch' || stageAt(read, names, at) !== undefined) continue;
      if (!isContext(read, contexts)) images.add(read);
    }
  }
  const used = Object.entries(given).filter(([name]) => args.has(name) || ALWAYS.test(name));
  return { args: Object.fromEntries(used), images: [...images].sort(), unknown: [...new Set(unknown)] };
}

function isContext(read: string, contexts: ReadonlySet<string>): boolean {
  if (contexts.size === 0) return false;
  const parsed = tryReference(read);
  return parsed !== undefined && contexts.has(contextName(parsed));
}

/**
 * `# syntax=…` stands before everything else but a `#!` line. For frontends of other languages: `//syntax=…`, and JSON.
 * @see https://docs.docker.com/build/buildkit/frontend/
 */
function syntaxOf(dockerfile: string): string | undefined {
  const text = dockerfile.replace(/^\uFEFF/, '').replace(/^#!.*\n/, '');
  return (
    directiveOf(text, /^#[ \t]*([a-zA-Z]\w*)[ \t]*=(.*)$/) ?? directiveOf(text, DIRECTIVE_OF_OTHERS) ?? jsonSyntax(text)
  );
}

const DIRECTIVE_OF_OTHERS = /^\/\/[ \t]*([a-zA-Z]\w*)[ \t]*=(.*)$/;

function directiveOf(text: string, form: RegExp): string | undefined {
  for (const line of text.split('\n', 10)) {
    const [, name, value] = form.exec(line) ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() === 'syntax') return value?.trim();
  }
  return undefined;
}

function jsonSyntax(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { syntax } = JSON.parse(text) as { syntax?: unknown };
    return typeof syntax === 'string' ? syntax : undefined;
  } catch {
    return undefined;
  }
}

/** `globals`: arguments before the first FROM that names of images contain. */
function readStages(
  instructions: readonly Instruction[],
  given: Readonly<Record<string, string>>,
): { stages: Stage[]; globals: Set<string> } {
  const values: Record<string, string | undefined> = {};
  const globals = new Set<string>();
  const stages: Stage[] = [];
  for (const { text } of instructions) {
    const stage = stages.at(-1);
    // A stage that is built from this one carries the instruction out.
    const [word = '', ...rest] = text.replace(/^ONBUILD /i, '').split(' ');
    if (word.toUpperCase() === 'FROM') {
      const image = rest.find((part) => !part.startsWith('--')) ?? '';
      for (const name of variablesIn(rest.join(' '))) globals.add(name);
      stages.push({ reads: [expandVariables(unquoted(image), values) ?? image], args: new Set() });
    } else if (stage === undefined) {
      if (word.toUpperCase() !== 'ARG') continue;
      for (const [name, value] of declared(rest)) {
        for (const inner of variablesIn(value ?? '')) globals.add(inner);
        values[name] = given[name] ?? (value === undefined ? undefined : expandVariables(unquoted(value), values));
      }
    } else if (word.toUpperCase() === 'ARG') {
      for (const [name] of declared(rest)) stage.args.add(name);
    } else {
      stage.reads.push(...sourcesIn(word.toUpperCase(), rest));
    }
  }
  return { stages, globals };
}

function declared(words: readonly string[]): [name: string, value: string | undefined][] {
  return words.map((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  });
}

/** Stages and images that COPY, ADD and RUN read. */
function sourcesIn(instruction: string, words: readonly string[]): string[] {
  const end = words.findIndex((word) => !word.startsWith('--'));
  const options = end < 0 ? words : words.slice(0, end);
  if (instruction === 'COPY' || instruction === 'ADD')
    return options.filter((option) => option.startsWith('--from=')).map((option) => unquoted(option.slice(7)));
  if (instruction !== 'RUN') return [];
  return options
    .filter((option) => option.startsWith('--mount='))
    .flatMap((option) => option.slice(8).split(','))
    .filter((part) => part.startsWith('from='))
    .map((part) => unquoted(part.slice(5)));
}

/** Indexes of the stages that the target is made from, with its own. */
function reachedFrom(target: string | undefined, names: readonly string[], stages: readonly Stage[]): Set<number> {
  const first = target === undefined ? stages.length - 1 : stageAt(target, names, names.length);
  const queue = first === undefined || first < 0 ? [...stages.keys()] : [first];
  const reached = new Set<number>();
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    for (const read of stages[at]?.reads ?? []) {
      const other = stageAt(read, names, at);
      if (other !== undefined) queue.push(other);
    }
  }
  return reached;
}

/** The stage before index `before` that a name or a number means. The last one of a name wins. */
function stageAt(name: string, names: readonly string[], before: number): number | undefined {
  const at = names.lastIndexOf(name.toLowerCase(), before - 1);
  if (before > 0 && at >= 0) return at;
  return /^\d{1,4}$/.test(name) && Number(name) < before ? Number(name) : undefined;
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w{0,200})/g)].map(([, name = '']) => name);
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
