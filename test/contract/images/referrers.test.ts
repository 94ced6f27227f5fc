import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import type { Artifact } from '../../../src/ports.ts';
import { requireReferrersRegistry } from '../../support/images/referrers-registry.ts';
import { Filler, INDEX_TYPE } from '../../support/images/stored.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { requirePlatform } from '../../support/platform.ts';
import { RegistryProxy } from '../../support/registry-proxy.ts';

const platform = await requirePlatform('artifacts beside images in distribution');
const start = await requireReferrersRegistry('artifacts beside images by the referrers API');

const TYPE = 'application/vnd.in-toto+json';
const artifact = (text: string, artifactType = TYPE): Artifact => ({
  artifactType,
  annotations: { 'org.opencontainers.image.title': text },
  layers: [{ mediaType: artifactType, content: Buffer.from(JSON.stringify({ text })) }],
});
const client = () => {
  const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
  const options = { env: process.env, clock: systemClock, log: memoryLog(), googleAccessToken };
  return new OciReferrers(new OciRegistry(options).clients);
};
let count = 0;
const name = () => `contract-images/referrers-${process.pid}-${count++}`;

interface Place {
  host: string;
  close?(): void;
}
const registries: [string, (() => Promise<Place>) | undefined][] = [
  ['distribution', platform && (async () => ({ host: platform.platform.registry }))],
  ['a registry with the referrers API', start],
  ['the same registry without it', start && (() => start('--no-referrers'))],
];

describe.each(registries)('artifacts beside an image in %s', (_what, open) => {
  if (open === undefined) return it.skip('needs that registry');
  let host = '';
  let place: Place | undefined;
  beforeAll(async () => {
    place = await open();
    host = place.host;
  });
  afterAll(() => place?.close?.());

  it('are listed by type, with their content', async () => {
    const repository = `${host}/${name()}`;
    const { digest } = await new Filler(repository).image({}, 'one');
    const [writer, reader] = [client(), client()];
    const first = await writer.attach(repository, digest, artifact('unit'));
    await writer.attach(repository, digest, artifact('other', 'application/spdx+json'));
    expect(await reader.list(repository, digest, TYPE)).toEqual([first]);
    expect(await reader.list(repository, digest)).toHaveLength(2);
    const [layer] = first.layers;
    expect(JSON.parse(String(await reader.blob(repository, layer ?? { digest: '' })))).toEqual({ text: 'unit' });
    expect(first.annotations).toEqual({ 'org.opencontainers.image.title': 'unit' });
  });

  it('are none without any, and the same one is attached once', async () => {
    const repository = `${host}/${name()}`;
    const { digest } = await new Filler(repository).image({}, 'one');
    expect(await client().list(repository, digest)).toEqual([]);
    await client().attach(repository, digest, artifact('unit'));
    await client().attach(repository, digest, artifact('unit'));
    expect(await client().list(repository, digest)).toHaveLength(1);
  });

  it('of six runs at once are all there', async () => {
    const repository = `${host}/${name()}`;
    const { digest } = await new Filler(repository).image({}, 'one');
    const suites = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(suites.map((suite) => client().attach(repository, digest, artifact(suite))));
    const titles = (await client().list(repository, digest)).map(({ annotations }) => Object.values(annotations)[0]);
    expect(titles.sort()).toEqual(suites);
  });

  it('are refused for an image that is not there', async () => {
    const missing = `sha256:${'0'.repeat(64)}`;
    const repository = `${host}/${name()}`;
    await new Filler(repository).image({}, 'one');
    await expect(client().attach(repository, missing, artifact('unit'))).rejects.toThrow('is not in the registry');
  });
});

describe.skipIf(!platform)('the index under the tag of the scheme', () => {
  if (!platform) return;
  const { registry } = platform.platform;

  it('names only what refers to the image, whatever others wrote into it', async () => {
    const repository = `${registry}/${name()}`;
    const filler = new Filler(repository);
    const image = await filler.image({ one: '1' }, 'one');
    const other = await filler.image({ two: '2' }, 'two');
    const entry = { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...other };
    await filler.manifest({ manifests: [entry] }, INDEX_TYPE, image.digest.replace(':', '-'));
    expect(await client().list(repository, image.digest)).toEqual([]);
    const attached = await client().attach(repository, image.digest, artifact('unit'));
    expect(await client().list(repository, image.digest)).toEqual([attached]);
  });

  it('is not overwritten where the tag names something else', async () => {
    const repository = `${registry}/${name()}`;
    const filler = new Filler(repository);
    const image = await filler.image({ one: '1' }, 'one');
    await filler.image({ two: '2' }, image.digest.replace(':', '-'));
    await expect(client().list(repository, image.digest)).rejects.toThrow('is no index of referrers');
    await expect(client().attach(repository, image.digest, artifact('unit'))).rejects.toThrow(
      'is no index of referrers',
    );
  });

  it('is used where the registry takes a subject, but has no API', async () => {
    const proxy = await RegistryProxy.start(registry);
    try {
      const path = name();
      const { digest } = await new Filler(`${registry}/${path}`).image({}, 'one');
      const headers = { 'oci-subject': digest };
      // The manifest itself is there already: only the answer differs.
      await client().attach(`${registry}/${path}`, digest, artifact('first'));
      proxy.fail(/^PUT .*\/manifests\/sha256:/, 1, 201, headers);
      const repository = `${proxy.host}/${path}`;
      await client().attach(repository, digest, artifact('first'));
      expect(proxy.requests).toContain(`GET /v2/${path}/referrers/${digest} 404`);
      expect(proxy.requests.some((line) => line.includes(`/manifests/${digest.replace(':', '-')}`))).toBe(true);
    } finally {
      await proxy.close();
    }
  });
});
