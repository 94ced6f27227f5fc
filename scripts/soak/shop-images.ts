import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../local/demo/program.ts';
import { Repository } from '../../local/demo/repository.ts';
import { repositoryRoot } from '../../local/demo/root.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';
import { RegistryView } from '../../test/support/e2e/registry.ts';

/** References by digest of the images of examples/shop, in one version. */
export type ShopImages = Readonly<Record<'api' | 'web', string>>;

export const IMAGES = ['api', 'web'] as const;

/** On the front page of the version of this number: odd and even ones have an image of their own. */
export const headingOf = (version: number): string => `<h1>Shop ${version % 2}</h1>`;

/**
 * Builds and pushes two versions of both images.
 * @param path folder of the image repositories in the registry
 */
export async function shopImages(platform: Platform, path: string): Promise<[ShopImages, ShopImages]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-soak-'));
  try {
    const shop = await Repository.create(folder, join(repositoryRoot, 'examples', 'shop'), platform);
    const versions: ShopImages[] = [];
    for (const version of [0, 1]) {
      await shop.edit('web/src/page.js', (text) => text.replace(/<h1>.*<\/h1>/, headingOf(version)));
      const [api = '', web = ''] = await Promise.all(
        IMAGES.map((name) => pushed(platform, folder, path, name, version)),
      );
      versions.push({ api, web });
    }
    return versions as [ShopImages, ShopImages];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pushed(
  platform: Platform,
  folder: string,
  path: string,
  name: string,
  version: number,
): Promise<string> {
  const docker = (...args: string[]) => program(platform.docker.bin, args, { env: platformEnv(platform) });
  const tag = `${platform.registry}/${path}/${name}:${version}`;
  await docker('build', '--quiet', '--tag', tag, '--build-arg', `APP_VERSION=${version}`, join(folder, name));
  await docker('push', '--quiet', tag);
  await docker('image', 'rm', tag);
  const { digest } = await new RegistryView(platform.registry).manifest(`${path}/${name}`, String(version));
  return `${platform.registry}/${path}/${name}@${digest}`;
}

/** The images as the input `image` of an action takes them. */
export function imageInput(images: ShopImages): string {
  return IMAGES.map((name) => `${name}=${images[name]}`).join('\n');
}
