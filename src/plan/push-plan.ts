import { join } from 'node:path';
import { soleImage } from '../config/images.ts';
import type { Config } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { PipelineEvent } from '../event/pipeline-event.ts';
import type { PushInputs } from '../inputs/push-to-registry.ts';
import { isTag, parseReference, tryReference } from '../objects/image-reference.ts';
import { commitTag, handOverName, isImmutableTag, tagsOf } from './images/tags.ts';

export interface PlannedTag {
  name: string;
  /**
   * - `fixed`: names one build for ever (a version, or the tag of a commit that the user set); Slipway never moves it.
   * - `commit`: the tag of this commit; names its newest build. A repeated run on a new machine builds again.
   * - `moving`: a branch, a pull request, a part of a version.
   */
  kind: 'fixed' | 'commit' | 'moving';
}

/** The plan of push-to-registry. */
export interface PushPlan {
  app: string;
  sha: string;
  /** Name of the image in the engine. */
  image: string;
  /** Absolute path of an archive with the image; undefined: the engine has the image. */
  archive: string | undefined;
  /** Registry host and path. */
  repository: string;
  /** At least one. Fixed tags come first, so that a conflict stops the push before it moves another tag. */
  tags: PlannedTag[];
  /** slipway.yml names tests that run in the image before the push. */
  hasTests: boolean;
  /** Folder of the records of tested images; undefined outside of a runner. */
  recordsDir: string | undefined;
}

/**
 * @param temp RUNNER_TEMP
 * @throws UserError for an invalid repository or tag, or a tag of another repository
 */
export function planPush(inputs: PushInputs, config: Config, event: PipelineEvent, temp: string | undefined): PushPlan {
  const repository = repositoryOf(inputs.repository ?? soleImage(config).repository);
  const tags = inputs.tags.length > 0 ? givenTags(inputs.tags, repository) : eventTags(event);
  if (inputs.image !== undefined) parseReference(inputs.image);
  refuseMixed(inputs, event);
  return {
    app: config.app,
    sha: event.sha,
    archive: inputs.archive,
    image: inputs.image ?? handOverName(soleImage(config).repository, event.sha),
    repository,
    tags: (['fixed', 'commit', 'moving'] as const).flatMap((kind) => tags.filter((tag) => tag.kind === kind)),
    hasTests: Object.values(config.tests ?? {}).some((test) => test.against === undefined),
    recordsDir: temp ? join(temp, 'slipway', 'tested') : undefined,
  };
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
      remedy: 'Push the image of build-image in this job; see workflows/fork-review.yml for the image of a fork.',
    });
  }
  if (event.approval !== undefined && archive !== undefined && image === undefined && tags.length === 0) return;
  throw new UserError('the image of a fork is pushed from an `archive`, after an approval, under its commit alone', {
    remedy:
      'Give the inputs `archive` and `approved-in`, and leave out `image` and `tags`: see workflows/fork-review.yml.',
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
