import { beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../../../src/objects/names.ts';
import type { CleanPlan } from '../../../../src/plan/clean/clean-plan.ts';
import { SIGHTINGS_TAG } from '../../../../src/plan/clean/sightings.ts';
import type { ListedManifest } from '../../../../src/ports.ts';
import { runClean } from '../../../../src/stages/clean/run.ts';
import { cleanPlan, listingCluster, REPOSITORY_ID } from '../../../support/images/clean-run.ts';
import { MemoryRepository } from '../../../support/images/memory-repository.ts';
import { DAY_MS, NOW } from '../../../support/images/random-registry.ts';
import { digestOf, IMAGE_TYPE, INDEX_TYPE, type MadeContent } from '../../../support/images/stored.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const OURS = { [LABELS.repository]: String(REPOSITORY_ID), [LABELS.app]: 'shop' };

/** An image of 90 days ago. */
function image(tags: string[], labels: Record<string, string> = OURS): MadeContent {
  const created = new Date(NOW - 90 * DAY_MS).toISOString();
  const config = Buffer.from(JSON.stringify({ created, config: { Labels: labels }, tags }));
  const layer = { mediaType: CONFIG_TYPE, digest: digestOf(config), size: config.length };
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_TYPE, config: layer, layers: [] }));
  return { body, mediaType: IMAGE_TYPE, config, tags };
}

function indexOf(children: MadeContent[], tags: string[]): MadeContent {
  const manifests = children.map(({ body, mediaType }) => ({ mediaType, digest: digestOf(body), size: body.length }));
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests }));
  return { body, mediaType: INDEX_TYPE, config: undefined, tags };
}

/** A repository in which something happens right before the first deletion. */
class Busy extends MemoryRepository {
  meanwhile = () => {};
  /** Tags that the registry leaves out of its list. */
  hidden: string[] = [];

  override async requireDeletion(): Promise<void> {
    this.meanwhile();
  }

  override async list(known?: ReadonlySet<string>): Promise<ListedManifest[]> {
    const listed = await super.list(known);
    const seen = listed.map((one) => ({ ...one, tags: one.tags.filter((tag) => !this.hidden.includes(tag)) }));
    return seen.filter(({ tags }) => tags.length > 0);
  }
}

describe('clean-registry keeps an image', () => {
  let repository: Busy;
  let open: number[];
  let tokenOf: number;
  const old = image(['sha-0000000', 'pr-7']);
  const isThere = () => repository.manifests.has(digestOf(old.body));

  /** The second of two runs, a day apart. */
  async function secondRun(overrides: Partial<CleanPlan> = {}) {
    const run = (now: number) =>
      runClean(cleanPlan('r.example/shop', overrides), {
        connect: async () => listingCluster([]),
        repository: () => repository,
        github: {
          repositoryId: async () => tokenOf,
          openPullRequests: async () =>
            open.map((number) => ({ number, state: 'open', headSha: '', headRepositoryId: undefined })),
        },
        clock: { now: () => now, monotonic: () => now, sleep: async () => undefined },
        log: memoryLog(),
        signal: new AbortController().signal,
      });
    const { meanwhile, hidden } = repository;
    Object.assign(repository, { meanwhile: () => {}, hidden: [] });
    await run(NOW);
    Object.assign(repository, { meanwhile, hidden });
    return run(NOW + DAY_MS);
  }

  beforeEach(() => {
    repository = new Busy('r.example/shop', { listsUntagged: false, api: true });
    repository.fill([old]);
    open = [];
    tokenOf = REPOSITORY_ID;
  });

  it('not, when nothing happens meanwhile', async () => {
    expect((await secondRun()).outcome).toBe('succeeded');
    expect(isThere()).toBe(false);
  });

  it('that an index of a push during the run holds', async () => {
    repository.meanwhile = () => void repository.fill([indexOf([old, image(['x'])], ['v2'])]);
    await secondRun();
    expect(isThere()).toBe(true);
  });

  it('that an index in an index of a push during the run holds', async () => {
    const inner = indexOf([old], []);
    repository.meanwhile = () => void repository.fill([inner, indexOf([inner], ['v2'])]);
    await secondRun();
    expect(isThere()).toBe(true);
  });

  it('one of whose tags a push moves during the run, and the tag names the new image', async () => {
    const newer = image(['pr-7'], { ...OURS, newer: 'yes' });
    repository.meanwhile = () => void repository.fill([newer]);
    await secondRun();
    expect(isThere()).toBe(true);
    expect(repository.tags.get('pr-7')).toBe(digestOf(newer.body));
  });

  it('where a platform of an index is missing', async () => {
    repository.fill([indexOf([image(['x'])], ['sha-2222222'])]);
    await expect(secondRun()).rejects.toThrow('is missing, which sha256:');
    expect(isThere()).toBe(true);
  });

  it('where the token reads the pull requests of another repository', async () => {
    tokenOf = 1;
    await expect(secondRun()).rejects.toThrow('the token belongs to repository 1');
    expect(isThere()).toBe(true);
  });

  it('of a pull request that was opened again during the run', async () => {
    repository.meanwhile = () => {
      open = [7];
    };
    await secondRun();
    expect(isThere()).toBe(true);
  });

  it('that another app of the repository has built', async () => {
    const others = image(['sha-1111111'], { ...OURS, [LABELS.app]: 'office' });
    repository.fill([others]);
    await secondRun();
    expect(repository.manifests.has(digestOf(others.body))).toBe(true);
    expect(isThere()).toBe(false);
  });

  it('where the registry lists no tags, or not those that it must have', async () => {
    repository.hidden = [SIGHTINGS_TAG, 'sha-0000000'];
    const { error } = await secondRun().catch((thrown: unknown) => ({ error: thrown }));
    expect(String(error)).toContain('the list of tags is not complete');
    expect(isThere()).toBe(true);
  });
});
