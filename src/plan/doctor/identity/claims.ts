import { ISSUER } from '../../../event/issuer.ts';
import type { RepositoryFacts } from '../../../ports.ts';
import { placeOf, type SlipwayJob } from '../repository/workflow.ts';

/** Claims of GitHub's identity token. @see https://docs.github.com/actions/reference/security/oidc */
export type Claims = Readonly<Record<string, string>>;

/** A job that signs in to Google Cloud. */
export interface GoogleJob {
  /** Its place, for people. */
  place: string;
  /** projects/…/providers/… */
  provider: string;
  /** E-mail address; undefined: it uses the federated identity itself. */
  account: string | undefined;
  isPullRequest: boolean;
  /** One for each event and form of `sub`. */
  claims: readonly Claims[];
}

/** The jobs that sign in, with the values of their variables; those whose values only a run knows are left out. */
export function googleJobs(
  jobs: readonly SlipwayJob[],
  repository: RepositoryFacts,
  variablesOf: (environment: string | undefined) => Readonly<Record<string, string>>,
): GoogleJob[] {
  return jobs.flatMap((job) => {
    if (job.signIn === undefined || job.environment?.includes('${{')) return [];
    const variables = variablesOf(job.environment);
    const provider = filled(job.signIn.provider, variables);
    const account = filled(job.signIn.account, variables);
    if (provider === undefined || account === undefined) return [];
    const isPullRequest = job.events.includes('pull_request');
    return [
      {
        place: placeOf(job),
        provider,
        account: account || undefined,
        isPullRequest,
        claims: claimsOf(job, repository),
      },
    ];
  });
}

/** A text with the values of `${{ vars.NAME }}`; undefined: it has another expression, or a variable without a value. */
function filled(text: string, variables: Readonly<Record<string, string>>): string | undefined {
  let isKnown = true;
  const value = text.replace(/\$\{\{\s{0,10}vars\.(\w{1,200})\s{0,10}\}\}/g, (_, name: string) => {
    const found = variables[name.toUpperCase()];
    if (!found) isKnown = false;
    return found ?? '';
  });
  return isKnown && !value.includes('${{') ? value : undefined;
}

function claimsOf({ events, environment }: SlipwayJob, repository: RepositoryFacts): Claims[] {
  return events.flatMap((event) => bothForms({ event, environment }, repository));
}

interface Run {
  event: string;
  environment: string | undefined;
}

/** The claims of a run, with `sub` by names, and by names and ids, as repositories since July 2026 have it. */
export function bothForms({ event, environment }: Run, repository: RepositoryFacts): Claims[] {
  const [owner = '', name = ''] = repository.fullName.split('/');
  const ref = event === 'pull_request' ? 'refs/pull/1/merge' : `refs/heads/${repository.defaultBranch}`;
  const context = environment ? `environment:${environment}` : event === 'pull_request' ? 'pull_request' : `ref:${ref}`;
  const claims = {
    iss: ISSUER,
    repository: repository.fullName,
    repository_id: String(repository.id),
    repository_owner: owner,
    repository_owner_id: String(repository.owner.id),
    repository_visibility: repository.isPrivate ? 'private' : 'public',
    ref,
    ref_type: 'branch',
    event_name: event,
    run_id: '16000000001',
    run_number: '1',
    run_attempt: '1',
    actor: owner,
    actor_id: String(repository.owner.id),
    workflow: 'workflow',
    workflow_ref: `${repository.fullName}/.github/workflows/workflow.yml@${ref}`,
    job_workflow_ref: `${repository.fullName}/.github/workflows/workflow.yml@${ref}`,
    runner_environment: 'github-hosted',
    ...(environment ? { environment } : {}),
  };
  const byIds = `${owner}@${repository.owner.id}/${name}@${repository.id}`;
  return [`repo:${repository.fullName}:${context}`, `repo:${byIds}:${context}`].map((sub) => ({ ...claims, sub }));
}
