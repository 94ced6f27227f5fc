import type { CheckId } from '../../doctor-checks.ts';
import type { Expected } from '../../plan/doctor/expected.ts';
import { type Fact, known, unknown } from '../../plan/doctor/fact.ts';
import { finder } from '../../plan/doctor/finding.ts';
import { checkActions, checkRepository, checkWorkflowToken } from '../../plan/doctor/github/actions.ts';
import { Gh, type GitHubAddress } from '../../plan/doctor/github/address.ts';
import {
  checkEnvironment,
  checkPlan,
  type WantedEnvironment,
  wantedEnvironments,
} from '../../plan/doctor/github/environments.ts';
import { checkNames, type Scope, scopesOf } from '../../plan/doctor/github/names.ts';
import type { Finding } from '../../plan/doctor/report.ts';
import { checkDefaultBranch } from '../../plan/doctor/repository/files.ts';
import type { SlipwayJob } from '../../plan/doctor/repository/workflow.ts';
import type { RepositoryFacts, RepositorySettings } from '../../ports.ts';
import { look, lookOnce } from './look.ts';
import type { Task } from './task.ts';

export interface GitHubSite {
  address: GitHubAddress;
  /** Finds a token; rejects without one. */
  open(): Promise<RepositorySettings>;
  jobs: readonly SlipwayJob[];
  /** Path of slipway.yml from the root of the repository. */
  file: string;
  /** Why a text is refused as slipway.yml; undefined: it is valid. */
  problemOf(text: string): string | undefined;
}

/** The facts about GitHub that other areas need, too. */
export interface GitHubView {
  repository(): Promise<Fact<RepositoryFacts>>;
  /** Variables of a job in this environment: those of the environment replace those of the repository. */
  variablesFor(environment: string | undefined): Promise<Fact<Readonly<Record<string, string>>>>;
  ask<T>(read: (settings: RepositorySettings) => Promise<T>): Promise<Fact<T>>;
}

export function gitHubView({ open }: Pick<GitHubSite, 'open'>): GitHubView {
  const opened = lookOnce(open);
  const ask = async <T>(read: (settings: RepositorySettings) => Promise<T>): Promise<Fact<T>> => {
    const settings = await opened();
    return settings.known ? look(() => read(settings.value)) : settings;
  };
  let repository: Promise<Fact<RepositoryFacts>> | undefined;
  return {
    ask,
    repository: () => {
      repository ??= ask((settings) => settings.repository());
      return repository;
    },
    variablesFor: (environment) =>
      ask(async (settings) => ({
        ...(await settings.variables()),
        ...(environment === undefined ? {} : await settings.variables(environment)),
      })),
  };
}

export function gitHubTasks(site: GitHubSite, expected: Expected, view: GitHubView): Task[] {
  const { address, jobs } = site;
  const gh = new Gh(address);
  const used = [...new Set(jobs.flatMap((job) => job.uses))];
  const wanted = wantedEnvironments(
    expected,
    jobs.flatMap(({ environment }) => environment ?? []),
  );
  const task = (id: CheckId, check: () => Promise<Finding | Finding[]>): Task => ({
    area: id === 'repository.default-branch' ? 'repository' : 'github',
    title: id,
    run: async () => [await check()].flat(),
    late: (why) => [finder(id).unknown(id, unknown(why))],
  });
  return [
    task('github.repository', async () => checkRepository(address, await view.repository())),
    task('github.plan', async () => checkPlan(address.host, wanted, await view.repository(), await planOf(view))),
    ...wanted.map((one) => task('github.environment', () => environmentChecks(one, view, gh))),
    ...scopesOf('vars', jobs).map((scope) =>
      task('github.variables', () => namesIn('variable', scope, expected, view, gh)),
    ),
    ...scopesOf('secrets', jobs).map((scope) =>
      task('github.secrets', () => namesIn('secret', scope, expected, view, gh)),
    ),
    task('github.actions', async () => checkActions(used, await view.ask((settings) => settings.actionsPolicy()), gh)),
    task('github.workflow-token', async () =>
      checkWorkflowToken(await view.ask((settings) => settings.workflowToken()), gh),
    ),
    task('repository.default-branch', () => defaultBranch(site, view)),
  ];
}

async function planOf(view: GitHubView): Promise<Fact<string | undefined>> {
  const repository = await view.repository();
  if (!repository.known || !repository.value.isPrivate) return known(undefined);
  const { owner } = repository.value;
  // A private repository of a person has the plan free or pro: neither has required reviewers.
  return owner.isOrganisation ? view.ask((settings) => settings.planOf(owner.login)) : known('pro');
}

async function environmentChecks(wanted: WantedEnvironment, view: GitHubView, gh: Gh): Promise<Finding[]> {
  const [facts, repository, own] = await Promise.all([
    view.ask((settings) => settings.environment(wanted.name)),
    view.repository(),
    view.ask((settings) => settings.ownId()),
  ]);
  const defaultBranch = repository.known ? repository.value.defaultBranch : 'main';
  return checkEnvironment({ wanted, facts, defaultBranch, reviewer: own.known ? own.value : undefined, gh });
}

function namesIn(
  kind: 'variable' | 'secret',
  scope: Scope,
  expected: Expected,
  view: GitHubView,
  gh: Gh,
): Promise<Finding[]> {
  const named = (settings: RepositorySettings, environment?: string): Promise<string[]> =>
    kind === 'secret' ? settings.secrets(environment) : settings.variables(environment).then(Object.keys);
  const ofOrganisation = (settings: RepositorySettings): Promise<string[]> =>
    kind === 'secret' ? settings.organisationSecrets() : settings.organisationVariables().then(Object.keys);
  const read = async () => {
    const { environment } = scope;
    const own = environment === undefined ? known([]) : await view.ask((settings) => named(settings, environment));
    const repository = await view.repository();
    const isOrganisation = repository.known && repository.value.owner.isOrganisation;
    const shared = await view.ask(async (settings) => [
      ...(await named(settings)),
      ...(isOrganisation ? await ofOrganisation(settings) : []),
    ]);
    return checkNames({ kind, scope, own, shared, expected, gh });
  };
  return read();
}

async function defaultBranch({ file, problemOf }: GitHubSite, view: GitHubView): Promise<Finding> {
  const repository = await view.repository();
  if (!repository.known) return checkDefaultBranch('the default branch', repository);
  const { defaultBranch: branch } = repository.value;
  const text = await view.ask((settings) => settings.fileAt(file, branch));
  if (!text.known) return checkDefaultBranch(branch, text);
  const error = text.value === undefined ? 'does not exist' : problemOf(text.value);
  return checkDefaultBranch(branch, known({ error }));
}
