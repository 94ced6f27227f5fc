import { type Instruction, instructionsOf, stagesOf } from '../../../text/dockerfile.ts';
import { at, type Found, type Repository } from '../repository.ts';
import { execOrShell, expand, wordsOf } from './words.ts';

export interface Stage {
  name: string;
  /** As FROM names it, with defaults of ARG. */
  base: string;
  instructions: Instruction[];
}

/** What a Dockerfile says about the image of one of its stages. */
export interface DockerfileFacts {
  path: string;
  stages: Stage[];
  /** Ports over TCP that EXPOSE names, in their order. */
  ports: Found<number>[];
  /** ENTRYPOINT and CMD as words. */
  entrypoint: Found<string[]> | undefined;
  cmd: Found<string[]> | undefined;
  /** The line of HEALTHCHECK. */
  health: Found<string> | undefined;
  workdir: string;
  env: ReadonlyMap<string, string>;
  /** Image that the last stage of the chain starts from. */
  base: string;
}

export function readDockerfile(repository: Repository, path: string, target?: string): DockerfileFacts | undefined {
  const text = repository.text(path);
  const stages = text === undefined ? [] : readStages(text);
  const last = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target);
  if (last === undefined) return undefined;
  const chain = chainOf(stages, last);
  const env = variablesOf(chain.flatMap(({ instructions }) => instructions));
  const facts: DockerfileFacts = {
    path,
    stages,
    ports: [],
    entrypoint: undefined,
    cmd: undefined,
    health: undefined,
    workdir: '/',
    env,
    base: chain[0]?.base ?? last.base,
  };
  for (const { line, text: whole } of chain.flatMap(({ instructions }) => instructions)) {
    const { word, rest } = split(whole);
    const value = expand(rest, env);
    if (word === 'EXPOSE') facts.ports.push(...exposed(value, at(path, line, whole)));
    else if (word === 'WORKDIR') facts.workdir = value;
    else if (word === 'HEALTHCHECK') facts.health = { value, from: at(path, line, 'HEALTHCHECK') };
    else if (word === 'ENTRYPOINT') {
      facts.entrypoint = { value: execOrShell(value), from: at(path, line, whole) };
      facts.cmd = undefined;
    } else if (word === 'CMD') facts.cmd = { value: execOrShell(value), from: at(path, line, whole) };
  }
  return facts;
}

function split(text: string): { word: string; rest: string } {
  const space = text.indexOf(' ');
  return space < 0
    ? { word: text.toUpperCase(), rest: '' }
    : { word: text.slice(0, space).toUpperCase(), rest: text.slice(space + 1).trim() };
}

function readStages(text: string): Stage[] {
  const names = stagesOf(text);
  const stages: Stage[] = [];
  const before: Instruction[] = [];
  for (const instruction of instructionsOf(text)) {
    const { word, rest } = split(instruction.text);
    if (word !== 'FROM') {
      (stages.at(-1)?.instructions ?? before).push(instruction);
      continue;
    }
    const image = rest.split(' ').find((part) => !part.startsWith('--')) ?? '';
    const base = expand(image, variablesOf(before));
    stages.push({ name: names[stages.length] ?? String(stages.length), base, instructions: [] });
  }
  return stages;
}

/** The stages that a stage is made from, the first one first. */
function chainOf(stages: readonly Stage[], last: Stage): Stage[] {
  const chain = [last];
  for (;;) {
    const [first] = chain as [Stage];
    const parent = stages.slice(0, stages.indexOf(first)).findLast(({ name }) => name === first.base);
    if (parent === undefined) return chain;
    chain.unshift(parent);
  }
}

/** Values of ENV, and defaults of ARG. */
function variablesOf(instructions: readonly Instruction[]): Map<string, string> {
  const known = new Map<string, string>();
  for (const { text } of instructions) {
    const { word, rest } = split(text);
    if (word !== 'ENV' && word !== 'ARG') continue;
    const words = wordsOf(rest);
    const [name = '', ...others] = words;
    if (word === 'ENV' && !name.includes('=')) known.set(name, expand(others.join(' '), known));
    for (const pair of words.filter((one) => one.includes('='))) {
      const equals = pair.indexOf('=');
      known.set(pair.slice(0, equals), expand(pair.slice(equals + 1), known));
    }
  }
  return known;
}

function exposed(value: string, from: string): Found<number>[] {
  return value.split(' ').flatMap((word) => {
    const [number = '', protocol = 'tcp'] = word.split('/');
    const port = Number(number.split('-')[0]);
    return protocol.toLowerCase() === 'tcp' && isPort(port) ? [{ value: port, from }] : [];
  });
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** What COPY and ADD take from the build context, of all stages. */
export function copiedPaths({ stages }: Pick<DockerfileFacts, 'stages'>): string[] {
  return stages
    .flatMap(({ instructions }) => instructions)
    .map(({ text }) => split(text))
    .filter(
      ({ word, rest }) => (word === 'COPY' || word === 'ADD') && !rest.includes('--from=') && !rest.includes('<<'),
    )
    .flatMap(({ rest }) => {
      const words = execOrShell(rest.replace(/^(--\S+ )+/, ''));
      return words.slice(0, -1).filter((source) => !/^[a-z]+:\/\//.test(source) && !source.includes('$'));
    });
}
