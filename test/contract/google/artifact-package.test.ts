import { afterEach, describe, expect, it } from 'vitest';
import { ArtifactPackage } from '../../../src/adapters/google/artifact-package.ts';
import { PermissionMissing } from '../../../src/errors.ts';
import { type ArtifactPackages, startArtifactPackages } from '../../support/google/artifact-packages.ts';
import { cleanAt, labelsOf } from '../../support/images/clean-run.ts';
import { contentOf } from '../../support/images/filled.ts';
import { MemoryRepository } from '../../support/images/memory-repository.ts';
import { DAY_MS, expectedOf, madeRegistry, NOW } from '../../support/images/random-registry.ts';

const TOKEN = 'ya29.cleaner';
const SEEDS = [1, 3, 5, 8];
const PLACES: [name: string, resource: string][] = [
  [
    'europe-west1-docker.pkg.dev/acme-apps/apps/shop/api',
    'projects/acme-apps/locations/europe-west1/repositories/apps/packages/shop%2Fapi',
  ],
  [
    'europe-docker.pkg.dev/acme.dev/apps/images/api',
    'projects/acme.dev:apps/locations/europe/repositories/images/packages/api',
  ],
  ['eu.gcr.io/acme-apps/api', 'projects/acme-apps/locations/europe/repositories/eu.gcr.io/packages/api'],
];

describe('a package of Artifact Registry', () => {
  const doubles: ArtifactPackages[] = [];
  afterEach(async () => {
    for (const double of doubles.splice(0)) {
      await double.close();
      expect(double.violations).toEqual([]);
    }
  });

  /** A package of the double with a made-up content, and what clean-registry sees of it. */
  async function packageOf(seed: number, [name, resource]: (typeof PLACES)[number], token = async () => TOKEN) {
    const made = madeRegistry(seed, false);
    const contents = new MemoryRepository(name, { api: true, listsUntagged: false });
    const digests = contents.fill(contentOf(made, labelsOf));
    const double = await startArtifactPackages(contents, resource, TOKEN);
    doubles.push(double);
    const forgotten: string[] = [];
    const waits: number[] = [];
    const clock = {
      now: () => NOW,
      monotonic: () => 0,
      sleep: async (ms: number) => void waits.push(ms),
    };
    const options = {
      token,
      forget: async (refused: string) => void forgotten.push(refused),
      endpoint: double.url,
      clock,
      signal: new AbortController().signal,
      report: () => undefined,
    };
    const run = (now: number) => cleanAt(now, new ArtifactPackage(options, contents), made, digests);
    const there = () => digests.flatMap((digest, index) => (contents.manifests.has(digest) ? [index] : []));
    return { made, run, there, double, forgotten, waits };
  }

  it.each(PLACES)('%s loses what nothing needs, also without a tag, and nothing else', async (...place) => {
    let gone = 0;
    for (const seed of SEEDS) {
      const { made, run, there } = await packageOf(seed, place);
      const { stays } = expectedOf(made, { api: true, listsUntagged: true });
      const before = there();
      const first = await run(NOW);
      expect([seed, first.error, there()]).toEqual([seed, undefined, before]);
      const { error } = await run(NOW + DAY_MS);
      expect([seed, error, there()]).toEqual([seed, undefined, before.filter((index) => stays.has(index))]);
      gone += before.length - there().length;
    }
    expect(gone).toBeGreaterThan(SEEDS.length);
  });

  it('names the missing permission, and deletes nothing', async () => {
    const { run, there, double } = await packageOf(1, PLACES[0] as (typeof PLACES)[number]);
    double.allowed.delete('artifactregistry.versions.delete');
    const before = there();
    await expect(run(NOW)).rejects.toMatchObject({
      constructor: PermissionMissing,
      permission: 'artifactregistry.versions.delete',
    });
    expect(there()).toEqual(before);
    expect(double.requests.filter((one) => one.startsWith('DELETE'))).toEqual([]);
  });

  it('asks again after the time that the API names, and with a new token where one died', async () => {
    const tokens = ['ya29.died', TOKEN];
    const { run, double, forgotten, waits } = await packageOf(1, PLACES[0] as (typeof PLACES)[number], async () =>
      tokens.length > 1 ? String(tokens.shift()) : TOKEN,
    );
    double.failures.push({ status: 401, message: 'expired' });
    double.failures.push({ status: 429, headers: { 'retry-after': '7' }, message: 'slow down' });
    expect((await run(NOW)).error).toBeUndefined();
    expect(forgotten).toEqual(['ya29.died']);
    expect(waits.some((ms) => ms >= 7_000)).toBe(true);
  });
});
