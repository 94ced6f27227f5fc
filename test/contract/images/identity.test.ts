import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { noticeMovedTags } from '../../../src/stages/moved-tags.ts';
import { Filler, IMAGE_TYPE, INDEX_TYPE } from '../../support/images/stored.ts';
import { requirePlatform } from '../../support/platform.ts';
import { Pushing, SHA } from './pushing.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('the identity of an image from push to deploy');

describe.skipIf(!platform)('the identity of an image, with a real engine and registry', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'identity');
  const pushing = new Pushing(rig);
  afterEach(() => pushing.closeProxies());
  afterAll(() => rig.close());

  /** An index of two platforms, without any code of ours. */
  async function index(repository: string) {
    const filler = new Filler(repository);
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
    const children = await Promise.all(
      platforms.map(async (one) => ({
        ...(await filler.image({ arch: one.architecture })),
        mediaType: IMAGE_TYPE,
        platform: one,
      })),
    );
    const { digest } = await filler.manifest({ manifests: children }, INDEX_TYPE, SHA);
    rig.pushed.add(repository.slice(repository.indexOf('/') + 1));
    return { digest, children };
  }

  it('S1: a tag that moves between push and deploy is noticed, and the digest is deployed', async () => {
    const planned = pushing.plan(pushing.made());
    const reference = (await pushing.push(planned)).outputs.reference ?? '';
    const warnings: string[] = [];
    const notice = () =>
      noticeMovedTags({ contract: reference }, planned.sha, {
        registry: pushing.registry(),
        log: { warning: (message) => void warnings.push(message) },
      });
    await notice();
    expect(warnings).toEqual([]);
    const other = await pushing.push({ ...planned, image: pushing.made() });
    await notice();
    expect(warnings).toEqual([
      expect.stringContaining(`${planned.repository}:${SHA} names ${other.outputs.digest} now, and not `),
    ]);
    expect((await pushing.registry().resolve(reference))?.digest).toBe(reference.slice(reference.indexOf('@') + 1));
  });

  it('S2: every platform of an index, its configuration and its layers are asked for', async () => {
    const proxy = await pushing.proxied();
    const repository = pushing.throughProxy('', proxy).repository;
    const { digest, children } = await index(repository.replace(proxy.host, rig.registry));
    const registry = pushing.registry();
    expect((await registry.resolve(`${repository}:${SHA}`))?.digest).toBe(digest);
    expect(await registry.missingParts(repository, digest)).toEqual([]);
    const asked = proxy.requests.join('\n');
    for (const child of children) expect(asked).toContain(`manifests/${child.digest} 200`);
    expect(proxy.requests.filter((line) => /^HEAD .*\/blobs\/sha256:\w+ 200$/.test(line))).toHaveLength(2);
  });

  it('S2: a platform or a layer that the registry lost is named', async () => {
    const proxy = await pushing.proxied();
    const repository = pushing.throughProxy('', proxy).repository;
    const { digest, children } = await index(repository.replace(proxy.host, rig.registry));
    const [, arm] = children;
    proxy.fail(new RegExp(`^GET .*/manifests/${arm?.digest}`), 1, 404);
    expect(await pushing.registry().missingParts(repository, digest)).toEqual([
      `the manifest of linux/arm64 ${arm?.digest}`,
    ]);
    const planned = pushing.throughProxy(pushing.made(), proxy);
    const { outputs } = await pushing.push(planned);
    proxy.fail(/^HEAD .*\/blobs\/sha256:/, 1, 404);
    expect(await pushing.registry().missingParts(planned.repository, outputs.digest ?? '')).toEqual([
      expect.stringMatching(/^the (layer|configuration) sha256:/),
    ]);
  });

  it('S2: a platform with other bytes than its digest is not believed', async () => {
    const proxy = await pushing.proxied();
    const repository = pushing.throughProxy('', proxy).repository;
    const { digest, children } = await index(repository.replace(proxy.host, rig.registry));
    proxy.fail(new RegExp(`^GET .*/manifests/${children[1]?.digest}`), 1, 200, { 'content-type': IMAGE_TYPE }, '{}');
    await expect(pushing.registry().missingParts(repository, digest)).rejects.toThrow('has the digest');
  });

  it('P4: uploads the layers when the registry refuses to mount them from another repository', async () => {
    const image = pushing.made();
    const proxy = await pushing.proxied();
    const first = await pushing.push(pushing.throughProxy(image, proxy));
    // 202 without a mount, as the specification allows, and a plain refusal.
    proxy.fail(/^POST .*[?&]mount=/, 1, 405);
    const second = await pushing.push(pushing.throughProxy(image, proxy));
    expect(proxy.requests.filter((line) => /^POST .*[?&]mount=.* 405$/.test(line))).toHaveLength(1);
    expect(second.outputs.digest).toBe(first.outputs.digest);
  });
});
