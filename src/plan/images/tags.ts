import type { PipelineEvent } from '../../event/pipeline-event.ts';
import { isTag } from '../../objects/image-reference.ts';
import { shortHash } from '../../objects/names.ts';

/** @see https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string */
const SEMVER = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
/** Names with another meaning than that of a branch. */
const RESERVED = /^(pr-\d+|(sha|fork)-[0-9a-f]+|src-.+|latest|v?\d+(\.\d+){0,2}([-+].*)?)$/;

/** The tag of a commit: `sha-` and the first 12 digits of its id. */
export function commitTag(sha: string): string {
  return `sha-${sha.slice(0, 12)}`;
}

/**
 * The tag of a fork's commit: its whole id, in a form that no commit of the repository has. The author of a fork must not reach
 * the image of another commit by an id with the same beginning.
 */
export function forkTag(sha: string): string {
  return `fork-${sha}`;
}

/** The name by which one action hands the image to the next: repository and commit. */
export function handOverName(repository: string, sha: string): string {
  return `${repository}:${commitTag(sha)}`;
}

/**
 * The name of the newest image that this engine has built from certain sources, for a pull request or outside of one. Only
 * Slipway's builds have it: no registry can have a host below `.invalid`, and an archive gives no names, so a pulled or loaded
 * image never has this name, whatever its labels are.
 * @param sourceKey `2:` and 64 hexadecimal digits
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.4
 */
export function builtName(event: PipelineEvent, sourceKey: string): string {
  return `slipway.invalid/${event.kind === 'pull-request' ? `pr-${event.number}` : 'built'}:${sourceKey.replace(':', '-')}`;
}

/**
 * The tags under which a registry has the image of certain sources: `src-…` from runs of the default branch, `src-pr-…` from pull
 * requests. They find an image and prove nothing: everybody who may push can move them.
 * @param sourceKey `2:` and 64 hexadecimal digits
 */
export function sourceTags(sourceKey: string): { ofDefaultBranch: string; ofPullRequests: string } {
  const key = sourceKey.replace(':', '-');
  return { ofDefaultBranch: `src-${key}`, ofPullRequests: `src-pr-${key}` };
}

/** Whether this is a run of the default branch, outside of any pull request. */
export function onDefaultBranch(event: PipelineEvent): boolean {
  const ofBranch = event.kind === 'push' || event.kind === 'manual' || event.kind === 'schedule';
  return ofBranch && event.branch === event.repository.defaultBranch;
}

/**
 * The name of the image that build-image has built from another stage of the Dockerfile, together with the image of an id. Only
 * Slipway's builds have it (see `builtName`), so that a test in this image vouches for the image with this id.
 * @param imageId sha256:… of the image that is pushed
 */
export function targetName(target: string, imageId: string): string {
  return `slipway.invalid/target-${shortHash(target.toLowerCase())}:${imageId.replace(/^sha256:/, '')}`;
}

/**
 * A branch name as a tag, in lower case. Replaces what tags cannot contain by "-". Prefixes a name that reads as another kind of
 * tag (`pr-7`, `1.2.3`, `latest`), so that a branch can never replace a release or a pull request.
 */
export function branchTag(branch: string): string {
  return slugTag(branch, 'branch');
}

/** A name as a part of a tag; `prefix` keeps it apart from tags with another meaning. */
export function slugTag(name: string, prefix: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  const safe = slug === '' || RESERVED.test(slug) ? `${prefix}-${slug || shortHash(name)}` : slug;
  return safe.length <= 128 ? safe : `${safe.slice(0, 119)}-${shortHash(name)}`;
}

/** The tags for a Git tag: 1.2.3, 1.2 and 1 for v1.2.3; only the exact one for a pre-release or 0.x. */
export function versionTags(tag: string): string[] {
  const match = SEMVER.exec(tag);
  if (!match) return [isTag(tag) && !RESERVED.test(tag) ? tag : slugTag(tag, 'tag')];
  const [, major, minor, patch, pre] = match;
  const full = `${major}.${minor}.${patch}`;
  if (pre !== undefined) return [`${full}-${pre}`];
  return major === '0' ? [full, `0.${minor}`] : [full, `${major}.${minor}`, `${major}`];
}

/** The tags of an event: always the commit's, which is first, then those of the branch, pull request or version. */
export function tagsOf(event: PipelineEvent): string[] {
  const commit = commitTag(event.sha);
  if (event.kind === 'pull-request') return [commit, `pr-${event.number}`];
  if (event.kind === 'workflow-run') return [forkTag(event.sha)];
  if ('tag' in event && event.tag !== undefined) return unique([commit, ...versionTags(event.tag)]);
  return event.branch === undefined ? [commit] : unique([commit, branchTag(event.branch)]);
}

/** Whether a tag names one build for ever: that of a commit or a full version. Other tags move. */
export function isImmutableTag(tag: string): boolean {
  return /^sha-[0-9a-f]{7,}$/.test(tag) || SEMVER.test(tag);
}

/**
 * Whether a tag loses its purpose with time: that of a commit, a pull request, a fork or a source key. Every other tag means
 * something to people: a branch, a version, `latest`.
 */
export function isTransientTag(tag: string): boolean {
  return /^(sha-[0-9a-f]{7,}(-[0-9a-f]{8})?|pr-\d+|fork-[0-9a-f]+|src-.+)$/.test(tag);
}

/** The number of the pull request that a tag belongs to. */
export function pullRequestOfTag(tag: string): number | undefined {
  const number = /^pr-([1-9]\d{0,8})$/.exec(tag)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Version for the label: the Git tag as semver, else the branch or pull request. */
export function versionLabel(event: PipelineEvent): string {
  if (event.kind === 'pull-request') return `pr-${event.number}`;
  if ('tag' in event && event.tag !== undefined) return versionTags(event.tag)[0] ?? event.tag;
  return event.branch === undefined ? commitTag(event.sha) : branchTag(event.branch);
}

function unique(tags: string[]): string[] {
  return [...new Set(tags)];
}
