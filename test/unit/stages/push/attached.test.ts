import { beforeEach, describe, expect, it } from 'vitest';
import type { PushPlan } from '../../../../src/plan/push-plan.ts';
import type { Builder, ImageContent } from '../../../../src/ports.ts';
import { writeServed } from '../../../../src/stages/apis/record.ts';
import { runPush } from '../../../../src/stages/push/run.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { MemoryReferrers, memoryIdentities } from '../../../support/unit/memory-evidence.ts';
import { MemoryFiles } from '../../../support/unit/memory-files.ts';
import { localImage, MemoryRegistry } from '../../../support/unit/memory-registry.ts';

const REPOSITORY = 'localhost:5000/apps/parking';
let registry: MemoryRegistry;
let referrers: MemoryReferrers;
let contents: Builder['contents'];
let files: MemoryFiles;
beforeEach(() => {
  registry = new MemoryRegistry(REPOSITORY);
  referrers = new MemoryReferrers();
  contents = async () => [];
  files = new MemoryFiles();
});

function push(overrides: Partial<PushPlan>) {
  const plan: PushPlan = {
    ...{ name: 'parking', app: 'parking', sha: '0123456789abcdef', image: 'parking', repository: REPOSITORY },
    ...{ archive: undefined, given: false, suites: [], required: [], finds: undefined, run: 'run' },
    ...{
      builtDir: undefined,
      recordsDir: undefined,
      apisDir: undefined,
      sbom: true,
      tags: [{ name: 'main', kind: 'moving' }],
    },
    ...overrides,
  };
  return runPush([plan], {
    images: {
      inspect: async () => localImage('id-1'),
      load: async () => localImage('id-1'),
      contents: (...args) => contents(...args),
      removeImages: async () => undefined,
    },
    ...{ registry, referrers, identities: memoryIdentities(undefined), files },
    ...{ log: memoryLog(), clock: new StepClock(), signal: new AbortController().signal },
  });
}

const contentOf = (config: string, gaps: string[] = []): ImageContent => ({
  ...{
    config,
    platform: 'linux/amd64',
    created: '2026-01-01T00:00:00Z',
    goPrograms: new Map(),
    javaArchives: new Map(),
    gaps,
  },
  files: new Map([['app/go.sum', Buffer.from('example.com/a v1.0.0 h1:x=\n')]]),
});

describe('the bill of materials of a push', () => {
  const withSbom = { sbom: true };

  it('is attached to the image, once, and its digest stays', async () => {
    contents = async (image) => [contentOf(image)];
    const { outputs, blocks } = await push(withSbom);
    expect(outputs.digest).toBe('manifest-1');
    expect(JSON.stringify(blocks)).toContain('["bill of materials","1 package"]');
    const [artifact] = referrers.artifacts.get('manifest-1') ?? [];
    expect(artifact?.artifactType).toBe('application/spdx+json');
    contents = () => Promise.reject(new Error('nobody asks again'));
    expect((await push(withSbom)).annotations).toEqual([]);
    expect(referrers.artifacts.get('manifest-1')).toHaveLength(1);
  });

  it('SEC-29: is attached beside one that somebody else attached before the upload', async () => {
    const layers = [{ mediaType: 'application/spdx+json', content: Buffer.from('{}') }];
    await referrers.attach(REPOSITORY, 'manifest-1', {
      artifactType: 'application/spdx+json',
      annotations: {},
      layers,
    });
    contents = async (image) => [contentOf(image)];
    await push(withSbom);
    expect(referrers.artifacts.get('manifest-1')).toHaveLength(2);
  });

  it('is attached by the repeated run, if the first one ended before', async () => {
    await push({ sbom: false });
    expect(referrers.artifacts.size).toBe(0);
    contents = async (image) => [contentOf(image)];
    expect((await push(withSbom)).outcome).toBe('unchanged');
    expect(referrers.artifacts.get('manifest-1')).toHaveLength(1);
  });

  it('is not asked for with `sbom: false`, and not of the image of a fork', async () => {
    contents = () => Promise.reject(new Error('asked'));
    const fork = { archive: '/tmp/fork/image.tar', tags: [{ name: 'fork-1', kind: 'moving' as const }] };
    for (const overrides of [{ sbom: false }, { ...withSbom, ...fork }])
      expect((await push(overrides)).annotations).toEqual([]);
  });

  it('that cannot be made, or is not complete, is a warning: the push itself succeeded', async () => {
    contents = () => Promise.reject(new Error('its layers are too large'));
    const failed = await push(withSbom);
    expect([failed.outcome, failed.annotations.map(({ message }) => message)]).toEqual([
      'succeeded',
      [`${REPOSITORY}@manifest-1 has no bill of materials: its layers are too large`],
    ]);
    contents = async (image) => [contentOf(image, ['a layer is compressed with Zstandard'])];
    expect((await push(withSbom)).annotations.map(({ message }) => message)).toEqual([
      `The bill of materials of ${REPOSITORY}@manifest-1 is not complete: a layer is compressed with Zstandard.`,
    ]);
  });

  it('is not that of another image', async () => {
    contents = async () => [contentOf('id-2')];
    const { annotations } = await push(withSbom);
    expect(annotations[0]?.message).toContain('the engine saves another image than the registry serves');
    expect(referrers.artifacts.size).toBe(0);
  });

  it('is attached to each platform of an index that the engine has', async () => {
    registry.platforms = async () => [
      { platform: 'linux/amd64', digest: 'manifest-amd64', configDigest: 'id-amd64', layers: [] },
      { platform: 'linux/arm64', digest: 'manifest-arm64', configDigest: 'id-arm64', layers: [] },
    ];
    contents = async () => [contentOf('id-amd64')];
    const { annotations } = await push(withSbom);
    expect([...referrers.artifacts.keys()]).toEqual(['manifest-amd64']);
    expect(annotations.map(({ message }) => message)).toEqual([
      `${REPOSITORY}@manifest-1 has a bill of materials for some of its platforms only: the engine saves nothing of manifest-arm64.`,
    ]);
    contents = async () => [contentOf('id-amd64'), contentOf('id-arm64')];
    expect((await push(withSbom)).annotations).toEqual([]);
    expect([...referrers.artifacts.keys()].sort()).toEqual(['manifest-amd64', 'manifest-arm64']);
  });
});

describe('the API of a pushed image', () => {
  const apis = { 'Deployment parking': { openapi: '3.1.0', paths: {} } };
  const about = { image: 'id-1', name: 'parking', commit: '0123456789abcdef' };
  const own = { sbom: false, apisDir: '/apis' };

  it('is attached as preflight saw it in this job', async () => {
    expect(JSON.stringify((await push(own)).blocks)).not.toContain('API recorded');
    await writeServed(files, '/apis', { ...about, apis });
    const { blocks, annotations } = await push(own);
    expect(JSON.stringify(blocks)).toContain('["API recorded","Deployment parking"]');
    expect(annotations).toEqual([]);
    const [artifact] = referrers.artifacts.get('manifest-1') ?? [];
    expect(artifact?.artifactType).toBe('application/vnd.slipway.openapi.v1+json');
  });

  it('is not that of another image, nor of the archive of a fork', async () => {
    await writeServed(files, '/apis', { ...about, image: 'id-2', apis });
    await push(own);
    await writeServed(files, '/apis', { ...about, apis });
    await push({ ...own, archive: '/image.tar' });
    expect(referrers.artifacts.size).toBe(0);
  });

  it('that the registry refuses is a warning', async () => {
    await writeServed(files, '/apis', { ...about, apis });
    referrers.list = () => Promise.reject(new Error('no'));
    const { annotations, blocks } = await push(own);
    expect(annotations).toMatchObject([{ level: 'warning', title: 'API' }]);
    expect(JSON.stringify(blocks)).not.toContain('API recorded');
  });
});
