import { resolve } from 'node:path';
import { soleImage } from '../config/images.ts';
import type { Config } from '../config/schema.ts';
import { firstPort } from '../config/workloads.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { BuildInputs } from '../inputs/build-image.ts';
import { isTag, parseReference } from '../objects/image-reference.ts';
import { cacheSpec } from './images/cache.ts';
import { refuseSecretArgs } from './images/refuse-secret-args.ts';
import { handOverName, tagsOf } from './images/tags.ts';

/** The plan of build-image; printable, without the value of any secret. */
export interface BuildPlan {
  app: string;
  event: PipelineEvent;
  /** Absolute. */
  contextDir: string;
  /** Absolute. */
  dockerfile: string;
  target: string | undefined;
  platforms: string[];
  buildArgs: Record<string, string>;
  /** BuildKit secret ids. */
  secretIds: string[];
  /** The name by which the next action finds the image; also the first of `tags`. */
  image: string;
  /** Full names, repository:tag. */
  tags: string[];
  /** Labels of the user; the build adds those of OCI when it knows the date. */
  labels: Record<string, string>;
  cacheFrom: string[];
  cacheTo: string[];
  force: boolean;
  /** Port that the app listens on; undefined: none. */
  port: number | undefined;
  /** SOURCE_DATE_EPOCH where it is set, in seconds. */
  sourceDate: number | undefined;
  warnings: string[];
}

/** The part of the environment that the plan reads. */
export interface BuildSurroundings {
  /** @see https://reproducible-builds.org/specs/source-date-epoch/ */
  SOURCE_DATE_EPOCH?: string | undefined;
  /** Of GitHub's cache service. */
  ACTIONS_RUNTIME_TOKEN?: string | undefined;
}

/** @throws UserError for a context that is not a folder path, invalid tags, and build arguments that look like secrets */
export function planBuild(
  inputs: BuildInputs,
  config: Config,
  event: PipelineEvent,
  surroundings: BuildSurroundings = {},
): BuildPlan {
  const image = soleImage(config);
  const buildArgs = { ...image.args, ...inputs.buildArgs };
  refuseSecretArgs(buildArgs);
  const contextDir = contextOf(inputs.workingDirectory, inputs.context ?? image.context ?? '.');
  const name = handOverName(image.repository, event.sha);
  const tags = inputs.tags.length > 0 ? inputs.tags : tagsOf(event);
  const fullTags = tags.map((tag) => fullName(tag, image.repository));
  const movable = tagsOf(event).slice(1);
  const inlineTags = [...movable, event.repository.defaultBranch].filter(isTag);
  const pullRequest = event.kind === 'pull-request' ? event.number : undefined;
  const cache = cacheSpec(inputs.cache, image.repository, inlineTags, pullRequest);
  return {
    app: config.app,
    event,
    contextDir,
    dockerfile: dockerfileOf(inputs, image.dockerfile, contextDir),
    target: inputs.target ?? image.target,
    platforms: inputs.platforms.length > 0 ? inputs.platforms : (image.platforms ?? []),
    buildArgs,
    secretIds: [...new Set([...Object.keys(image.secrets ?? {}), ...inputs.secretIds])],
    image: name,
    tags: [...new Set([name, ...fullTags])],
    labels: inputs.labels,
    cacheFrom: [...new Set(cache.from)],
    cacheTo: [...new Set(cache.to)],
    force: inputs.force,
    port: firstPort(config),
    sourceDate: epochOf(surroundings.SOURCE_DATE_EPOCH),
    warnings: cacheWarnings([...cache.from, ...cache.to], surroundings),
  };
}

/** Without the token, BuildKit ignores GitHub's cache without a message. */
function cacheWarnings(specs: readonly string[], { ACTIONS_RUNTIME_TOKEN }: BuildSurroundings): string[] {
  if (ACTIONS_RUNTIME_TOKEN || !specs.some((spec) => spec.startsWith('type=gha'))) return [];
  return [
    'cache: gha caches nothing here: the runner gives ACTIONS_RUNTIME_TOKEN to JavaScript actions only. Put crazy-max/ghaction-github-runtime before this step, or use `cache: registry` or `inline`.',
  ];
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
