import { type Fact, unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import { type GoogleJob, googleJobs } from '../../plan/doctor/identity/claims.ts';
import { checkBinding, checkCondition, checkProvider } from '../../plan/doctor/identity/federation.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import type { SlipwayJob } from '../../plan/doctor/repository/workflow.ts';
import type { GoogleSettings } from '../../ports.ts';
import type { GitHubView } from './github.ts';
import { look, lookOnce } from './look.ts';
import type { Task } from './task.ts';

/** Google Cloud, opened on first use; signing in can fail. */
export interface GoogleView {
  ask<T>(read: (settings: GoogleSettings) => Promise<T>): Promise<Fact<T>>;
}

export function googleView(open: () => Promise<GoogleSettings>): GoogleView {
  const opened = lookOnce(open);
  return {
    ask: async (read) => {
      const settings = await opened();
      return settings.known ? look(() => read(settings.value)) : settings;
    },
  };
}

/** The checks of Workload Identity Federation, if a job signs in with it. */
export function identityTask(
  jobs: readonly SlipwayJob[],
  host: string,
  github: GitHubView,
  google: GoogleView,
): Task[] {
  const signing = jobs.filter(({ signIn }) => signIn !== undefined);
  if (signing.length === 0) return [];
  const found = finder('identity.provider');
  return [
    {
      area: 'identity',
      title: 'Workload Identity Federation',
      run: () => federation(signing, host, github, google),
      late: (why) => [found.unknown('Workload Identity Federation', unknown(why))],
    },
  ];
}

async function federation(
  jobs: readonly SlipwayJob[],
  host: string,
  github: GitHubView,
  google: GoogleView,
): Promise<Finding[]> {
  const found = finder('identity.provider');
  const repository = await github.repository();
  if (!repository.known) return [found.unknown('the jobs that sign in', repository)];
  const environments = [...new Set(jobs.map(({ environment }) => environment))];
  const variables = await Promise.all(environments.map((environment) => github.variablesFor(environment)));
  const hidden = variables.find((fact) => !fact.known);
  if (hidden && !hidden.known) return [found.unknown('the provider and the accounts of the jobs', hidden)];
  const variablesOf = (environment: string | undefined) => {
    const fact = variables[environments.indexOf(environment)];
    return fact?.known ? fact.value : {};
  };
  const all = googleJobs(jobs, repository.value, variablesOf);
  const providers = [...new Set(all.map(({ provider }) => provider))];
  if (providers.length === 0) return [found.skipped('the variables of the sign-in have no values yet')];
  const each = providers.map(async (name) => {
    const own = all.filter(({ provider }) => provider === name);
    const provider = await google.ask((settings) => settings.provider(name));
    const first = checkProvider(name, host, provider);
    if (!provider.known || provider.value === undefined) return [first];
    const bindings = await bindingsOf(name, provider.value.mapping, own, google);
    return [first, checkCondition(name, provider.value, own, repository.value), ...bindings];
  });
  return (await Promise.all(each)).flat();
}

async function bindingsOf(
  provider: string,
  mapping: Readonly<Record<string, string>>,
  jobs: readonly GoogleJob[],
  google: GoogleView,
): Promise<Finding[]> {
  const accounts = [...new Set(jobs.flatMap(({ account }) => account ?? []))];
  const each = accounts.map(async (account) => {
    const policy = await google.ask((settings) => settings.accountPolicy(account));
    return checkBinding({ provider, mapping, account, jobs, policy });
  });
  return (await Promise.all(each)).flat();
}
