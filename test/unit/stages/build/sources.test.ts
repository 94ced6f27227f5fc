import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
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
    dockerfile: `${process.cwd()}/api/Dockerfile`,
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
const read = (planned: BuildPlan, stages: string[]) =>
  readSources(planned, {
    context: { scan: async () => scan(stages) },
    secrets: {},
    builder: { platform: async () => 'linux/amd64' } as unknown as Builder,
    baseImages: { digestOf: async () => ({ digest: 'sha256:1', from: 'registry' }) },
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
