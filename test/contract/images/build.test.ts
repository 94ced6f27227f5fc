import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { diskContext } from '../../../src/adapters/context/build-context.ts';
import { walkContext } from '../../../src/adapters/context/walk.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { EnvironmentError, UserError } from '../../../src/errors.ts';
import { type BuildPlan, planBuilds } from '../../../src/plan/build-plan.ts';
import { runBuild } from '../../../src/stages/build/run.ts';
import { requirePlatform } from '../../support/platform.ts';
import { pullRequest, push } from '../../support/unit/events.ts';
import { buildersOf, ImageRig } from './rig.ts';

const platform = await requirePlatform('building images');

/** Files, and rules of .dockerignore about them. A file never has the name of a folder. */
const ignoreCase = fc.record({
  files: fc.uniqueArray(
    fc
      .tuple(fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 2 }), fc.constantFrom('x', 'y.md', 'a.md', '.z'))
      .map(([folders, file]) => [...folders, file].join('/')),
    { minLength: 1, maxLength: 8 },
  ),
  rules: fc.array(
    fc.record({
      negated: fc.boolean(),
      rooted: fc.boolean(),
      segments: fc.array(
        fc.constantFrom(
          'a',
          'b',
          'ab',
          '*',
          '**',
          'a*',
          '?',
          '[ab]',
          '[^a]',
          '*.md',
          'x',
          'y.md',
          '.',
          '..',
          '**b',
          '\\\\a',
        ),
        { minLength: 1, maxLength: 3 },
      ),
      tail: fc.constantFrom('', '/', ' '),
    }),
    { maxLength: 4 },
  ),
});

/** A rule for one folder. `..` does not leave it, or the case would be about other folders as well. */
function ruleIn(folder: string, rule: { negated: boolean; rooted: boolean; segments: string[]; tail: string }): string {
  const segments = rule.segments.filter((segment, at) => segment !== '..' || (at > 0 && rule.segments[at - 1] === 'a'));
  return `${rule.negated ? '!' : ''}${rule.rooted ? '/' : ''}${[folder, ...segments].join('/')}${rule.tail}`;
}
const SECRET = `s3cr3t-${process.pid}-value`;

describe.skipIf(!platform)('build-image, with a real engine', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'build');
  afterAll(() => rig.close());

  const config = () => parseConfig(`app: contract\nimage: { repository: ${rig.repository} }\n`, 'slipway.yml');
  const plan = (folder: string, overrides: Partial<BuildPlan> = {}): BuildPlan => ({
    ...(planBuilds(
      {
        workingDirectory: folder,
        context: undefined,
        dockerfile: undefined,
        target: undefined,
        platforms: [],
        buildArgs: {},
        secretIds: [],
        ssh: [],
        tags: [],
        labels: Object.fromEntries([rig.label.split('=')]),
        cache: [],
        force: false,
      },
      config(),
      push(),
      { SOURCE_DATE_EPOCH: '1700000000' },
    )[0] as BuildPlan),
    ...overrides,
  });
  const build = (
    planned: BuildPlan,
    env: NodeJS.ProcessEnv = rig.env,
    secrets = new Map<string, string>(),
    signal = new AbortController().signal,
  ) =>
    runBuild([planned], {
      builder: new DockerBuilder(env),
      context: diskContext,
      baseImages: rig.baseImages,
      files: localFiles,
      pushed: undefined,
      history: { commitTime: async () => undefined },
      log: rig.log,
      clock: systemClock,
      secrets: { contract: secrets },
      atOnce: 2,
      signal,
    });

  describe.each(buildersOf(rig))('%s', (_name, env) => {
    it('builds, labels and tags', async () => {
      const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY a /a\nEXPOSE 9000\n', a: String(Math.random()) });
      const result = await build(plan(folder), env);
      expect(result).toMatchObject({ outcome: 'succeeded', outputs: { reused: 'false' } });
      expect(result.annotations).toMatchObject([{ level: 'warning', title: 'port' }]);
      const [image] = JSON.parse(rig.docker('image', 'inspect', `${rig.repository}:main`));
      expect(image.Id).toBe(result.outputs['image-id']);
      const built = `slipway.invalid/built:${result.outputs['source-key']?.replace(':', '-')}`;
      expect(image.RepoTags.sort()).toEqual([`${rig.repository}:main`, `${rig.repository}:sha-0123456789ab`, built]);
      expect(image.Config.Labels).toMatchObject({
        'org.opencontainers.image.source': 'https://github.example.com/acme/parking',
        'org.opencontainers.image.revision': push().sha,
        'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
        'org.opencontainers.image.version': 'main',
        'slipway.dev/source-key': result.outputs['source-key'],
      });
    });

    it('uses the image of the same sources again, unless a file changed or it is forced', async () => {
      const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY a /a\n', a: String(Math.random()) });
      const first = await build(plan(folder), env);
      const again = await build(plan(folder), env);
      expect(again).toMatchObject({ outcome: 'unchanged', outputs: { reused: 'true' } });
      expect(again.outputs['image-id']).toBe(first.outputs['image-id']);
      expect((await build(plan(folder, { force: true }), env)).outputs.reused).toBe('false');
      writeFileSync(join(folder, 'a'), String(Math.random()));
      const changed = await build(plan(folder), env);
      expect(changed.outputs.reused).toBe('false');
      expect(changed.outputs['source-key']).not.toBe(first.outputs['source-key']);
    });

    it('gives a step the agent that `ssh` names', async () => {
      const socket = join(rig.folder, `agent-${rig.lines.length}`);
      const agent = createServer((client) => client.end()).listen(socket);
      await once(agent, 'listening');
      const step = `RUN --mount=type=ssh,required test -S "$SSH_AUTH_SOCK" # ${Math.random()}`;
      const folder = rig.context({ Dockerfile: `FROM ${rig.base}\n${step}\n` });
      const built = build(plan(folder, { ssh: [`default=${socket}`] }), env).finally(() => agent.close());
      expect((await built).outcome).toBe('succeeded');
    });

    it('S4: mounts secrets that are in no layer, no history, no label and no process argument', async () => {
      const dockerfile = `FROM ${rig.base}
RUN --mount=type=secret,id=key test "$(sha256sum < /run/secrets/key)" != "$(printf '' | sha256sum)" && sleep 1
`;
      const folder = rig.context({ Dockerfile: dockerfile, a: String(Math.random()) });
      const running = build(plan(folder, { force: true }), env, new Map([['key', SECRET]]));
      const seen = await argumentsDuring(running);
      const { outputs } = await running;
      expect(seen.some((line) => line.includes('id=key,env='))).toBe(true);
      expect(seen.filter((line) => line.includes(SECRET))).toEqual([]);
      const image = outputs['image-id'] ?? '';
      expect(rig.docker('image', 'inspect', image)).not.toContain(SECRET);
      expect(rig.docker('image', 'history', '--no-trunc', image)).not.toContain(SECRET);
      rig.docker('image', 'save', '--output', join(rig.folder, 'image.tar'), image);
      expect(readFileSync(join(rig.folder, 'image.tar')).includes(SECRET)).toBe(false);
    });

    it('names the instruction that failed, its line and its last lines', async () => {
      const dockerfile = `FROM ${rig.base}\n# why\nRUN echo begin && \\\n    echo "no such package: x" >&2 && exit 3\n`;
      const failed = build(plan(rig.context({ Dockerfile: dockerfile })), env);
      await expect(failed).rejects.toBeInstanceOf(UserError);
      await expect(failed).rejects.toMatchObject({
        message: expect.stringMatching(/Dockerfile:3: RUN echo begin .* failed with exit code 3$/),
        location: { line: 3 },
        details: expect.arrayContaining(['begin', 'no such package: x']),
      });
    });

    it.each([
      ['FROM scratch\nCOPY nosuch /x\n', 2, /COPY nosuch \/x failed: .*not found/],
      ['FROM scratch\nRUNN x\n', 2, /unknown instruction: RUNN/],
      [`FROM ${rig.registry}/contract-images/nosuch:1\n`, 1, /base image .*nosuch:1 was not found/],
    ])('says what is wrong with %j', async (dockerfile, line, message) => {
      const failed = build(plan(rig.context({ Dockerfile: dockerfile })), env);
      await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(message), location: { line } });
    });
  });

  it('uses the images of a pull request for nothing else: they are removed with it', async () => {
    const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY a /a\n', a: String(Math.random()) });
    const reused = async (event: BuildPlan['event']) => (await build(plan(folder, { event }))).outputs.reused;
    expect(await reused(pullRequest())).toBe('false');
    expect(await reused(push())).toBe('false');
    expect(await reused(pullRequest({ number: 13 }))).toBe('false');
    expect(await reused(pullRequest())).toBe('true');
    expect(await reused(push())).toBe('true');
  });

  it('G11: builds nothing from a context with credentials', async () => {
    const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY . /\n', 'gha-creds-0123456789abcdef.json': '{}' });
    const refused = build(plan(folder));
    await expect(refused).rejects.toThrow('the build context holds the credentials file of google-github-actions/auth');
    await expect(refused).rejects.toMatchObject({
      remedy: expect.stringContaining('"gha-creds-*.json" to .dockerignore'),
    });
  });

  it('reads a context exactly as Docker does, also by random rules', async () => {
    // Each random case has a folder of its own, so that one build compares all of them.
    const cases = fc.sample(ignoreCase, { numRuns: 150, seed: 20261130 });
    const random = cases.flatMap(({ files }, at) => files.map((file) => [`case${at}/${file}`, ''] as const));
    const rules = cases.flatMap((one, at) => one.rules.map((rule) => ruleIn(`case${at}`, rule)));
    const folder = rig.context({
      ...Object.fromEntries(random),
      Dockerfile: `FROM ${rig.base}\nCOPY . /context\n`,
      '.dockerignore': '# rules\n*.log\n!keep.log\n**/cache\ndocs/*\n!docs/*.md\ntemp?\n/rooted\na/**/z\n'.concat(
        rules.join('\n'),
        '\n',
      ),
      'x.log': '',
      'keep.log': '',
      'sub/x.log': '',
      'sub/cache/y': '',
      'cache/y': '',
      'docs/a.txt': '',
      'docs/b.md': '',
      'docs/deep/c.md': '',
      temp1: '',
      temp12: '',
      'rooted/f': '',
      'sub/rooted/f': '',
      'a/b/c/z/file': '',
      'a/z': '',
      'UPPER.LOG': '',
    });
    const { outputs } = await build(plan(folder));
    const listed = rig.docker('run', '--rm', outputs.image ?? '', 'sh', '-c', 'cd /context && find . -type f');
    const sent = listed.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(2)]));
    const entries = await walkContext(folder, join(folder, 'Dockerfile'));
    const scanned = entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path);
    expect(scanned.sort()).toEqual(sent.sort());
  });

  it('stops a build that is cancelled, at once', async () => {
    const folder = rig.context({ Dockerfile: `FROM ${rig.base}\nRUN sleep 120 # ${Math.random()}\n` });
    const stop = new AbortController();
    const running = build(plan(folder), rig.env, new Map(), stop.signal);
    await until(() => rig.lines.some((line) => /RUN sleep 120/.test(line)));
    stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    const mine = (line: string) => line.includes('build') && line.includes(folder);
    expect(processes().filter(mine)).toEqual([]);
  });

  it('says when there is no engine, no docker, or none with BuildKit', async () => {
    const folder = rig.context({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
    const away = { ...rig.env, DOCKER_HOST: `unix://${rig.folder}/nosuch.sock` };
    await expect(build(plan(folder), away)).rejects.toThrow(/the Docker engine at unix:.* does not answer/);
    expect(() => new DockerBuilder({ PATH: rig.folder })).toThrow(EnvironmentError);
    expect(() => new DockerBuilder({ PATH: rig.folder })).toThrow('the program docker was not found');
  });
});

/** Command lines of all processes while something runs. */
async function argumentsDuring(work: Promise<unknown>): Promise<string[]> {
  const seen = new Set<string>();
  let over = false;
  work.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over) {
    for (const line of processes()) seen.add(line);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [...seen];
}

function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
