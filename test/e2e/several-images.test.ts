import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Job } from '../support/e2e/jobs.ts';
import { Scene } from '../support/e2e/scene.ts';
import { open } from '../support/e2e/site.ts';
import type { GitHubEvent } from '../support/github-double/events.ts';
import { requirePlatform } from '../support/platform.ts';

const platform = await requirePlatform('a release of two images');
const SERVER = `import functools, http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
folder = functools.partial(http.server.SimpleHTTPRequestHandler, directory='/pages')
http.server.ThreadingHTTPServer(('0.0.0.0', int(sys.argv[1])), folder).serve_forever()
`;

describe.skipIf(!platform)('an application of two images', () => {
  let scene: Scene;
  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    scene = await Scene.open(platform, 'two');
  });
  afterEach(() => expect(scene.github.actor.violations()).toEqual([]));
  afterAll(async () => {
    for (const name of ['api', 'web']) await scene?.registry.empty(`${scene.images}/${name}`);
    await scene?.close();
  });

  /** `api` answers below /api, `web` everything else. The tests of `api` need a file that only its stage `test` holds. */
  async function version(text: string, test = 'sh /tests/check.sh'): Promise<string> {
    const write = async (path: string, content: string) => {
      const file = join(scene.repository.folder, path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, content);
    };
    const stage = (name: string) => `FROM ${scene.platform.baseImages.python} AS ${name}\nCOPY serve.py /serve.py\n`;
    const serve = (port: number) => `CMD ["python3", "/serve.py", "${port}"]\n`;
    await write('api/serve.py', SERVER);
    await write('api/page', `api ${text}\n`);
    await write(
      'api/check.sh',
      'test -f /tests/check.sh && grep -q api /pages/api/page && echo the stage is complete\n',
    );
    const api = `${stage('app')}COPY page /pages/api/page\n${serve(8080)}`;
    await write('api/Dockerfile', `${api}FROM app AS test\nCOPY check.sh /tests/check.sh\nFROM app\n`);
    await write('web/serve.py', SERVER);
    await write('web/page', `web ${text}\n`);
    await write('web/Dockerfile', `${stage('app')}COPY page /pages/page\n${serve(3000)}`);
    await scene.configure((config) => {
      for (const key of ['image', 'tests', 'deploy']) config.delete(key);
      config.set('images', {
        api: { repository: `${scene.imageRepository}/api`, context: 'api' },
        web: { repository: `${scene.imageRepository}/web`, context: 'web' },
      });
      config.set('tests', {
        unit: { image: 'api', target: 'test', run: test },
        pages: { image: 'web', run: 'test -f /pages/page' },
      });
      const part = { replicas: 1, drain: '1s' };
      config.set('deploy', {
        processes: {
          api: { image: 'api', port: 8080, health: '/api/page', paths: ['/api'], ...part },
          web: { image: 'web', port: 3000, health: '/page', paths: ['/'], ...part },
        },
      });
      config.set('review', { host: `pr-{number}.${scene.app}.localhost` });
      for (const name of ['staging', 'production']) config.deleteIn(['environments', name, 'secrets']);
    });
    return scene.commit(`Version ${text}`);
  }
  const pipeline = (event: GitHubEvent) => new Job(scene, event).step('pipeline');
  const known = async () => scene.github.actor.putFile('slipway.yml', await scene.repository.read('slipway.yml'));
  const images = async () =>
    Promise.all(['api', 'web'].map((name) => scene.cluster.imageOf(scene.staging, `${scene.app}-${name}`)));
  const page = async (host: string, path: string) =>
    (await open(scene.url(`${host}.${scene.app}.localhost`, path))).text;

  it('a push: built, tested in the stage of one, pushed, and rolled out as one release', async () => {
    const sha = await version('1');
    await known();
    const result = await pipeline(scene.github.actor.push('main', sha));
    expect(result.exitCode, result.output).toBe(0);
    expect(result.output).toContain('the stage is complete');
    const lines = (result.outputs.reference ?? '').split('\n');
    expect(lines.map((line) => line.split('@')[0])).toEqual([
      `api=${scene.imageRepository}/api`,
      `web=${scene.imageRepository}/web`,
    ]);
    expect(lines.map((line) => line.slice(4))).toEqual(await images());
    expect(result.outputs).toMatchObject({ reused: 'api=false\nweb=false', revision: '1' });
    expect(result.outputs.passed ?? '').toBe('');
    expect(await page('staging', '/api/page')).toBe('api 1\n');
    expect(await page('staging', '/page')).toBe('web 1\n');
    expect(await scene.registry.tags(`${scene.images}/api`)).toEqual(['main', `sha-${sha.slice(0, 12)}`]);
  });

  it('a test that fails in the stage: neither image is pushed, and staging stays', async () => {
    const before = await scene.cluster.snapshot(scene.staging);
    const sha = await version('2', 'sh /tests/check.sh && exit 3');
    const result = await pipeline(scene.github.actor.push('main', sha));
    expect(result.outputs.outcome).toBe('failed');
    expect(result.output).toContain('unit: the command ended with exit code 3');
    for (const name of ['api', 'web']) {
      expect(await scene.registry.tags(`${scene.images}/${name}`)).not.toContain(`sha-${sha.slice(0, 12)}`);
    }
    expect(await scene.cluster.snapshot(scene.staging)).toEqual(before);
  });

  it('a pull request: both run in its review environment, and the comment names both', async () => {
    await scene.repository.branch('charging');
    const sha = await version('3');
    const result = await pipeline(scene.github.actor.openPullRequest({ title: 'Charging', branch: 'charging', sha }));
    expect(result.exitCode, result.output).toBe(0);
    expect(await page('pr-1', '/api/page')).toBe('api 3\n');
    expect(await page('pr-1', '/page')).toBe('web 3\n');
    const [comment] = scene.github.actor.comments(1);
    const text = comment?.body.replace(/<[^>]*>/g, '');
    for (const name of ['api', 'web']) expect(text).toContain(`${name}=${scene.imageRepository}/${name}@`);
    const closed = await pipeline(scene.github.actor.closePullRequest(1));
    expect(closed.outputs).toMatchObject({ outcome: 'succeeded', state: 'removed' });
  });
});
