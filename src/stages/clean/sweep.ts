import { Cancelled, EnvironmentError, SlipwayError } from '../../errors.ts';
import { type Component, deletionOrder, type RepositoryState } from '../../plan/clean/components.ts';
import { type Judged, type Judging, type Needs, neededBy, type Roots } from '../../plan/clean/judge.ts';
import type { ImageRepository } from '../../ports.ts';

/** What a run needs to delete in one repository. */
export interface Sweep {
  repository: ImageRepository;
  state: RepositoryState;
  judging: Judging;
  /** Reads again what needs images. */
  needsNow(): Promise<Needs>;
}

/** A component that was deleted, or why it stays although it was due. */
export interface Swept {
  judged: Judged;
  kept: string | undefined;
}

/** What a sweep did before it ended, and the error that ended it. */
export interface SweepEnd {
  swept: readonly Swept[];
  error: SlipwayError | undefined;
}

/**
 * Deletes what is due, one component after the other. Right before each, reads again what needs images and where the tags point.
 * Deletes the tags first, so that no tag ever names half an image. Ends at the first error.
 */
export async function sweep(due: readonly Judged[], work: Sweep): Promise<SweepEnd> {
  const swept: Swept[] = [];
  for (const judged of due) {
    try {
      const kept = await whyKept(judged.component, work);
      if (kept === undefined) await remove(judged.component, work.repository);
      swept.push({ judged, kept });
    } catch (error) {
      if (!(error instanceof SlipwayError) || error instanceof Cancelled) throw error;
      return { swept, error };
    }
  }
  return { swept, error: undefined };
}

async function whyKept(
  component: Component,
  { repository, state, judging, needsNow }: Sweep,
): Promise<string | undefined> {
  const needed = neededBy(component, { ...judging, ...(await needsNow()) });
  if (needed !== undefined) return needed;
  for (const tag of component.tags) {
    if ((await repository.manifest(tag))?.digest !== state.tags.get(tag)) return `the tag ${tag} has moved meanwhile`;
  }
  const added = await repository.list(new Set(state.tags.keys()));
  const digests = new Set(component.manifests.map(({ digest }) => digest));
  for (const { digest, tags } of added) {
    if (await leadsTo(digest, digests, repository)) return `the tag ${tags[0] ?? digest} was set meanwhile`;
  }
  return undefined;
}

/** Whether a manifest is one of these, or points at one: a new index can hold a platform that an old image had as well. */
async function leadsTo(from: string, digests: ReadonlySet<string>, repository: ImageRepository): Promise<boolean> {
  const queue = [from];
  const seen = new Set(queue);
  for (let digest = queue.pop(); digest !== undefined; digest = queue.pop()) {
    if (digests.has(digest)) return true;
    const manifest = await repository.manifest(digest);
    const targets = [...(manifest?.manifests.map((child) => child.digest) ?? []), manifest?.subject];
    for (const target of targets) {
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return false;
}

async function remove(component: Component, repository: ImageRepository): Promise<void> {
  for (const tag of component.tags) await repository.deleteTag(tag);
  for (const { digest } of deletionOrder(component)) await repository.deleteManifest(digest);
}

/**
 * Reads back what must be there.
 * @throws EnvironmentError that names an image in use that the registry no longer has
 */
export async function proveKept(state: RepositoryState, roots: Roots, repository: ImageRepository): Promise<void> {
  for (const [digest, why] of roots.digests) {
    if (!state.manifests.has(digest) || (await repository.manifest(digest))) continue;
    throw new EnvironmentError(`${repository.name}@${digest} is missing after this run, and ${why}`, {
      remedy: 'Push it again at once: a pod that starts on another node cannot pull it. Then report this as a bug.',
    });
  }
}
