import { fields } from '../../../objects/fields.ts';
import type { Expected, ExpectedEnvironment } from '../expected.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { placeOf, type SlipwayCall, type SlipwayJob } from './workflow.ts';

/** What of slipway.yml a workflow has to do: the action, the event that the root action does it on, and words in file names. */
interface Duty {
  subject: string;
  action: string;
  events: readonly string[];
  /** Begins the name of the reusable workflow that does it. */
  workflow: string;
}

export function checkWorkflows(expected: Expected, jobs: readonly SlipwayJob[]): Finding[] {
  return duties(expected).map((duty) => {
    const found = finder('repository.workflows', duty.subject);
    const job = jobs.find((one) => one.calls.some((call) => does(call, one, duty)));
    if (job) return found.ok(`${placeOf(job)} calls ${duty.action}`);
    return found.failed(`no workflow calls ${duty.action}`, {
      fix: 'npx slipway init',
      advice: 'It writes the missing files of .github/workflows, and changes none that exist.',
    });
  });
}

function duties({ environments, review }: Expected): Duty[] {
  const forEnvironments = environments.map(({ subject, promoted }) =>
    promoted
      ? { subject, action: 'promote', events: ['workflow_dispatch', 'release'], workflow: 'promote' }
      : { subject, action: 'rolling-update', events: ['push'], workflow: 'main' },
  );
  const forReviews = [
    { subject: 'review', action: 'review-environment', events: ['pull_request'], workflow: 'pull-request' },
    { subject: 'review', action: 'reap-environments', events: ['schedule'], workflow: 'reap' },
  ];
  return [...forEnvironments, ...(review === undefined ? [] : forReviews)];
}

function does({ name, kind, inputs }: SlipwayCall, { events }: SlipwayJob, duty: Duty): boolean {
  if (kind === 'workflow') return name.includes(duty.workflow);
  if (name !== '' && name !== duty.action) return false;
  // Another environment of the same kind does not count.
  const environment = inputs.environment ?? inputs.to;
  const isNamed = typeof environment === 'string' && !environment.includes('${{');
  if (isNamed && duty.subject !== 'review' && duty.subject !== `environments.${environment}`) return false;
  return name !== '' || duty.events.some((event) => events.includes(event));
}

/** Permissions of the job's token, by action (docs/security.md). */
const NEEDED: Readonly<Record<string, Readonly<Record<string, 'read' | 'write'>>>> = {
  'review-environment': { 'pull-requests': 'write', deployments: 'write' },
  'reap-environments': { 'pull-requests': 'write', deployments: 'write' },
  promote: { actions: 'read' },
};

/** Calls of reusable workflows are left out: their own jobs say what they need. */
export function checkPermissions(
  { repositories }: Pick<Expected, 'repositories'>,
  jobs: readonly SlipwayJob[],
): Finding[] {
  const own = jobs.filter(({ calls }) => calls.some(({ kind }) => kind === 'action'));
  if (own.length === 0) return [finder('repository.permissions').skipped('no job calls an action of Slipway itself')];
  const isOnGhcr = repositories.some((repository) => repository.startsWith('ghcr.io/'));
  return own.map((job) => {
    const found = finder('repository.permissions', placeOf(job));
    const needed = neededOf(job, isOnGhcr);
    const missing = Object.entries(needed).filter(([name, level]) => !grants(job.permissions, name, level));
    if (missing.length === 0) return found.ok(`has ${listed(Object.entries(needed))}`);
    return found.failed(`lacks ${listed(missing)}`, {
      advice: `Write below \`permissions:\` of the job: ${missing.map(([name, level]) => `\`${name}: ${level}\``).join(', ')}.`,
    });
  });
}

function neededOf({ calls, signIn }: SlipwayJob, isOnGhcr: boolean): Record<string, 'read' | 'write'> {
  const all = calls.map(({ name, inputs }) =>
    inputs.operation === 'report-failure' ? { 'pull-requests': 'write' } : (NEEDED[name] ?? {}),
  );
  const pushes = calls.some(({ name }) => name === 'push-to-registry');
  return Object.assign(
    { contents: 'read' },
    ...all,
    signIn ? { 'id-token': 'write' } : {},
    isOnGhcr && pushes ? { packages: 'write' } : {},
  );
}

/** Without `permissions:`, the default of the repository counts: `contents` and `packages` to read, at the least. */
function grants(permissions: unknown, name: string, level: 'read' | 'write'): boolean {
  if (permissions === 'write-all') return name !== 'id-token' || level === 'write';
  const isRead = level === 'read';
  if (permissions === 'read-all') return isRead;
  if (permissions === undefined || permissions === null) return isRead && (name === 'contents' || name === 'packages');
  const given = fields(permissions)[name];
  return given === 'write' || given === level;
}

function listed(permissions: readonly (readonly [string, string])[]): string {
  return permissions.map(([name, level]) => `${name}: ${level}`).join(', ');
}

/** Each job that deploys to an environment runs in its GitHub environment, which holds its credentials and guards it. */
export function checkJobEnvironments({ environments }: Expected, jobs: readonly SlipwayJob[]): Finding[] {
  const findings = jobs.flatMap((job) =>
    job.calls.flatMap((call) => {
      const name = deploysTo(call);
      if (name === undefined) return [];
      const found = finder('repository.environments', placeOf(job));
      const environment = environments.find((one) => one.name === name);
      if (environment === undefined) return [unknownEnvironment(found, name, environments)];
      const wanted = environment.gitHubEnvironment;
      if (job.environment === wanted || job.environment?.includes('${{'))
        return [found.ok(`runs in the GitHub environment ${wanted}`)];
      return [
        found.failed(
          `deploys to ${name}, and runs in ${job.environment === undefined ? 'no GitHub environment' : `the GitHub environment ${job.environment}`}`,
          {
            advice: `Write \`environment: ${wanted}\` below the job; or set environments.${name}.githubEnvironment.`,
          },
        ),
      ];
    }),
  );
  return findings.length > 0
    ? findings
    : [finder('repository.environments').skipped('no job names an environment of slipway.yml')];
}

/** undefined: it deploys nothing, or to an environment that only the run knows. */
function deploysTo({ name, kind, inputs }: SlipwayCall): string | undefined {
  const isDryRun = String(inputs['dry-run'] ?? 'false') !== 'false';
  if (kind === 'workflow' || isDryRun) return undefined;
  const given = name === 'rolling-update' ? inputs.environment : name === 'promote' ? inputs.to : undefined;
  return typeof given === 'string' && !given.includes('${{') ? given : undefined;
}

function unknownEnvironment(
  found: ReturnType<typeof finder>,
  name: string,
  all: readonly ExpectedEnvironment[],
): Finding {
  const known = all.map((environment) => environment.name).join(', ') || 'none';
  return found.failed(`deploys to ${name}, which slipway.yml does not have`, {
    advice: `Correct the input: slipway.yml has ${known}.`,
  });
}
