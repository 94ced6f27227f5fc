import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProgramResult, runProgram } from '../../src/adapters/docker/process.ts';
import { setArguments } from '../../src/adapters/kube/render/set-arguments.ts';
import type { KubeObject } from '../../src/ports.ts';
import { stringifyJson } from '../../src/text/json.ts';
import type { Recorder } from './recorder.ts';
import { objectsIn } from './rendered-objects.ts';
import type { SweepSet } from './sweep-set.ts';

/** What a program made of a set. */
export interface Verdict {
  accepted: boolean;
  /** Error and advice of a refusal, in lines. */
  words: string[];
  /** As the server answered them, by `keyOf`. */
  objects: Map<string, KubeObject>;
  ms: number;
}

interface Place {
  recorder: Recorder;
  /** Folder for the kubeconfig. */
  scratch: string;
  env: NodeJS.ProcessEnv;
}

/** A dry run of a set by the program that its users have: `helm upgrade --install`, `kubectl apply -k` or `kubectl apply -f`. */
export async function dryRunNatively(set: SweepSet, { recorder, scratch, env }: Place): Promise<Verdict> {
  const started = Date.now();
  const kubeconfig = join(scratch, 'native.kubeconfig');
  await writeFile(kubeconfig, recorder.kubeconfig(set.namespace));
  const at = { cwd: set.folder, env: { ...env, KUBECONFIG: kubeconfig } };
  const { helm, kustomize, manifests = '.' } = set.config.deploy;
  const inEnvironment = (path: string) => path.replaceAll('{environment}', set.environment);
  const ended = await (helm
    ? installChart(set, at)
    : applied(kustomize ? ['-k', inEnvironment(kustomize)] : ['-f', inEnvironment(manifests)], at));
  const errors = ended.code === 0 ? [] : errorsOf(ended);
  const unexplained = errors.filter((line) => !isDefinedBySet(line, recorder));
  const objects = new Map<string, KubeObject>();
  for (const [key, { object }] of recorder.answers) if (object) objects.set(key, object);
  return { accepted: unexplained.length === 0, words: unexplained, objects, ms: Date.now() - started };
}

type At = { cwd: string; env: NodeJS.ProcessEnv };

/** kubectl keeps the whole object in an annotation, which has a limit; `--server-side` is what its own message suggests then. */
async function applied(source: string[], at: At): Promise<ProgramResult> {
  const first = await runProgram('kubectl', ['apply', '--dry-run=server', ...source], at);
  if (first.code === 0 || !/Too long: may not be more than/.test(first.stderr)) return first;
  return runProgram('kubectl', ['apply', '--dry-run=server', '--server-side', ...source], at);
}

/** Helm renders with the server and validates against its schema. Only an apply shows what the server says of each object. */
async function installChart({ config, environment, namespace, folder }: SweepSet, at: At): Promise<ProgramResult> {
  const { chart = '.', values = [], set = {}, release = config.app, crds = true } = config.deploy.helm ?? {};
  const inEnvironment = (path: string) => path.replaceAll('{environment}', environment);
  const path = join(folder, inEnvironment(chart));
  const files = values.map((file) => `--values=${inEnvironment(file)}`);
  const common = [`--namespace=${namespace}`, ...files, ...setArguments(set), '--', release, path];
  const definitions = crds ? (await runProgram('helm', ['show', 'crds', path], at)).stdout : '';
  const rendered = await runProgram(
    'helm',
    ['upgrade', '--install', '--dry-run=server', '--output=json', ...common],
    at,
  );
  const input =
    rendered.code === 0
      ? [definitions, ...dueDocuments(JSON.parse(rendered.stdout) as HelmRelease)].join('\n---\n')
      : await withDefinitions(rendered, definitions, common, at);
  if (input === undefined || objectsIn(input).length === 0) return rendered;
  return runProgram('kubectl', ['apply', '--dry-run=server', '--server-side', '--force-conflicts', '-f', '-'], {
    ...at,
    input,
  });
}

/** In a new namespace, a release is installed. */
const DUE = /\b(pre|post)-install\b/;

function dueDocuments({ manifest, hooks = [] }: HelmRelease): string[] {
  const due = hooks.filter(({ events = [] }) => events.some((event) => DUE.test(event)));
  return [manifest, ...due.map((hook) => hook.manifest)];
}

/**
 * A dry run of Helm creates no definition of `crds/`, and then does not find the kinds that an installation would find.
 * undefined: that is not why it failed.
 */
async function withDefinitions(
  { stderr }: ProgramResult,
  definitions: string,
  common: readonly string[],
  at: At,
): Promise<string | undefined> {
  if (definitions.trim() === '' || !stderr.includes('no matches for kind')) return undefined;
  const { code, stdout } = await runProgram('helm', ['template', '--dry-run=server', ...common], at);
  if (code !== 0) return undefined;
  const due = objectsIn(stdout).filter(({ metadata }) => {
    const events = metadata.annotations?.['helm.sh/hook'];
    return events === undefined || DUE.test(events);
  });
  return [definitions, ...due.map((object) => stringifyJson(object))].join('\n---\n');
}

interface HelmRelease {
  manifest: string;
  hooks?: { manifest: string; events?: string[] }[];
}

function errorsOf({ stderr, code }: ProgramResult): string[] {
  const lines = stderr.split('\n').map((line) => line.trim());
  const kept = lines.filter((line) => line !== '' && !/^(Warning:|W\d{4} |I\d{4} |ensure CRDs|level=)/.test(line));
  return kept.length > 0 ? kept : [`exit code ${code} without a word`];
}

/** A dry run writes no definition, so that objects of a kind which the set itself defines find no such kind. */
function isDefinedBySet(line: string, { answers }: Recorder): boolean {
  const [, kind, version] = /no matches for kind "(\w+)" in version "([^"]+)"/.exec(line) ?? [];
  if (kind === undefined) return false;
  const group = version?.split('/')[0];
  return [...answers.values()].some(({ object }) => {
    const spec = object?.spec as { group?: string; names?: { kind?: string } } | undefined;
    return object?.kind === 'CustomResourceDefinition' && spec?.group === group && spec?.names?.kind === kind;
  });
}
