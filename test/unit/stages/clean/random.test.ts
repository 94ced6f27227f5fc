import { describe, expect, it } from 'vitest';
import { cleanAt, labelsOf } from '../../../support/images/clean-run.ts';
import { contentOf } from '../../../support/images/filled.ts';
import { MemoryRepository } from '../../../support/images/memory-repository.ts';
import { DAY_MS, expectedOf, madeRegistry, NOW } from '../../../support/images/random-registry.ts';

const COUNT = 1_000;

/** The kinds of registries: with the referrers API or the tag scheme; with a list of all manifests, or of tags alone. */
const kindOf = (seed: number) => ({ api: seed % 2 === 0, listsUntagged: seed % 3 === 0 });

describe('clean-registry, in random registries', () => {
  it(`of ${COUNT}, deletes nothing that is needed, and all that is not, also after runs that failed`, {
    timeout: 300_000,
  }, async () => {
    let deleted = 0;
    for (let seed = 0; seed < COUNT; seed++) {
      const kind = kindOf(seed);
      const made = madeRegistry(seed, !kind.api, 5);
      const contents = contentOf(made, labelsOf);
      const repository = new MemoryRepository('r.example/shop', kind);
      const digests = repository.fill(contents);
      const { stays, goes } = expectedOf(made, kind);
      const there = () => digests.flatMap((digest, index) => (repository.manifests.has(digest) ? [index] : []));
      const all = there();
      const tags = new Map(repository.tags);

      // To read a record takes longer than the rest: most releases are in review environments.
      const released = seed % 10 === 0 ? {} : { environments: [], reviews: true };
      await cleanAt(NOW, repository, made, digests, released);
      expect(there()).toEqual(all);

      // Every run but the last is cut off after some deletions.
      for (let run = 0; run < 3; run++) {
        if (run < 2) repository.failAfter = (seed + run) % 5;
        const { outcome, error } = await cleanAt(NOW + (1 + run) * DAY_MS, repository, made, digests, released);
        expect([outcome, error?.message]).toEqual(
          error ? ['failed', 'the registry refuses to delete'] : [outcome, undefined],
        );
        const left = new Set(there());
        expect(
          [...stays].filter((index) => !left.has(index)),
          `seed ${seed}, run ${run}`,
        ).toEqual([]);
      }
      const left = there().filter((index) => goes.has(index));
      expect(left, `seed ${seed}`).toEqual([]);
      for (const [tag, digest] of tags) {
        if (stays.has(digests.indexOf(digest))) expect(repository.tags.get(tag), `seed ${seed}`).toBe(digest);
      }
      deleted += all.length - there().length;
    }
    expect(deleted).toBeGreaterThan(COUNT);
  });
});
