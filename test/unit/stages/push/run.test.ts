import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFiles } from '../../../../src/adapters/files/local-files.ts';
import { EnvironmentError } from '../../../../src/errors.ts';
import type { PushPlan } from '../../../../src/plan/push-plan.ts';
import type { Log, RegistryImage } from '../../../../src/ports.ts';
import { runPush } from '../../../../src/stages/push/run.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { MemoryReferrers, memoryIdentities } from '../../../support/unit/memory-evidence.ts';
import { localImage, MemoryRegistry } from '../../../support/unit/memory-registry.ts';

const REPOSITORY = 'localhost:5000/apps/parking';
const SHA = 'sha-0123456789ab';
const quiet: Log = {
  info: () => undefined,
  warning: (message) => void warnings.push(message),
  debug: () => undefined,
  output: () => undefined,
  mask: () => undefined,
  group: (_title, work) => work(),
  progress: (_title, work) => work(),
};

const suites = (...names: string[]) => names.map((name) => ({ name, hash: 'h' }));

const warnings: string[] = [];
let recordsDir: string;
let registry: MemoryRegistry;
beforeEach(() => {
  warnings.length = 0;
  recordsDir = mkdtempSync(join(tmpdir(), 'slipway-tested-'));
  registry = new MemoryRegistry(REPOSITORY);
});
afterEach(() => rmSync(recordsDir, { recursive: true, force: true }));

const plan = (overrides: Partial<PushPlan> = {}): PushPlan => ({
  name: 'parking',
  app: 'parking',
  sha: '0123456789abcdef',
  image: `${REPOSITORY}:${SHA}`,
  archive: undefined,
  repository: REPOSITORY,
  tags: [
    { name: SHA, kind: 'commit' },
    { name: 'main', kind: 'moving' },
  ],
  given: false,
  suites: [],
  required: [],
  sbom: false,
  finds: undefined,
  builtDir: undefined,
  run: 'https://github.com/acme/parking/actions/runs/1',
  recordsDir,
  apisDir: undefined,
  ...overrides,
});

const push = (overrides: Partial<PushPlan> = {}, id = 'id-1', platforms: string[] = []) =>
  runPush([plan(overrides)], {
    images: {
      inspect: async (name) => (name === plan().image ? localImage(id) : undefined),
      load: async () => ({ ...localImage(id), platforms }),
      contents: async () => [],
      removeImages: async (ids) => void registry.log.push(`remove ${ids}`),
    },
    registry,
    referrers: new MemoryReferrers(),
    identities: memoryIdentities(undefined),
    files: localFiles,
    log: quiet,
    clock: new StepClock(),
    signal: new AbortController().signal,
  });

describe('a push', () => {
  it('uploads once, tags without uploading, and answers with the digest of the registry', async () => {
    const result = await push();
    expect(registry.log).toEqual([`push ${SHA}`, 'tag main']);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      outputs: { reference: `${REPOSITORY}@manifest-1`, digest: 'manifest-1', tags: `${SHA}\nmain` },
    });
  });

  it('R7: of an archive takes the image out of the engine again', async () => {
    const result = await push({ archive: '/tmp/fork/image.tar', tags: [{ name: 'fork-1', kind: 'moving' }] });
    expect(registry.log).toEqual(['push fork-1', 'remove id-1']);
    expect(result.outputs).toMatchObject({ reference: `${REPOSITORY}@manifest-1`, tags: 'fork-1' });
  });

  it('of an archive of several platforms says which one is pushed', async () => {
    const fork = { archive: '/tmp/fork/image.tar', tags: [{ name: 'fork-1', kind: 'moving' as const }] };
    expect((await push(fork, 'id-1', ['linux/amd64'])).annotations).toEqual([]);
    expect((await push(fork, 'id-2', ['linux/amd64', 'linux/arm64'])).annotations).toEqual([
      {
        level: 'warning',
        title: 'one platform',
        message: expect.stringMatching(
          /^\/tmp\/fork\/image\.tar holds the image for linux\/amd64, linux\/arm64\. The image of a fork is/,
        ),
      },
    ]);
  });

  it('P6: of what is there already does nothing', async () => {
    registry.has('manifest-1', 'id-1', SHA, 'main');
    expect((await push()).outcome).toBe('unchanged');
    expect(registry.log).toEqual([]);
  });

  it('moves a branch’s tag, uploading nothing twice', async () => {
    registry.has('manifest-1', 'id-1', SHA).has('manifest-0', 'id-0', 'main');
    expect((await push()).outcome).toBe('succeeded');
    expect(registry.log).toEqual(['tag main']);
    expect(registry.tags.get('main')).toBe('manifest-1');
  });

  const release = { tags: [{ name: '1.4.2', kind: 'fixed' as const }] };

  it('P6: never moves a version’s tag; names both images, and writes nothing', async () => {
    registry.has('manifest-0', 'id-0', '1.4.2');
    await expect(push(release)).rejects.toThrow(`${REPOSITORY}:1.4.2 exists already and is another image`);
    await expect(push(release)).rejects.toMatchObject({
      details: ['in the registry: manifest-0, configuration id-0', 'to push: image id id-1'],
    });
    expect(registry.log).toEqual([]);
  });

  it('P6: says so when another run takes the version between question and answer', async () => {
    registry.afterPush = () => registry.has('manifest-2', 'id-2', '1.4.2');
    await expect(push(release)).rejects.toThrow('exists already and is another image');
  });

  it('of a run that is repeated: the commit’s tag names the new build, the earlier one keeps a tag of its own', async () => {
    registry.has('manifest-0', 'sha256:0123456789abcdef', SHA, 'main');
    expect((await push()).outcome).toBe('succeeded');
    expect(registry.tags).toEqual(
      new Map([
        [SHA, 'manifest-1'],
        ['main', 'manifest-1'],
        [`${SHA}-01234567`, 'manifest-0'],
      ]),
    );
  });

  it('beside another run for the same commit: both builds stay known by a tag', async () => {
    registry.afterPush = () => registry.has('manifest-2', 'id-2', SHA);
    expect((await push()).outputs.digest).toBe('manifest-1');
    expect(registry.tags.get(SHA)).toBe('manifest-2');
    expect([...registry.tags.values()]).toContain('manifest-1');
    expect(registry.tags.get(`${SHA}-id-1`)).toBe('manifest-1');
  });

  it('P6: says when another run moved the tag of the commit during the push', async () => {
    registry.afterPush = () => registry.has('manifest-2', 'id-2', SHA);
    await push();
    expect(warnings.join('\n')).toContain(
      `${REPOSITORY}:${SHA} was moved during the push, and now names manifest-2. This image is manifest-1, with the tag ${SHA}-id-1`,
    );
  });

  it('S2: is refused when the registry has only a part of what the image names, and moves no other tag', async () => {
    registry.missing = ['the manifest of linux/arm64 sha256:1'];
    await expect(push()).rejects.toMatchObject({
      message: `${REPOSITORY}@manifest-1 is in the registry only in part`,
      details: ['the manifest of linux/arm64 sha256:1'],
    });
    expect(registry.log).toEqual([`push ${SHA}`]);
  });

  it('S2: of an index is the image when the registry serves the digest that the engine has (containerd image store)', async () => {
    const pushed = async () => registry.has('index-1', undefined, SHA);
    registry.push = async () => (await pushed()).resolve(`${REPOSITORY}@index-1`) as Promise<RegistryImage>;
    expect((await push({}, 'index-1')).outputs.digest).toBe('index-1');
  });

  it('S2: is refused when the engine pushed one platform in place of the index that it has', async () => {
    registry.push = async () =>
      (await registry.has('manifest-amd64', 'id-amd64', SHA).resolve(`${REPOSITORY}@manifest-amd64`)) as RegistryImage;
    await expect(push({}, 'index-1')).rejects.toMatchObject({
      message: `${REPOSITORY}@manifest-amd64 is not the image that was tested`,
      details: expect.arrayContaining([
        expect.stringContaining('pushes the manifest of one platform in place of an index'),
      ]),
    });
  });

  it('is refused when the registry serves another image than was tested', async () => {
    registry.afterPush = () => registry.has('manifest-1', 'id-changed');
    await expect(push()).rejects.toThrow(`${REPOSITORY}@manifest-1 is not the image that was tested`);
    expect(registry.log).not.toContain('tag main');
  });

  it('proves an image of the containerd store by its manifest', async () => {
    registry.has('index-1', undefined, SHA, 'main');
    expect((await push({}, 'index-1')).outcome).toBe('unchanged');
  });

  it('needs an image', async () => {
    await expect(push({ image: 'localhost:5000/other:1' })).rejects.toThrow('is not in this Docker engine');
  });
});

describe('a push after the tests', () => {
  const record = (image: string, passed: boolean, commit = plan().sha, time = '2026-01-01T00:00:00Z') => {
    mkdirSync(recordsDir, { recursive: true });
    const suites = [{ name: 'unit', passed, counts: { passed: 1, failed: 0, skipped: 0 } }];
    writeFileSync(
      join(recordsDir, `${image}.json`),
      JSON.stringify({ image, name: 'parking', commit, passed, suites, time }),
    );
  };

  it('of the tested image goes through', async () => {
    record('id-1', true);
    expect(await push({ suites: suites('unit') })).toMatchObject({ outcome: 'succeeded', annotations: [] });
  });

  it('of another image than the tested one is refused before anything is uploaded', async () => {
    record('id-0', true);
    await expect(push({ suites: suites('unit') })).rejects.toThrow('is not the image that was tested in this job');
    expect(registry.log).toEqual([]);
  });

  it('of an image whose tests failed is refused, continue-on-error or not', async () => {
    record('id-1', false);
    await expect(push()).rejects.toThrow('its tests failed in this job (unit)');
  });

  it('warns of tests that did not run in this job', async () => {
    record('id-1', true);
    expect((await push({ suites: suites('unit', 'api') })).annotations).toMatchObject([
      {
        level: 'warning',
        title: 'not tested',
        message: expect.stringContaining('passed unit in this job; not run: api.'),
      },
    ]);
  });

  it('warns when nothing was tested though there are tests', async () => {
    record('id-0', true, 'another commit');
    expect((await push({ suites: suites('unit') })).annotations).toMatchObject([
      { level: 'warning', title: 'not tested' },
    ]);
    expect((await push({ suites: suites('unit'), recordsDir: undefined })).annotations).toHaveLength(1);
    expect((await push({ suites: suites() })).annotations).toEqual([]);
  });
});

describe('a push of several images', () => {
  const web = { name: 'web', image: 'localhost:5000/apps/web:1', repository: REPOSITORY };
  const both = (fails?: string) => {
    const refusing = Object.assign(Object.create(registry) as MemoryRegistry, {
      push: (image: string, repository: string, tag: string) =>
        image === fails
          ? Promise.reject(new EnvironmentError('the registry refuses it'))
          : registry.push(image, repository, tag),
    });
    return runPush([plan(), plan(web)], {
      images: {
        inspect: async (name) => localImage(name === web.image ? 'id-2' : 'id-1'),
        load: async () => localImage('id-1'),
        contents: async () => [],
        removeImages: async () => undefined,
      },
      registry: refusing,
      referrers: new MemoryReferrers(),
      identities: memoryIdentities(undefined),
      files: localFiles,
      log: quiet,
      clock: new StepClock(),
      signal: new AbortController().signal,
    });
  };

  it('has a line for each in its outputs', async () => {
    const { outputs } = await both();
    expect(outputs.digest).toBe('parking=manifest-1\nweb=manifest-2');
    expect(outputs.tags).toBe(`${SHA}\nmain`);
  });

  it('names the image that cannot be pushed, and moves no tag of the others', async () => {
    await expect(both('id-2')).rejects.toThrow('image web: the registry refuses it');
    expect(registry.tags.has('main')).toBe(false);
  });

  it('uploads nothing when the tests of one of them failed', async () => {
    mkdirSync(recordsDir, { recursive: true });
    const record = { image: 'id-2', name: 'web', commit: plan().sha, passed: false, suites: [], time: '2026' };
    writeFileSync(join(recordsDir, 'web.json'), JSON.stringify(record));
    await expect(both()).rejects.toThrow('its tests failed in this job');
    expect(registry.log).toEqual([]);
  });
});
