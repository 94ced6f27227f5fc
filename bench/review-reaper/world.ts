import { setTimeout as sleep } from 'node:timers/promises';
import { FIELD_MANAGER, LABELS, reviewNamespace } from '../../src/objects/names.ts';
import { DATABASE_RECORD } from '../../src/plan/review/database/shared-server/jobs.ts';
import { DEFAULT_QUOTA, namespaceObject } from '../../src/plan/review/environment/isolation.ts';
import { ownerLabels } from '../../src/plan/review/environment/owner.ts';
import type { Cluster, KubeObject } from '../../src/ports.ts';
import { inPool } from '../../src/stages/pool.ts';
import { type GitHubDouble, startGitHubDouble } from '../../test/support/github-double/double.ts';

/** Whose environments the benchmark makes: a repository that does not exist. */
export const REPOSITORY_ID = 3_999_999_998;
const APP = 'bench';
const DATABASES = 'slipway-bench-reaper-databases';
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
const AT_ONCE = 16;
/** Milliseconds: the namespace controller takes its time for a thousand. */
const GONE_MS = 15 * 60_000;

/** A repository on the double of GitHub: those of the first pull requests are closed, the others are open. */
export async function makeRepository(closed: number, open: number): Promise<GitHubDouble> {
  const github = await startGitHubDouble({ repositoryId: REPOSITORY_ID });
  github.actor.push('main');
  for (let number = 1; number <= closed + open; number++) {
    github.actor.openPullRequest({ title: `Change ${number}`, branch: `change-${number}` });
  }
  for (let number = 1; number <= closed; number++) github.actor.closePullRequest(number);
  return github;
}

/** A namespace for each pull request, as a deploy leaves it, and the record of its database beside a shared server. */
export async function makeEnvironments(count: number, cluster: Cluster): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await cluster.apply(
    { ...NAMESPACE, metadata: { name: DATABASES, labels: { [LABELS.repository]: String(REPOSITORY_ID) } } },
    { fieldManager: 'bench' },
  );
  await inPool(
    numbers,
    async (number) => {
      await cluster.apply(environment(number), { fieldManager: FIELD_MANAGER });
      await cluster.apply(record(number), { fieldManager: FIELD_MANAGER });
      if (number % 100 === 0) console.error(`${number} environments`);
    },
    AT_ONCE,
  );
}

function environment(number: number): KubeObject {
  const owner = { app: APP, repositoryId: REPOSITORY_ID, number };
  const namespace = reviewNamespace(APP, REPOSITORY_ID, number);
  const walls = { owner, namespace, quota: DEFAULT_QUOTA, exposed: [], egress: [], podSecurity: 'baseline' as const };
  return namespaceObject(walls, {
    commit: 'c'.repeat(40),
    images: { [APP]: `registry.example/apps/bench@sha256:${'1'.repeat(64)}` },
    run: 'https://github.com/acme/parking/actions/runs/5/attempts/1',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
}

function record(number: number): KubeObject {
  const owner = { app: APP, repositoryId: REPOSITORY_ID, number };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `pr-${number}`,
      namespace: DATABASES,
      labels: { ...ownerLabels(owner), [LABELS.component]: DATABASE_RECORD },
    },
    data: { database: `slipway_${number}`, secret: 'admin', image: 'postgres:15', runAs: '999' },
  };
}

/** Deletes them all and waits until they are gone: their end would disturb whoever uses the cluster next. */
export async function removeEnvironments(cluster: Cluster): Promise<void> {
  const left = () =>
    cluster.list(NAMESPACE, { labelSelector: `${LABELS.repository}=${REPOSITORY_ID}`, metadataOnly: true });
  await inPool(await left(), ({ metadata: { name } }) => cluster.delete({ ...NAMESPACE, name }), AT_ONCE);
  for (let waited = 0; waited < GONE_MS; waited += 5_000) {
    const { length } = await left();
    if (length === 0) return;
    console.error(`${length} environments are still being deleted`);
    await sleep(5_000);
  }
  throw new Error('namespaces of the benchmark do not go');
}
