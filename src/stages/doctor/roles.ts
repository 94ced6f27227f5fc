import { usefulAccess } from '../../objects/permissions/needed.ts';
import { reviewAccess, sourceAccess } from '../../objects/permissions/roles.ts';
import { type Access, checkRole } from '../../plan/doctor/cluster/roles.ts';
import type { ExpectedEnvironment } from '../../plan/doctor/expected.ts';
import type { Fact } from '../../plan/doctor/fact.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import type { InspectedCluster, ResourceAttributes } from '../../ports.ts';
import { neededFor } from '../rollout/permissions.ts';
import { accessOf, accountOf } from './account.ts';
import type { Around } from './site.ts';

/** Where docs/kubernetes.md creates the account of review environments. */
const REVIEW_NAMESPACE = 'slipway-review';

/** What a rollout to the environment asks for, before it writes. */
export async function checkEnvironmentRole(environment: ExpectedEnvironment, around: Around): Promise<Finding> {
  const { name, subject, namespace, objects = [], runsJobs } = environment;
  const needed = async (cluster: InspectedCluster) => [
    ...(await neededFor(objects, namespace, runsJobs, cluster)),
    ...usefulAccess(namespace),
  ];
  const access = await accessIn({ name, home: namespace, namespace, needed }, around);
  const { kubectl } = around.site;
  return checkRole({ id: 'cluster.roles', subject, role: `slipway-${around.app}.${name}`, namespace, access, kubectl });
}

export async function checkSourceRole(environment: ExpectedEnvironment, around: Around): Promise<Finding> {
  const { name, subject, namespace: home, source: namespace = '' } = environment;
  const access = await accessIn({ name, home, namespace, needed: async () => sourceAccess(namespace) }, around);
  const role = `slipway-${around.app}.${name}-source`;
  return checkRole({ id: 'cluster.source', subject, role, namespace, access, kubectl: around.site.kubectl });
}

export async function checkReviewRole(around: Around): Promise<Finding> {
  const home = REVIEW_NAMESPACE;
  const access = await accessIn(
    { name: 'review', home, namespace: undefined, needed: async () => reviewAccess() },
    around,
  );
  const { kubectl } = around.site;
  const role = `slipway-${around.app}.review`;
  return checkRole({ id: 'cluster.review-roles', subject: 'review', role, namespace: undefined, access, kubectl });
}

interface Asked {
  /** Of the environment, or `review`. */
  name: string;
  /** Namespace of the account. */
  home: string;
  /** Namespace that the questions are about; undefined: all. */
  namespace: string | undefined;
  needed(cluster: InspectedCluster): Promise<ResourceAttributes[]>;
}

function accessIn({ name, home, namespace, needed }: Asked, { view, accounts }: Around): Promise<Fact<Access>> {
  return view.asked(`access ${name} ${namespace ?? ''}`, async (cluster) => {
    const account = await accountOf(name, home, cluster, accounts);
    return accessOf(account, await needed(cluster), namespace, cluster);
  });
}
