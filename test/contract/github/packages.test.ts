import { describe, expect, it } from 'vitest';
import { createClient } from '../../../src/adapters/github/client.ts';
import { GitHubPackage } from '../../../src/adapters/github/packages.ts';
import { PermissionMissing } from '../../../src/errors.ts';
import { FULL } from '../../support/github-double/tokens.ts';
import { cleanAt, labelsOf } from '../../support/images/clean-run.ts';
import { contentOf } from '../../support/images/filled.ts';
import { MemoryRepository } from '../../support/images/memory-repository.ts';
import { DAY_MS, expectedOf, madeRegistry, NOW } from '../../support/images/random-registry.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { adapterOfEachTest } from './adapter.ts';

const own = adapterOfEachTest();
const SEEDS = [1, 3, 5];

/** A package of the double with a made-up content, and what clean-registry sees of it. */
function packageOf(seed: number, token: string, ofPerson = false) {
  const made = madeRegistry(seed, true);
  const [owner = '', repository = ''] = own.double.repository.split('/');
  const name = `${repository}/api`;
  const contents = new MemoryRepository(`ghcr.io/${owner}/${name}`, { api: false, listsUntagged: false });
  const digests = contents.fill(contentOf(made, labelsOf));
  const updatedAt = new Date(NOW - 100 * DAY_MS).toISOString();
  const tagsOf = (digest: string) => [...contents.tags].filter(([, of]) => of === digest).map(([tag]) => tag);
  const versions = digests.map((digest) => ({ package: name, digest, tags: tagsOf(digest), updatedAt }));
  own.double.actor.setPackageVersions(versions, ofPerson);
  const { clock, cancel } = own;
  const octokit = createClient({ token, apiUrl: own.double.apiUrl, clock, log: memoryLog(), signal: cancel.signal });
  const run = (now: number) => cleanAt(now, new GitHubPackage(octokit, contents), made, digests);
  const there = () =>
    digests.flatMap((digest, index) => (own.double.actor.packageVersions().includes(digest) ? [index] : []));
  return { made, run, there };
}

describe('a package of GitHub Container Registry', () => {
  it.each([
    ['an organisation', false],
    ['a person', true],
  ])('of %s loses what nothing needs, also without a tag, and nothing else', async (_what, ofPerson) => {
    const token = own.double.actor.addToken({ ...FULL, packages: 'write' });
    for (const seed of SEEDS) {
      const { made, run, there } = packageOf(seed, token, ofPerson);
      const { stays } = expectedOf(made, { api: false, listsUntagged: true });
      const before = there();
      await run(NOW);
      expect(there()).toEqual(before);
      const { error } = await run(NOW + DAY_MS);
      expect([seed, error, there()]).toEqual([seed, undefined, before.filter((index) => stays.has(index))]);
    }
  });

  it('names the missing permission', async () => {
    const { run } = packageOf(1, own.double.actor.addToken(FULL));
    await expect(run(NOW)).rejects.toBeInstanceOf(PermissionMissing);
  });
});
