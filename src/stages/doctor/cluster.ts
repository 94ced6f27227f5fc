import { checkNetworkPolicies, checkReached, checkStorage, checkVersion } from '../../plan/doctor/cluster/basics.ts';
import { checkDatabaseServer, checkPullSecret } from '../../plan/doctor/cluster/secrets.ts';
import type { Expected, ExpectedReview } from '../../plan/doctor/expected.ts';
import { unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import type { Accounts } from './account.ts';
import { environmentChecks } from './environment.ts';
import { ingressChecks } from './ingress.ts';
import { checkEnvironmentRole, checkReviewRole, checkSourceRole } from './roles.ts';
import type { Around, ClusterCheck, ClusterSite } from './site.ts';
import type { Task } from './task.ts';

const STORAGE_CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' };
const DAEMON_SET = { apiVersion: 'apps/v1', kind: 'DaemonSet' };

export function clusterTasks(
  site: ClusterSite,
  { app, repositories }: Pick<Expected, 'app' | 'repositories'>,
  accounts: Accounts,
  now: number,
): Task[] {
  const { view } = site;
  const around = { site, view, app, repositories, accounts, now };
  const all: ClusterCheck[] = [
    ...wholeCluster(around),
    ...site.environments.flatMap((environment) => [
      ...environmentChecks(environment, around),
      ...ingressChecks(environment.subject, environment.ingress, environment.namespace, around),
      {
        id: 'cluster.roles',
        subject: environment.subject,
        check: () => checkEnvironmentRole(environment, around),
      } as const,
      ...(environment.source === undefined
        ? []
        : [
            {
              id: 'cluster.source',
              subject: environment.subject,
              check: () => checkSourceRole(environment, around),
            } as const,
          ]),
    ]),
    ...(site.review === undefined ? [] : reviewChecks(site.review, around)),
  ];
  return all.map(({ id, subject, check }) => ({
    area: 'cluster',
    title: `${id} of ${subject}`,
    run: async () => [await check()].flat(),
    late: (why) => [finder(id, subject).unknown(id, unknown(why))],
  }));
}

function wholeCluster({ site, view }: Around): ClusterCheck[] {
  const { name: subject, environments, review, kubectl } = site;
  const sidecars = environments.some((environment) => environment.sidecars);
  return [
    {
      id: 'cluster.reachable',
      subject,
      check: async () => checkReached(subject, await view.reached()),
    },
    {
      id: 'cluster.version',
      subject,
      check: async () => checkVersion(subject, await view.asked('version', (cluster) => cluster.version()), sidecars),
    },
    {
      id: 'cluster.storage',
      subject,
      check: async () => checkStorage(subject, review?.volumes, await view.list(STORAGE_CLASS), kubectl),
    },
    ...(review === undefined
      ? []
      : [
          {
            id: 'cluster.network-policies' as const,
            subject,
            check: async () => checkNetworkPolicies(subject, await view.list(DAEMON_SET)),
          },
        ]),
  ];
}

function reviewChecks(review: ExpectedReview, around: Around): ClusterCheck[] {
  const { view, repositories, site } = around;
  const { kubectl } = site;
  const { pullSecret, server } = review;
  const secret = (name: string, namespace: string) => view.get({ apiVersion: 'v1', kind: 'Secret', name, namespace });
  return [
    ...ingressChecks('review', review.ingress, undefined, around),
    { id: 'cluster.review-roles', subject: 'review', check: () => checkReviewRole(around) },
    ...(pullSecret === undefined
      ? []
      : [
          {
            id: 'cluster.pull-secrets' as const,
            subject: 'review',
            check: async () => {
              const looked = await secret(pullSecret.name, pullSecret.namespace);
              return checkPullSecret('review', pullSecret, repositories, looked, kubectl);
            },
          },
        ]),
    ...(server === undefined
      ? []
      : [
          {
            id: 'cluster.database-server' as const,
            subject: 'review.database',
            check: async () => checkDatabaseServer(server, await secret(server.secret, server.namespace), kubectl),
          },
        ]),
  ];
}
