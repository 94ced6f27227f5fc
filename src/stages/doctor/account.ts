import { everything } from '../../objects/permissions/needed.ts';
import type { Access } from '../../plan/doctor/cluster/roles.ts';
import type { Account } from '../../plan/doctor/cluster/target.ts';
import type { InspectedCluster, ResourceAttributes } from '../../ports.ts';

/** How the account of an environment in the cluster is found. */
export interface Accounts {
  /** Environment (or `review`) → user, by the option --as. */
  given: Readonly<Record<string, string>>;
  /** The doctor runs in a job, as the account of the pipeline. */
  inJob: boolean;
  /** The variable SLIPWAY_SERVICE_ACCOUNT for a job of this environment; undefined: there is none. */
  serviceAccountOf(environment: string): Promise<string | undefined>;
}

/** Name of the ServiceAccounts of docs/kubernetes.md. */
const OF_THE_GUIDE = 'slipway';

/**
 * The account of an environment.
 * @param environment name in slipway.yml, or `review`
 * @param namespace where the guide creates its ServiceAccount
 */
export async function accountOf(
  environment: string,
  namespace: string,
  cluster: InspectedCluster,
  { given, inJob, serviceAccountOf }: Accounts,
): Promise<Account> {
  const named = given[environment];
  if (named !== undefined) return { user: named, from: 'option' };
  if (inJob) return { user: undefined, from: 'self' };
  const variable = await serviceAccountOf(environment);
  if (variable !== undefined) return { user: variable, from: 'variable' };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', name: OF_THE_GUIDE, namespace };
  const found = await cluster.get(account).catch(() => undefined);
  if (found === undefined) return { user: undefined, from: 'self' };
  return { user: `system:serviceaccount:${namespace}:${OF_THE_GUIDE}`, from: 'guide' };
}

/** What the account may do. Asks one by one only for an account that may not do everything. */
export async function accessOf(
  account: Account,
  questions: readonly ResourceAttributes[],
  namespace: string | undefined,
  cluster: InspectedCluster,
): Promise<Access> {
  const eyes = account.user === undefined ? cluster : cluster.as(account.user);
  const all = namespace === undefined ? { verb: '*', group: '*', resource: '*' } : everything(namespace);
  const [mayEverything = false] = await eyes.allowed([all]);
  const allowed = mayEverything ? questions.map(() => true) : await eyes.allowed([...questions]);
  const username = account.user ?? (await eyes.username());
  return { account, username, everything: mayEverything, questions, allowed };
}
