import { describe, expect, it } from 'vitest';
import type { RegistryImage, RegistryPlatform } from '../../../../src/ports.ts';
import { layerBlocks } from '../../../../src/stages/push/layers.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';

const image = (digest: string, ...layers: [string, number][]): RegistryImage => ({
  repository: 'r.dev/web',
  digest,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  configDigest: `sha256:config-${digest}`,
  layers: layers.map(([name, size]) => ({ digest: `sha256:${name}`, size })),
});
const plan = {
  name: 'web',
  repository: 'r.dev/web',
  tags: [
    { name: 'sha-1', kind: 'commit' as const },
    { name: 'v1.0.0', kind: 'fixed' as const },
    { name: 'main', kind: 'moving' as const },
  ],
};
const history = [
  { created_by: 'ADD rootfs' },
  { created_by: 'ENV A=1', empty_layer: true },
  { created_by: 'COPY src . # buildkit' },
];
/** The platforms of an index by its digest. */
const indexes = new Map<string, [platform: string, image: RegistryImage][]>();
const index = (digest: string, platforms: Record<string, RegistryImage>): RegistryImage => {
  indexes.set(digest, Object.entries(platforms));
  return {
    repository: 'r.dev/web',
    digest,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    configDigest: undefined,
  };
};
const registry = {
  platforms: async (_repository: string, digest: string): Promise<RegistryPlatform[]> =>
    (indexes.get(digest) ?? []).map(([platform, { digest, configDigest = '', layers = [] }]) => ({
      platform,
      digest,
      configDigest,
      layers,
    })),
};
const blocks = (present: Record<string, RegistryImage>, pushed: RegistryImage, config: unknown = { history }) =>
  layerBlocks(plan, new Map(Object.entries(present)), pushed, {
    referrers: { blob: async () => Buffer.from(JSON.stringify(config)) },
    log: memoryLog(),
    registry,
  });

const BEFORE = image('old', ['base', 30_000_000], ['src-1', 2_000_000]);
const NOW = image('new', ['base', 30_000_000], ['src-2', 3_500_000]);

describe('the layers of a pushed image', () => {
  it('are compared with those of the last image of the branch, by what made them', async () => {
    expect(await blocks({ main: BEFORE, 'sha-1': image('other') }, NOW)).toEqual([
      {
        kind: 'table',
        title: 'Layers of web since the last main: 1 of 2 new, 3.5 MB of 33.5 MB (+1.5 MB)',
        header: ['layer', 'size', 'compared'],
        rows: [
          ['ADD rootfs', '30.0 MB', 'as before'],
          ['COPY src . # buildkit', '3.5 MB', 'new'],
        ],
      },
    ]);
  });

  it('of an index are compared for each platform that it had before', async () => {
    const arm = (name: string) => image(`arm-${name}`, [`arm-${name}`, 1_000_000]);
    const before = index('index-1', { 'linux/amd64': BEFORE, 'linux/arm64': arm('1') });
    const now = index('index-2', { 'linux/amd64': NOW, 'linux/arm64': arm('1'), 'linux/riscv64': arm('3') });
    expect((await blocks({ main: before }, now)).map((block) => 'title' in block && block.title)).toEqual([
      'Layers of web for linux/amd64 since the last main: 1 of 2 new, 3.5 MB of 33.5 MB (+1.5 MB)',
      'Layers of web for linux/arm64 since the last main: 0 of 1 new, 0.0 MB of 1.0 MB (+0.0 MB)',
    ]);
  });

  it('are compared with those of an index of one platform', async () => {
    const [block] = await blocks({ main: index('index-3', { 'linux/amd64': BEFORE }) }, NOW);
    expect(block).toMatchObject({
      title: 'Layers of web since the last main: 1 of 2 new, 3.5 MB of 33.5 MB (+1.5 MB)',
    });
  });

  it('are not compared for the first image of a branch, the same image, and an index that cannot be read', async () => {
    expect(await blocks({}, NOW)).toEqual([]);
    expect(await blocks({ main: NOW }, NOW)).toEqual([]);
    expect(await blocks({ main: index('index-4', {}) }, NOW)).toEqual([]);
    // A fixed tag names no branch.
    expect(await blocks({ 'v1.0.0': BEFORE }, NOW)).toEqual([]);
  });

  it.each([{}, null, 7, { history: [{ created_by: 'one' }] }, { history: 'x' }])(
    'have their digests where the history says nothing about them: %j',
    async (config) => {
      const [block] = await blocks({ main: BEFORE }, NOW, config);
      expect(block).toMatchObject({
        rows: [
          ['sha256:base', '30.0 MB', 'as before'],
          ['sha256:src-2', '3.5 MB', 'new'],
        ],
      });
    },
  );
});
