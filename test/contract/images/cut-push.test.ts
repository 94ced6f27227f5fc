import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { inPool } from '../../../src/stages/pool.ts';
import { requirePlatform } from '../../support/platform.ts';
import { Pushing, SHA } from './pushing.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('pushes that are cut');
const CUTS = Number(process.env.SLIPWAY_CUTS ?? 10);
const SEED = Number(process.env.SLIPWAY_SEED ?? 20_261_130);
/** The engine waits some seconds before it repeats a layer, so that cuts at once take as long as one. */
const AT_ONCE = 10;
/** Characters of each of the two layers, which do not compress to less than half. */
const LAYER = 192 * 1024;

describe.skipIf(!platform)('a push that is cut at a random point', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'cut');
  const pushing = new Pushing(rig);
  afterEach(() => pushing.closeProxies());
  afterAll(() => rig.close());

  const layer = () => randomBytes(LAYER / 2).toString('hex');
  const made = () => pushing.made({ one: layer(), two: layer() });

  /** The bytes of the requests of a push that nobody cuts. */
  async function bytesOfPush(): Promise<number> {
    const proxy = await pushing.proxied();
    proxy.cut(Number.MAX_SAFE_INTEGER, () => undefined);
    await pushing.push(pushing.throughProxy(made(), proxy));
    return proxy.heal();
  }

  /** @returns what was visible after the cut: nothing, or a whole image */
  async function cutAndRepeat(bytes: number): Promise<'nothing' | 'whole'> {
    const proxy = await pushing.proxied();
    const planned = pushing.throughProxy(made(), proxy);
    const { repository } = planned;
    const job = new AbortController();
    proxy.cut(bytes, () => job.abort(new Error('cut')));
    await expect(pushing.push(planned, { signal: job.signal })).rejects.toThrow();
    proxy.heal();
    const registry = pushing.registry();
    const visible = await pushing.served(repository, SHA);
    // The tag is there only with everything that it names, and no other tag before it.
    if (visible.status === 200) expect(await registry.missingParts(repository, visible.digest)).toEqual([]);
    else expect([visible.status, (await pushing.served(repository, 'main')).status]).toEqual([404, 404]);
    const { outputs } = await pushing.push(planned);
    const [inspected] = JSON.parse(rig.docker('image', 'inspect', planned.image));
    const whole = { status: 200, digest: outputs.digest, config: inspected.Id };
    for (const tag of [SHA, 'main']) expect(await pushing.served(repository, tag)).toEqual(whole);
    expect(await registry.missingParts(repository, outputs.digest ?? '')).toEqual([]);
    return visible.status === 200 ? 'whole' : 'nothing';
  }

  it(`P1: ${CUTS} times: no half image is visible, and the repeated push ends with the right digest`, async () => {
    const most = await bytesOfPush();
    // Random content compresses to a few bytes more or less: the last ones would cut nothing.
    const points = fc.sample(fc.integer({ min: 1, max: Math.floor(most * 0.97) }), { numRuns: CUTS, seed: SEED });
    const seen = await inPool(points, cutAndRepeat, AT_ONCE);
    expect(seen).toHaveLength(CUTS);
    expect(seen).toContain('nothing');
    if (process.env.SLIPWAY_CUTS) {
      const after = (what: string) => seen.filter((one) => one === what).length;
      console.info(`${most} bytes; after the cut ${after('nothing')} times nothing, ${after('whole')} times the image`);
    }
  }, 600_000);
});
