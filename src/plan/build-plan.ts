import { resolve } from 'node:path';
import { imageKey, imageOfTest, imagesOf, onlyImage, repositoriesOf } from '../config/images.ts';
import type { Config, ImageConfig } from '../config/schema.ts';
import { testsOf } from '../config/tests.ts';
import { workloadsOf } from '../config/workloads.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { BuildInputs } from '../inputs/build-image.ts';
import { isTag, parseReference } from '../objects/image-reference.ts';
import type { Border, NamedPath } from '../ports.ts';
import { parseDuration } from '../text/duration.ts';
import { type CacheSpec, cacheSpec } from './images/cache.ts';
import { type NamedContext, namedContexts } from './images/contexts.ts';
import { builtDir } from './images/records.ts';
import { refuseSecretArgs } from './images/refuse-secret-args.ts';
import { type Suite, suitesOf } from './images/suites.ts';
import { handOverName, tagsOf } from './images/tags.ts';

/** One build; printable, without the value of any secret. */
export interface ImageBuild {
  /** Name of the image in slipway.yml. */
  name: string;
  app: string;
  event: PipelineEvent;
  border: Border;
  /** Absolute. */
  contextDir: string;
  /** Where the paths of context and Dockerfile come from. */
  paths: NamedPath[];
  contexts: NamedContext[];
  /** Absolute. */
  dockerfile: string;
  target: string | undefined;
  /** The key or input that names `target`, for messages. */
  targetFrom: string;
  platforms: string[];
  buildArgs: Record<string, string>;
  /** BuildKit secret ids. */
  secretIds: string[];
  /** Agents and keys for RUN --mount=type=ssh; none for a fork. */
  ssh: string[];
  /** Full names, repository:tag. */
  tags: string[];
  /** Labels of the user; the build adds those of OCI when it knows the date. */
  labels: Record<string, string>;
  cacheFrom: string[];
  cacheTo: string[];
  force: boolean;
  /** SOURCE_DATE_EPOCH where it is set, in seconds. */
  sourceDate: number | undefined;
}

/** The plan of one image of build-image. */
export interface BuildPlan extends ImageBuild {
  /** The name by which the next action finds the image; also the first of `tags`. */
  image: string;
  /** Ports that the processes with this image listen on: key of slipway.yml → port. */
  ports: Readonly<Record<string, number>>;
  warnings: string[];
  /** Other stages of the Dockerfile that tests run in, built from the same sources. */
  testBuilds: (ImageBuild & { target: string })[];
  /** A test names the stage that the image itself is. */
  isTestTarget: boolean;
  repository: string;
  /** The tests that must have passed in an image of the registry before it replaces a build. */
  suites: Suite[];
  /** Milliseconds: the age up to which an image of the registry replaces a build. */
  maxAgeMs: number;
  /** Folder of the records of built images; undefined outside of a runner. */
  builtDir: string | undefined;
}

/** The part of the environment that the plan reads. */
export interface BuildSurroundings {
  /** @see https://reproducible-builds.org/specs/source-date-epoch/ */
  SOURCE_DATE_EPOCH?: string | undefined;
  RUNNER_TEMP?: string | undefined;
  GITHUB_WORKSPACE?: string | undefined;
  /** Of GitHub's cache service. */
  ACTIONS_RUNTIME_TOKEN?: string | undefined;
}

/**
 * Plans the build of every image of slipway.yml.
 * @throws UserError for a context that is not a folder path, invalid tags, build arguments that look like secrets, and for an
 *   input that cannot apply to several images
 */
export function planBuilds(
  inputs: BuildInputs,
  config: Config,
  event: PipelineEvent,
  surroundings: BuildSurroundings = {},
): BuildPlan[] {
  const images = Object.entries(imagesOf(config));
  if (images.length > 1) refuseForSeveral(inputs, Object.keys(imagesOf(config)));
  return images.map(([name, image]) => planBuild(name, image, { inputs, config, event, surroundings }));
}

const MAX_AGE_MS = 7 * 24 * 3_600_000;

interface BuildScene {
  inputs: BuildInputs;
  config: Config;
  event: PipelineEvent;
  surroundings: BuildSurroundings;
}

function planBuild(name: string, image: ImageConfig, { inputs, config, event, surroundings }: BuildScene): BuildPlan {
  const several = onlyImage(config) === undefined;
  const buildArgs = { ...image.args, ...inputs.buildArgs };
  refuseSecretArgs(buildArgs);
  const handOver = handOverName(image.repository, event.sha);
  const cache = cacheOf(image, several ? name : undefined, inputs, event);
  const contextDir = contextOf(inputs.workingDirectory, inputs.context ?? image.context ?? '.');
  const dockerfile = dockerfileOf(inputs, image.dockerfile, contextDir);
  const build: ImageBuild = {
    name,
    app: config.app,
    event,
    border: { workingDirectory: inputs.workingDirectory, workspace: surroundings.GITHUB_WORKSPACE || undefined },
    contextDir,
    paths: pathsOf(inputs, imageKey(name, config), { contextDir, dockerfile }),
    contexts: namedContexts(image.contexts ?? {}, imageKey(name, config), inputs.workingDirectory),
    dockerfile,
    target: inputs.target ?? image.target,
    targetFrom: inputs.target === undefined ? `${imageKey(name, config)}.target` : 'input `target`',
    platforms: inputs.platforms.length > 0 ? inputs.platforms : (image.platforms ?? []),
    buildArgs,
    ssh: event.kind === 'pull-request' && event.fork ? [] : inputs.ssh,
    secretIds: [...new Set([...Object.keys(image.secrets ?? {}), ...inputs.secretIds])],
    tags: [...new Set([handOver, ...ownTags(inputs, image.repository, config, event)])],
    labels: inputs.labels,
    cacheFrom: cache.from,
    cacheTo: cache.to,
    force: inputs.force,
    sourceDate: epochOf(surroundings.SOURCE_DATE_EPOCH),
  };
  const targets = testTargets(name, config);
  const isOwn = ({ target }: { target: string }) => target.toLowerCase() === build.target?.toLowerCase();
  const others = targets.filter((one) => !isOwn(one));
  const testBuilds = others.map(({ target, test }) => {
    const { from, to } = cacheOf(image, several ? `${name}-${target}` : target, inputs, event);
    const cacheFrom = [...new Set([...from, ...build.cacheFrom])];
    return { ...build, target, targetFrom: `tests.${test}.target`, tags: [], cacheFrom, cacheTo: to };
  });
  const warnings = cacheWarnings([...cache.from, ...cache.to], surroundings, event);
  return {
    ...build,
    image: handOver,
    ports: portsOf(name, config),
    warnings,
    testBuilds,
    isTestTarget: targets.some(isOwn),
    repository: image.repository,
    suites: suitesOf(name, config),
    maxAgeMs: image.maxAge === undefined ? MAX_AGE_MS : parseDuration(image.maxAge, `${imageKey(name, config)}.maxAge`),
    builtDir: builtDir(surroundings.RUNNER_TEMP),
  };
}

function portsOf(name: string, config: Config): Record<string, number> {
  const { form, processes } = workloadsOf(config);
  const ports = Object.entries(processes).flatMap(([process, { image, port }]) =>
    image === name && port !== undefined
      ? [[form === 'short' ? 'deploy.port' : `deploy.processes.${process}.port`, port]]
      : [],
  );
  return Object.fromEntries(ports);
}

/** The cache of one build; `scope` keeps it apart from that of other builds of the run. */
function cacheOf(image: ImageConfig, scope: string | undefined, inputs: BuildInputs, event: PipelineEvent): CacheSpec {
  const inlineTags = [...tagsOf(event).slice(1), event.repository.defaultBranch].filter(isTag);
  const pullRequest = event.kind === 'pull-request' ? event.number : undefined;
  const { from, to } = cacheSpec(inputs.cache, { repository: image.repository, inlineTags, pullRequest, scope });
  return { from: [...new Set(from)], to: [...new Set(to)] };
}

/** Each input would replace a key of every image by the same value. */
function refuseForSeveral(inputs: BuildInputs, names: readonly string[]): void {
  if (inputs.cache.some((entry) => entry.startsWith('to='))) {
    throw new UserError('input `cache`: the images of slipway.yml would overwrite each other at `to=…`', {
      remedy:
        'Use registry, registry=<reference>, gha, inline or local=<folder>: there each image has a place of its own.',
    });
  }
  for (const input of ['context', 'dockerfile', 'target'] as const) {
    if (inputs[input] === undefined) continue;
    throw new UserError(`input \`${input}\` cannot apply to the ${names.length} images of slipway.yml`, {
      remedy: `Set it for each image: ${names.map((name) => `images.${name}.${input}`).join(', ')}.`,
    });
  }
}

/** The stages that the tests of an image run in, each once, with the first test that names it. */
function testTargets(name: string, config: Config): { target: string; test: string }[] {
  const found = new Map<string, { target: string; test: string }>();
  for (const [test, own] of Object.entries(testsOf(config))) {
    const { target, against } = own;
    if (imageOfTest(own, config) !== name || against !== undefined || target === undefined) continue;
    const key = target.toLowerCase();
    if (!found.has(key)) found.set(key, { target, test });
  }
  return [...found.values()];
}

/** The given tags, else those of the event. A full name belongs to the image of its repository. */
function ownTags(inputs: BuildInputs, repository: string, config: Config, event: PipelineEvent): string[] {
  const tags = inputs.tags.length > 0 ? inputs.tags : tagsOf(event);
  const full = tags.map((tag) => fullName(tag, repository));
  const repositories = Object.values(repositoriesOf(config));
  if (repositories.length === 1) return full;
  const foreign = full.find(
    (tag) => !repositories.some((one) => parseReference(one).repository === parseReference(tag).repository),
  );
  if (foreign !== undefined) {
    throw new UserError(`input \`tags\`: "${foreign}" belongs to no image of slipway.yml`, {
      remedy: `Write tags alone, which every image gets, or names in one of ${repositories.join(', ')}.`,
    });
  }
  return full.filter((tag) => parseReference(tag).repository === parseReference(repository).repository);
}

/**
 * Without the token of GitHub's cache service, which a step such as this one never has, BuildKit ignores that cache without a
 * message. docs/architecture.md has the reason why Slipway does not fetch the token.
 * @throws UserError, except for a fork, whose author did not write the workflow
 */
function cacheWarnings(
  specs: readonly string[],
  { ACTIONS_RUNTIME_TOKEN }: BuildSurroundings,
  event: PipelineEvent,
): string[] {
  if (ACTIONS_RUNTIME_TOKEN || !specs.some((spec) => /(^|,)type=gha(,|$)/.test(spec))) return [];
  if (event.kind === 'pull-request' && event.fork) return ['The build of a fork uses no `cache: gha`.'];
  throw new UserError(
    'input `cache`: gha would cache nothing: GitHub gives its cache service to JavaScript actions only',
    {
      details: [
        'BuildKit gives the token of that service to the frontend that a Dockerfile names, so Slipway takes none.',
      ],
      remedy:
        'Use `cache: registry`, after a login of Docker that may push: it keeps the layers in the repository of the image, pull requests read those of the default branch and write their own, and an error of the export fails no build. `cache: inline` needs no buildx and caches the last stage alone.',
    },
  );
}

function contextOf(workingDirectory: string, context: string): string {
  if (/^(https?|ssh|git):\/\/|^git@/.test(context)) {
    throw new UserError(`context "${context}" is not a folder`, {
      remedy:
        'Check out the repository (actions/checkout) and name a folder: the tests must run on the files of the checkout.',
    });
  }
  return resolve(workingDirectory, context);
}

function pathsOf(
  inputs: BuildInputs,
  image: string,
  { contextDir, dockerfile }: { contextDir: string; dockerfile: string },
): NamedPath[] {
  const from = (name: 'context' | 'dockerfile') =>
    inputs[name] === undefined ? `${image}.${name}` : `input \`${name}\``;
  const contextByWorkflow = inputs.context !== undefined;
  const inContext = dockerfile.startsWith(`${contextDir}/`);
  return [
    { path: contextDir, key: from('context'), byWorkflow: contextByWorkflow },
    {
      path: dockerfile,
      key: from('dockerfile'),
      byWorkflow: inputs.dockerfile !== undefined || (contextByWorkflow && inContext),
    },
  ];
}

/** Relative to the context, as in Compose files. */
function dockerfileOf(inputs: BuildInputs, configured: string | undefined, contextDir: string): string {
  return resolve(contextDir, inputs.dockerfile ?? configured ?? 'Dockerfile');
}

/** A tag of the repository, or a full name of its own. */
function fullName(tag: string, repository: string): string {
  if (isTag(tag)) return `${repository}:${tag}`;
  const reference = parseReference(tag);
  if (reference.digest !== undefined || reference.tag === undefined) {
    throw new UserError(`input \`tags\`: "${tag}" is neither a tag nor repository:tag`, {
      remedy: 'Write for example 1.4.0 or registry.example.com/apps/parking:1.4.0, one per line.',
    });
  }
  return `${reference.repository}:${reference.tag}`;
}

function epochOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new UserError(`SOURCE_DATE_EPOCH is "${text}"`, {
    remedy: 'It must be seconds since 1970-01-01, for example 1700000000.',
  });
}
