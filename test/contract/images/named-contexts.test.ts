import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { UserError } from '../../../src/errors.ts';
import type { BuildRequest } from '../../../src/ports.ts';
import { requirePlatform } from '../../support/platform.ts';
import { buildersOf, ImageRig } from './rig.ts';

const platform = await requirePlatform('named contexts of builds');

describe.skipIf(!platform)('named contexts, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'named-contexts');
  afterAll(() => rig.close());

  it.each(buildersOf(rig))('are read, or nothing is built and the reason is said: %s', async (_name, env) => {
    const dockerfile = `FROM base\nRUN : ${Math.random()}\nCOPY --from=shared . /shared\nCMD ls /shared\n`;
    const contextDir = rig.context({ Dockerfile: dockerfile });
    const shared = rig.context({ 'a.txt': '', 'b.md': '', '.dockerignore': '*.md\n.dockerignore\n' });
    const builder = new DockerBuilder(env);
    const request: BuildRequest = {
      contextDir,
      dockerfile: join(contextDir, 'Dockerfile'),
      contexts: { shared, base: `docker-image://${rig.base}` },
      labels: Object.fromEntries([rig.label.split('=')]),
      tags: [`${rig.repository}:named`],
      ...{ platforms: [], buildArgs: {}, secrets: [], ssh: [], cacheFrom: [], cacheTo: [], pull: false },
    };
    const build = async () => {
      await builder.requireNamedContexts();
      return builder.build(request, rig.log.output);
    };
    const [major = 0] = rig.docker('version', '--format', '{{.Server.Version}}').split('.').map(Number);
    if (env === rig.env && major >= 23) {
      const { id } = await build();
      expect(rig.docker('run', '--rm', id)).toBe('a.txt\n');
      return;
    }
    const reason = env === rig.env ? 'the BuildKit of this engine has no named contexts' : 'this docker has no buildx';
    await expect(build()).rejects.toSatisfy((error) => error instanceof UserError && error.message.startsWith(reason));
    expect(rig.docker('image', 'ls', '--quiet', `${rig.repository}:named`)).toBe('');
  });
});
