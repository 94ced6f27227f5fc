import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { RegistryView } from '../../../test/support/e2e/registry.ts';

/** Two images of one repository that do the same and have different digests; resolves to repository@digest of each. */
export async function twoImages(platform: Platform, path: string): Promise<string[]> {
  const registry = new RegistryView(platform.registry);
  const docker = (args: string[], input = '') =>
    program(platform.docker.bin, args, { env: platformEnv(platform), input });
  const references: string[] = [];
  for (const version of ['1', '2']) {
    const name = `${platform.registry}/${path}:${version}`;
    const dockerfile = `FROM ${platform.baseImages.python}\nLABEL version="${path} ${version}"\n`;
    await docker(['build', '--quiet', '--tag', name, '-'], dockerfile);
    await docker(['push', '--quiet', name]);
    await docker(['image', 'rm', name]);
    references.push(`${platform.registry}/${path}@${(await registry.manifest(path, version)).digest}`);
  }
  return references;
}
