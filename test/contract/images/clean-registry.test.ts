import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { OciRepository } from '../../../src/adapters/oci/repository.ts';
import { inPool } from '../../../src/stages/pool.ts';
import { cleanAt, labelsOf } from '../../support/images/clean-run.ts';
import { contentOf } from '../../support/images/filled.ts';
import { startDistribution } from '../../support/images/memory-distribution.ts';
import { DAY_MS, expectedOf, madeRegistry, NOW } from '../../support/images/random-registry.ts';
import { requireReferrersRegistry } from '../../support/images/referrers-registry.ts';
import { Filler } from '../../support/images/stored.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { RegistryProxy } from '../../support/registry-proxy.ts';

const platform = await requirePlatform('clean-registry in distribution');
const start = await requireReferrersRegistry('clean-registry with the referrers API');
const COUNT = 50;
const NOTHING = { released: [], running: undefined, open: [] };

interface Place {
  host: string;
  close?(): void;
}
const registries: [string, boolean, (() => Promise<Place>) | undefined][] = [
  ['distribution', false, platform && startDistribution],
  ['a registry with the referrers API', true, start],
];

function repository(name: string): OciRepository {
  const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
  const { clients } = new OciRegistry({ env: process.env, clock: systemClock, log: memoryLog(), googleAccessToken });
  return new OciRepository(name, clients, new OciReferrers(clients), 3);
}

describe.each(registries)('clean-registry in %s', (_what, api, open) => {
  if (open === undefined) return it.skip('needs that registry');
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close?.());
  const name = (what: string | number) => `${place.host}/contract-images/clean-${process.pid}-${what}`;

  it(`${COUNT} random repositories lose nothing that is needed, and all that is not`, async () => {
    let deleted = 0;
    const seeds = Array.from({ length: COUNT }, (_, index) => index);
    const clean = async (seed: number) => {
      const made = madeRegistry(seed, !api, 4);
      const contents = contentOf(made, labelsOf);
      const digests = await new Filler(name(seed)).fill(contents);
      const expected = expectedOf(made, { api, listsUntagged: false });
      for (const day of [0, 1]) {
        const { error } = await cleanAt(NOW + day * DAY_MS, repository(name(seed)), made, digests);
        expect(error).toBeUndefined();
      }
      const filler = new Filler(name(seed));
      for (const [index, digest] of digests.entries()) {
        const status = await filler.status(digest);
        expect([seed, index, status]).toEqual([seed, index, expected.goes.has(index) ? 404 : 200]);
        const [tag] = contents[index]?.tags ?? [];
        if (tag !== undefined) expect([seed, tag, await filler.status(tag)]).toEqual([seed, tag, status]);
      }
      deleted += expected.goes.size;
    };
    await inPool(seeds, clean, 6);
    expect(deleted).toBeGreaterThan(COUNT);
  });

  it('a dry run writes nothing, and says what would be deleted', async () => {
    const filler = new Filler(name('dry'));
    const { digest } = await filler.image(labelsOf(true), 'sha-0123456789ab');
    await cleanAt(NOW, repository(name('dry')), NOTHING, []);
    const { outcome, outputs, blocks } = await cleanAt(NOW + DAY_MS, repository(name('dry')), NOTHING, [], {
      dryRun: true,
    });
    expect([outcome, outputs]).toEqual(['unchanged', { removed: '1', kept: '1' }]);
    expect(JSON.stringify(blocks)).toContain('["sha-0123456789ab","would be deleted","no release');
    expect(await filler.status(digest)).toBe(200);
  });

  it('keeps what a tag came to between the judgement and the deletion', async () => {
    const filler = new Filler(name('moved'));
    const image = await filler.image(labelsOf(true), 'sha-0123456789ab');
    await cleanAt(NOW, repository(name('moved')), NOTHING, []);
    const late = repository(name('moved'));
    const requireDeletion = late.requireDeletion.bind(late);
    late.requireDeletion = async () => {
      await filler.image(labelsOf(true), '1.4.2');
      await requireDeletion();
    };
    const { outputs, blocks } = await cleanAt(NOW + DAY_MS, late, NOTHING, []);
    expect(outputs.removed).toBe('0');
    expect(JSON.stringify(blocks)).toContain('the tag 1.4.2 was set meanwhile');
    expect(await filler.status(image.digest)).toBe(200);
  });
});

describe.skipIf(!platform)('clean-registry, where a registry refuses', () => {
  if (!platform) return;
  const { registry } = platform.platform;
  const at = async (work: (proxy: RegistryProxy, path: string) => Promise<void>, path: string) => {
    const proxy = await RegistryProxy.start(registry);
    try {
      await work(proxy, `contract-images/clean-${process.pid}-${path}`);
    } finally {
      await proxy.close();
    }
  };

  it('to delete, says so and deletes nothing', async () => {
    await at(async (proxy, path) => {
      await new Filler(`${registry}/${path}`).image(labelsOf(true), 'sha-0123456789ab');
      const body = JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message: 'The operation is unsupported.' }] });
      proxy.fail(/^DELETE /, 99, 405, { 'content-type': 'application/json' }, body);
      const run = cleanAt(NOW, repository(`${proxy.host}/${path}`), NOTHING, []);
      await expect(run).rejects.toThrow(`the registry of ${proxy.host}/${path} deletes no manifests`);
      expect(proxy.requests.filter((line) => line.startsWith('PUT'))).toEqual([]);
    }, 'refused');
  });

  it.each([
    ['a page of the tags', /^GET .*tags\/list/],
    ['a manifest', /^GET .*manifests\/sha-/],
    ['a configuration', /^GET .*blobs\/sha256:/],
  ])('%s that cannot be read ends the run, and nothing is deleted', async (what, matches) => {
    await at(
      async (proxy, path) => {
        await new Filler(`${registry}/${path}`).image(labelsOf(true), 'sha-0123456789ab');
        await cleanAt(NOW, repository(`${registry}/${path}`), NOTHING, []);
        proxy.fail(matches, 99, 403);
        const run = cleanAt(NOW + DAY_MS, repository(`${proxy.host}/${path}`), NOTHING, []);
        await expect(run).rejects.toThrow('denied');
        expect(proxy.requests.filter((line) => /^(PUT|DELETE)/.test(line))).toEqual([]);
      },
      `unreadable-${what.replaceAll(' ', '-')}`,
    );
  });
});
