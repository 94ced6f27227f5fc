import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import type { NamedContext } from '../../../../src/plan/images/contexts.ts';
import type { Builder, ContextScan } from '../../../../src/ports.ts';
import { readSources } from '../../../../src/stages/build/sources.ts';
import { push } from '../../../support/unit/events.ts';

const scan = (stages: string[]): ContextScan => ({
  digest: 'd',
  dockerfile: stages.map((name) => `FROM base AS ${name}\n`).join(''),
  files: 1,
  bytes: 1,
  credentials: [],
  history: false,
});
const plan = (target: string | undefined, test?: string) => {
  const build = {
    name: 'api',
    event: push(),
    contextDir: '/w/api',
    border: { workingDirectory: '/w', workspace: undefined },
    dockerfile: `${process.cwd()}/api/Dockerfile`,
    contexts: [] as NamedContext[],
    paths: [{ path: '/w/api', key: 'image.context' }],
    target,
    targetFrom: 'image.target',
    platforms: [],
    buildArgs: {},
    ssh: [],
    labels: {},
  };
  const testBuilds = test === undefined ? [] : [{ ...build, target: test, targetFrom: 'tests.unit.target' }];
  return { ...build, testBuilds } as unknown as BuildPlan;
};
interface World {
  /** Digests of folders and images. */
  digests?: Record<string, string>;
  credentials?: ContextScan['credentials'];
  buildx?: boolean;
  /** A path that leads out of the checkout. */
  outside?: string;
}
const read = (
  planned: BuildPlan,
  stages: string[],
  { digests = {}, credentials = [], buildx = true, outside }: World = {},
) =>
  readSources(planned, {
    context: {
      scan: async () => scan(stages),
      requireInside: async ({ path, key }) => {
        if (path === outside) throw new UserError(`${key} leads out`);
      },
      scanNamed: async ({ path }) => ({ ...scan([]), credentials, digest: digests[path] ?? 'd', folder: path }),
    },
    secrets: {},
    builder: {
      platform: async () => 'linux/amd64',
      requireNamedContexts: async () => {
        if (!buildx) throw new UserError('no buildx');
      },
    } as unknown as Builder,
    baseImages: {
      digestOf: async (name) => {
        const digest = digests[name] ?? 'sha256:1';
        return digest === 'unknown' ? undefined : { digest, from: 'registry' };
      },
    },
  });

it('reads nothing of a context that leads out of the checkout', async () => {
  await expect(read(plan(undefined), ['build'], { outside: '/w/api' })).rejects.toThrow('image.context leads out');
});

describe('named contexts', () => {
  const contexts: NamedContext[] = [
    { name: 'shared', key: 'image.contexts.shared', folder: '/w/shared' },
    { name: 'base', key: 'image.contexts.base', image: 'r.dev/base:1' },
  ];
  const withContexts = { ...plan(undefined, 'test'), contexts } as BuildPlan;
  const testBuilds = withContexts.testBuilds.map((build) => ({ ...build, contexts }));
  const planned = { ...withContexts, testBuilds };
  const keys = async (digests: Record<string, string>) => {
    const { keys } = await read(planned, ['build', 'test'], { digests });
    return [...keys.values()];
  };

  it('reach the builder, and are a part of the key of each build', async () => {
    const before = await keys({});
    for (const key of before) {
      expect(key.contexts).toEqual({ shared: '/w/shared', base: 'docker-image://r.dev/base:1' });
      expect(key.images).toEqual({ 'r.dev/base:1': 'sha256:1' });
    }
    const changes: Record<string, string>[] = [{ '/w/shared': 'd2' }, { 'r.dev/base:1': 'sha256:2' }];
    for (const change of changes) {
      const changed = await keys(change);
      for (const [at, { key }] of changed.entries()) expect(key).not.toBe(before[at]?.key);
    }
  });

  it('keep a build from being reused elsewhere where nobody knows an image', async () => {
    for (const { open } of await keys({ 'r.dev/base:1': 'unknown' })) expect(open).toEqual(['r.dev/base:1']);
  });

  it('hold no credentials, and need buildx', async () => {
    const credentials = [{ path: 'key.json', what: 'a Google credentials file' }];
    await expect(read(planned, ['build', 'test'], { credentials })).rejects.toThrow(
      'image.contexts.shared holds a Google credentials file: key.json',
    );
    await expect(read(planned, ['build', 'test'], { buildx: false })).rejects.toThrow('no buildx');
    await expect(read(plan(undefined), ['build'], { buildx: false })).resolves.toBeDefined();
  });
});

describe('the stages of a Dockerfile', () => {
  it.each([
    [undefined, undefined, ['build', '1']],
    ['BUILD', '1', ['build', '1']],
    ['anything', undefined, []],
  ])('have %j and %j', async (target, test, stages) => {
    const { keys } = await read(plan(target, test), stages);
    for (const { key } of keys.values()) expect(key).toMatch(/^2:[0-9a-f]{64}$/);
    expect(keys.size).toBe(test === undefined ? 1 : 2);
  });

  it('F2: are named when a test names another one', async () => {
    const wrong = read(plan(undefined, 'tests'), ['build', 'test', '2']);
    await expect(wrong).rejects.toThrow(UserError);
    await expect(wrong).rejects.toMatchObject({
      message: 'tests.unit.target: api/Dockerfile has no stage "tests"',
      details: ['its stages: build, test, 2'],
      location: { file: 'api/Dockerfile' },
      remedy: expect.stringContaining('Did you mean "test"?'),
    });
    await expect(read(plan('3'), ['build', 'test', '2'])).rejects.toThrow(
      'image.target: api/Dockerfile has no stage "3"',
    );
  });
});
