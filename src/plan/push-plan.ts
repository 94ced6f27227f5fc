import { join } from 'node:path';
import { imagesOf } from '../config/images.ts';
import type { Config } from '../config/schema.ts';
import { requiredTests } from '../config/tests.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { PushInputs } from '../inputs/push-to-registry.ts';
import { isTag, parseReference, tryReference } from '../objects/image-reference.ts';
import { readImages } from '../objects/images.ts';
import { apisDir, builtDir } from './images/records.ts';
import { type Suite, suitesOf } from './images/suites.ts';
import { commitTag, handOverName, isImmutableTag, onDefaultBranch, tagsOf } from './images/tags.ts';

export interface PlannedTag {
  name: string;
  /**
   * - `fixed`: names one build for ever (a version, or the tag of a commit that the user set); Slipway never moves it.
   * - `commit`: the tag of this commit; names its newest build. A repeated run on a new machine builds again.
   * - `moving`: a branch, a pull request, a part of a version.
   */
  kind: 'fixed' | 'commit' | 'moving';
}

/** The plan of one image of push-to-registry. */
export interface PushPlan {
  /** Name of the image in slipway.yml. */
  name: string;
  app: string;
  sha: string;
  /** Its name in the engine. */
  image: string;
  /** Absolute path of an archive with the image; undefined: the engine has the image. */
  archive: string | undefined;
  /** Registry host and path. */
  repository: string;
  /** At least one. Fixed tags come first, so that a conflict stops the push before it moves another tag. */
  tags: PlannedTag[];
  /** The input named `image`. */
  given: boolean;
  /** The tests of slipway.yml that vouch for the image before the push. */
  suites: Suite[];
  /** Names of those without which it is not pushed. */
  required: string[];
  /** Attaches a bill of materials. */
  sbom: boolean;
  /** Where the image is found again by its sources; undefined: nowhere, for a fork, a version or another branch. */
  finds: 'ofDefaultBranch' | 'ofPullRequests' | undefined;
  /** Folder of the records of build-image; undefined outside of a runner. */
  builtDir: string | undefined;
  /** URL of the run. */
  run: string;
  /** Folder of the records of tested images; undefined outside of a runner. */
  recordsDir: string | undefined;
  /** Folder of the records of preflight; undefined outside of a runner. */
  apisDir: string | undefined;
}

/**
 * Plans the push of every image of slipway.yml.
 * @param temp RUNNER_TEMP
 * @throws UserError for an invalid repository or tag, or a tag of another repository, and for an archive without its image
 */
export function planPushes(
  inputs: PushInputs,
  config: Config,
  event: PipelineEvent,
  temp: string | undefined,
): PushPlan[] {
  const images = Object.entries(imagesOf(config));
  const names = images.map(([name]) => name);
  if (names.length > 1) refuseForSeveral(inputs, config);
  const given = readImages(inputs.image, names);
  for (const reference of Object.values(given)) parseReference(reference);
  refuseMixed(inputs, event);
  const archives = archivesOf(inputs, names);
  return images.map(([name, image]) => {
    const repository = repositoryOf(inputs.repository ?? image.repository);
    const tags = inputs.tags.length > 0 ? givenTags(inputs.tags, repository) : eventTags(event);
    return {
      name,
      app: config.app,
      sha: event.sha,
      archive: archives[name],
      image: given[name] ?? handOverName(image.repository, event.sha),
      repository,
      tags: (['fixed', 'commit', 'moving'] as const).flatMap((kind) => tags.filter((tag) => tag.kind === kind)),
      given: given[name] !== undefined,
      suites: suitesOf(name, config),
      required: suitesOf(name, config)
        .map((suite) => suite.name)
        .filter((test) => requiredTests(config).includes(test)),
      sbom: image.sbom ?? false,
      finds: findsOf(event),
      builtDir: builtDir(temp),
      run: event.run.url,
      recordsDir: temp ? join(temp, 'slipway', 'tested') : undefined,
      apisDir: apisDir(temp),
    };
  });
}

function findsOf(event: PipelineEvent): PushPlan['finds'] {
  if (event.kind === 'pull-request') return event.fork ? undefined : 'ofPullRequests';
  return onDefaultBranch(event) ? 'ofDefaultBranch' : undefined;
}

/** Each image goes to its own repository, and every repository gets the same tags. */
function refuseForSeveral({ repository, tags }: PushInputs, config: Config): void {
  const names = Object.keys(imagesOf(config));
  if (repository !== undefined) {
    throw new UserError(`input \`repository\` cannot apply to the ${names.length} images of slipway.yml`, {
      remedy: `Set it for each image: ${names.map((name) => `images.${name}.repository`).join(', ')}.`,
    });
  }
  const full = tags.find((tag) => !isTag(tag));
  if (full !== undefined) {
    throw new UserError(`input \`tags\`: "${full}" is not a tag alone, and slipway.yml names several images`, {
      remedy: 'Write tags such as 1.4.0, one per line: every image gets them.',
    });
  }
}

/** The archive of each image. Each holds one image: names inside an archive come from its author, and prove nothing. */
function archivesOf({ archive }: PushInputs, names: readonly string[]): Record<string, string> {
  if (archive?.endsWith('/') && !archive.includes('\n')) {
    const isOnly = names.length === 1;
    return Object.fromEntries(names.map((name) => [name, `${archive}${isOnly ? 'image' : name}.tar`]));
  }
  const archives = readImages(archive, names, 'archive');
  if (archive === undefined) return archives;
  const missing = names.filter((name) => archives[name] === undefined);
  if (missing.length === 0) return archives;
  throw new UserError(`input \`archive\`: the archive of ${missing.join(' and ')} is missing`, {
    remedy: `Write one line for each image: ${names.map((name) => `${name}=<path>`).join(', ')}. Nothing was pushed.`,
  });
}

/**
 * The image of a fork comes from an archive, and an archive may only hold the image of a fork: an image of this repository
 * comes from the engine in which it was tested.
 */
function refuseMixed({ archive, image, tags }: PushInputs, event: PipelineEvent): void {
  const ofFork = event.kind === 'workflow-run';
  if (!ofFork && archive === undefined) return;
  if (!ofFork) {
    throw new UserError('input `archive` is for the approved commit of a fork, on workflow_run', {
      remedy:
        'Push the image of build-image in this job; see fork-review.yml in docs/workflows.md for the image of a fork.',
    });
  }
  if (event.approval !== undefined && archive !== undefined && image === undefined && tags.length === 0) return;
  throw new UserError('the image of a fork is pushed from an `archive`, after an approval, under its commit alone', {
    remedy:
      'Give the inputs `archive` and `approved-in`, and leave out `image` and `tags`: see fork-review.yml in docs/workflows.md.',
  });
}

function givenTags(given: readonly string[], repository: string): PlannedTag[] {
  const names = new Set(given.map((tag) => tagName(tag, repository)));
  return [...names].map((name) => ({ name, kind: isImmutableTag(name) ? 'fixed' : 'moving' }));
}

function eventTags(event: PipelineEvent): PlannedTag[] {
  const commit = commitTag(event.sha);
  return tagsOf(event).map((name) => ({
    name,
    kind: name === commit ? 'commit' : isImmutableTag(name) ? 'fixed' : 'moving',
  }));
}

function repositoryOf(text: string): string {
  const { repository, tag, digest } = parseReference(text);
  if (tag === undefined && digest === undefined) return repository;
  throw new UserError(`input \`repository\`: "${text}" has a ${tag === undefined ? 'digest' : 'tag'}`, {
    remedy: 'Write host/path alone; tags go into the input `tags`.',
  });
}

/** The tag of `1.4.0` or of `<repository>:1.4.0`. */
function tagName(text: string, repository: string): string {
  if (isTag(text)) return text;
  const reference = tryReference(text);
  if (reference?.tag !== undefined && reference.digest === undefined && reference.repository === repository) {
    return reference.tag;
  }
  throw new UserError(`input \`tags\`: "${text}" is not a tag of ${repository}`, {
    remedy: 'Write tags such as 1.4.0, one per line; name another repository by the input `repository`.',
  });
}
