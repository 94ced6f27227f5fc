import type { Expected } from '../expected.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { SlipwayJob } from '../repository/workflow.ts';
import { word } from '../shell.ts';
import type { Gh } from './address.ts';

/** The variables, or the secrets, that the jobs of one GitHub environment read. */
export interface Scope {
  /** undefined: jobs without an environment. */
  environment: string | undefined;
  names: readonly string[];
}

export function scopesOf(kind: 'vars' | 'secrets', jobs: readonly SlipwayJob[]): Scope[] {
  const known = jobs.filter(({ environment }) => !environment?.includes('${{'));
  const environments = [...new Set(known.map(({ environment }) => environment))];
  return environments.flatMap((environment) => {
    const own = known.filter((job) => job.environment === environment);
    const names = [...new Set(own.flatMap((job) => job[kind]))].sort();
    return names.length === 0 ? [] : [{ environment, names }];
  });
}

/** These differ between environments: that of the repository is the identity of reviews, and must not deploy. */
const OWN: readonly string[] = ['SLIPWAY_SERVICE_ACCOUNT', 'SLIPWAY_KUBECONFIG'];

export interface NamesCheck {
  kind: 'variable' | 'secret';
  scope: Scope;
  /** Names of the environment. */
  own: Fact<readonly string[]>;
  /** Names of the repository and its organisation. */
  shared: Fact<readonly string[]>;
  expected: Pick<Expected, 'environments' | 'review'>;
  gh: Gh;
}

export function checkNames({ kind, scope, own, shared, expected, gh }: NamesCheck): Finding[] {
  const { environment, names } = scope;
  const found = finder(kind === 'variable' ? 'github.variables' : 'github.secrets', environment ?? 'the repository');
  const what = `${kind}s ${names.join(', ')}`;
  if (!own.known) return [found.unknown(what, own)];
  if (!shared.known) return [found.unknown(what, shared)];
  const isPersistent = expected.environments.some((one) => one.gitHubEnvironment === environment);
  const isSet = (name: string) =>
    own.value.includes(name) || (shared.value.includes(name) && !(isPersistent && OWN.includes(name)));
  const missing = names.filter((name) => !isSet(name));
  const there = names.filter(isSet);
  return [
    ...(there.length > 0 ? [found.ok(`${kind}s ${there.join(', ')} exist`)] : []),
    ...missing.map((name) => {
      // What every job shares belongs to the repository.
      const at = isPersistent && OWN.includes(name) ? environment : undefined;
      const line = gh.set(kind, name, at);
      const value = kind === 'variable' ? variable(name, environment, expected) : undefined;
      return found.failed(`${kind} ${name} does not exist${at === undefined ? '' : ` in GitHub environment ${at}`}`, {
        fix:
          kind === 'variable' ? `${line} --body ${value ?? 'VALUE'}` : `${line} < ${word(`${name.toLowerCase()}.txt`)}`,
        ...(value === undefined ? { advice: adviceFor(kind, name, environment) } : {}),
      });
    }),
  ];
}

/** The value by docs/google-cloud.md, as a word of the shell; undefined: only the operator knows it. */
function variable(
  name: string,
  environment: string | undefined,
  { environments, review }: NamesCheck['expected'],
): string | undefined {
  const own = environments.find((one) => one.gitHubEnvironment === environment);
  const cluster = own?.cluster ?? review?.cluster ?? environments[0]?.cluster;
  const project = cluster && 'gke' in cluster ? cluster.gke.split('/')[1] : undefined;
  if (project === undefined) return undefined;
  const account = (stage: string) => word(`slipway-${stage}@${project}.iam.gserviceaccount.com`);
  if (name === 'SLIPWAY_SERVICE_ACCOUNT') return account(own?.name ?? 'review');
  if (name === 'SLIPWAY_PLAN_SERVICE_ACCOUNT') return account('plan');
  if (name === 'SLIPWAY_CLEAN_SERVICE_ACCOUNT') return account('clean');
  if (name !== 'SLIPWAY_IDENTITY_PROVIDER') return undefined;
  const number = `$(gcloud projects describe ${word(project)} --format='value(projectNumber)')`;
  return `"projects/${number}/locations/global/workloadIdentityPools/github/providers/actions"`;
}

function adviceFor(kind: 'variable' | 'secret', name: string, environment: string | undefined): string {
  if (kind === 'variable') return 'Replace VALUE (docs/google-cloud.md, step 6).';
  const file = `${name.toLowerCase()}.txt`;
  if (!name.endsWith('KUBECONFIG')) return `Write the value into ${file} first, and delete the file afterwards.`;
  const account = /^SLIPWAY_(PLAN|DRIFT|CLEAN)_KUBECONFIG$/.exec(name)?.[1];
  const own = account === undefined ? `of ${environment ?? 'reviews'}` : `slipway-${account.toLowerCase()}`;
  return `${file} is the kubeconfig of the account ${own} (docs/kubernetes.md, step 3). Delete the file afterwards.`;
}
