import { LABELS } from '../../../src/objects/names.ts';
import type { Release } from '../../../src/objects/release.ts';
import { recordName, releaseSecrets } from '../../../src/objects/release-record.ts';
import type { CleanPlan } from '../../../src/plan/clean/clean-plan.ts';
import type { Cluster, ImageRepository, KubeObject } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { runClean } from '../../../src/stages/clean/run.ts';
import { memoryLog } from '../kube/cluster.ts';
import { DAY_MS, KEEP_FOR_DAYS, type MadeRegistry } from './random-registry.ts';

export const REPOSITORY_ID = 4711;
export const labelsOf = (ours: boolean): Record<string, string> => ({
  [LABELS.repository]: String(ours ? REPOSITORY_ID : 1),
});

/** A cluster that answers lists: the records of releases, and what runs. */
export function listingCluster(images: readonly string[], running: readonly string[] = []): Cluster {
  let kept: KubeObject | undefined;
  const record = (): KubeObject => {
    const all = ['docker.io/library/other@sha256:0', ...images];
    const named = Object.fromEntries(all.map((image, index) => [`image-${index}`, image]));
    const release = { app: 'shop', environment: 'staging', revision: 1, images: named, objects: [] };
    const place = { namespace: 'shop', name: recordName(release) };
    return releaseSecrets(release as unknown as Release, place).record;
  };
  const pod = (image: string, index: number): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `web-${index}`, namespace: 'shop' },
    spec: { containers: [{ name: 'web', image }] },
  });
  return {
    name: 'made-up',
    version: async () => 'v1.34.0',
    list: async ({ kind }: { kind: string }, { fieldSelector = '' } = {}) => {
      if (kind === 'Namespace') return [{ apiVersion: 'v1', kind, metadata: { name: 'shop' } }];
      if (kind === 'Pod') return running.map(pod);
      if (kind !== 'Secret' || !fieldSelector.endsWith('/release')) return [];
      kept ??= record();
      return [kept];
    },
  } as Partial<Cluster> as Cluster;
}

export function cleanPlan(repository: string, overrides: Partial<CleanPlan> = {}): CleanPlan {
  return {
    app: 'shop',
    repositoryId: REPOSITORY_ID,
    repositories: [repository],
    environments: [{ name: 'staging', namespace: 'shop' }],
    reviews: false,
    retention: { keepForMs: KEEP_FOR_DAYS * DAY_MS, keepTags: [], expireTags: [] },
    dryRun: false,
    limit: 1_000,
    ...overrides,
  };
}

/**
 * One run of clean-registry at a time, in a repository that was filled with `made`. With `environments: []`, what is released runs
 * in pods of a review environment.
 */
export function cleanAt(
  now: number,
  repository: ImageRepository,
  made: Pick<MadeRegistry, 'released' | 'running' | 'open'>,
  digests: readonly string[],
  overrides: Partial<CleanPlan> = {},
): Promise<StageResult> {
  const released = made.released.map((index) => `${repository.name}@${digests[index]}`);
  const running = made.running === undefined ? [] : [`${repository.name}:${made.running}`];
  const inPods = overrides.environments?.length === 0;
  const cluster = inPods ? listingCluster([], [...released, ...running]) : listingCluster(released, running);
  return runClean(cleanPlan(repository.name, overrides), {
    connect: async () => cluster,
    repository: () => repository,
    github: {
      repositoryId: async () => REPOSITORY_ID,
      openPullRequests: async () =>
        made.open.map((number) => ({ number, state: 'open', headSha: '', headRepositoryId: undefined })),
    },
    clock: { now: () => now, monotonic: () => now, sleep: async () => undefined },
    log: memoryLog(),
    signal: new AbortController().signal,
  });
}
