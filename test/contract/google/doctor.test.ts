import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { createGoogleSettings } from '../../../src/adapters/google/settings.ts';
import { known } from '../../../src/plan/doctor/fact.ts';
import type { Finding } from '../../../src/plan/doctor/report.ts';
import { slipwayJobs } from '../../../src/plan/doctor/repository/workflow.ts';
import type { RepositoryFacts } from '../../../src/ports.ts';
import type { GitHubView } from '../../../src/stages/doctor/github.ts';
import { googleView, identityTask } from '../../../src/stages/doctor/identity.ts';
import { registryTasks } from '../../../src/stages/doctor/registry.ts';
import { runTasks } from '../../../src/stages/doctor/task.ts';
import { carryOut, standIns } from '../../support/doctor/commands.ts';
import { type GoogleApis, startGoogleApis } from '../../support/doctor/google-apis.ts';
import { accountOf, documentedSetup, POOL, PUSH_TO_MAIN } from '../../support/google/acme.ts';
import { ISSUER } from '../../support/google/github-oidc.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const files = ['main.yml', 'promote.yml', 'pull-request.yml', 'reap-environments.yml', 'drift.yml'];
const jobs = slipwayJobs(
  files.map((file) => ({
    path: `.github/workflows/${file}`,
    content: load(readFileSync(`workflows/complete/google-cloud/${file}`, 'utf8')),
  })),
);
const repository: RepositoryFacts = {
  id: PUSH_TO_MAIN.repositoryId,
  fullName: `${PUSH_TO_MAIN.owner}/${PUSH_TO_MAIN.repository}`,
  isPrivate: true,
  owner: { login: PUSH_TO_MAIN.owner, id: PUSH_TO_MAIN.ownerId, isOrganisation: true },
  defaultBranch: 'main',
};
const REPOSITORY = 'europe-west1-docker.pkg.dev/acme-apps/apps/parking';
const IMAGE = { repository: REPOSITORY, host: 'europe-west1-docker.pkg.dev', dockerfile: 'Dockerfile', context: '.' };
const PROVIDER = `${POOL}/providers/actions`;
const USER = 'roles/iam.workloadIdentityUser';

const folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
const programs = [standIns(join(folder, 'bin'))];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Variables of GitHub as step 6 of docs/google-cloud.md sets them. */
const github: GitHubView = {
  repository: async () => known(repository),
  variablesFor: async (environment) =>
    known({
      SLIPWAY_IDENTITY_PROVIDER: PROVIDER,
      SLIPWAY_SERVICE_ACCOUNT: accountOf(environment ?? 'review'),
      SLIPWAY_PLAN_SERVICE_ACCOUNT: accountOf('plan'),
    }),
  ask: async () => {
    throw new Error('nothing else is asked of GitHub');
  },
};

describe('slipway doctor on Google Cloud', () => {
  let apis: GoogleApis;
  beforeEach(async () => {
    apis = await startGoogleApis();
    const { provider, accounts } = documentedSetup();
    const { mapping: attributeMapping, condition: attributeCondition } = provider;
    const own = { name: PROVIDER, state: 'ACTIVE', attributeMapping, attributeCondition, oidc: { issuerUri: ISSUER } };
    apis.world.repositories.set('projects/acme-apps/locations/europe-west1/repositories/apps', 'DOCKER');
    apis.world.providers.set(PROVIDER, own);
    for (const { email, users } of accounts) {
      apis.world.accounts.set(email, { version: 1, etag: 'BwY=', bindings: [{ role: USER, members: [...users] }] });
    }
  });
  afterEach(() => apis.close());

  async function examined(): Promise<Finding[]> {
    const signal = new AbortController().signal;
    const endpoints = { iam: apis.url, artifactregistry: apis.url };
    const google = googleView(async () => createGoogleSettings({ token: async () => 'token', endpoints, signal }));
    const ports = { clock: systemClock, log: memoryLog(), signal, progress: () => undefined };
    const registry = { ping: async () => undefined, read: async () => undefined };
    const tasks = [
      ...identityTask(jobs, 'github.com', github, google),
      ...registryTasks({ images: { parking: IMAGE } }, { registry, google, github }),
    ];
    return runTasks(tasks, ports);
  }

  const failed = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'failed');

  /** Finds it, carries out what is printed, and finds nothing more. */
  async function fixed(message: string): Promise<void> {
    const before = failed(await examined());
    expect(before.map((finding) => finding.message).join('\n')).toContain(message);
    expect(apis.writes).toEqual([]);
    for (const finding of before) {
      await carryOut(finding, folder, programs, { GCLOUD_DOUBLE: apis.url, CLOUDSDK_AUTH_ACCESS_TOKEN: 'token' });
    }
    expect(failed(await examined())).toEqual([]);
  }

  const provider = () => {
    const found = apis.world.providers.get(PROVIDER);
    if (!found) throw new Error('no provider');
    return found;
  };

  it('finds nothing wrong with the set-up of the guide, and only reads', async () => {
    const findings = await examined();
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(findings.map(({ id }) => id).filter((id) => id === 'identity.binding')).toHaveLength(4);
    expect(apis.writes).toEqual([]);
    expect(apis.requests.length).toBeGreaterThan(4);
  });

  it('set-up 7: a condition on names, which somebody can take over', async () => {
    provider().attributeCondition =
      "assertion.repository == 'acme/parking' && (assertion.ref == 'refs/heads/main' || assertion.event_name == 'pull_request')";
    await fixed('admits whoever takes over the name acme/parking');
  });

  it('set-up 8: a condition on the subject, which has another form since July 2026', async () => {
    provider().attributeCondition = "assertion.sub.startsWith('repo:acme/parking:')";
    await fixed('refuses');
  });

  it('a provider without a condition admits all of GitHub', async () => {
    provider().attributeCondition = '';
    await fixed('admits every repository on GitHub');
  });

  it('set-up 9: the identity of staging may not use its service account', async () => {
    apis.world.accounts.set(accountOf('staging'), { version: 1, etag: 'BwY=', bindings: [] });
    await fixed('.github/workflows/main.yml, job deploy may not use it');
  });

  it('set-up 10: the identity of pull requests may use the account of production', async () => {
    const member = `principalSet://iam.googleapis.com/${POOL}/attribute.stage/${repository.id}/review`;
    apis.world.accounts.get(accountOf('production'))?.bindings.push({ role: USER, members: [member] });
    await fixed('jobs of pull requests, whose workflow is their own, may use it');
  });

  it('a mapping that believes what a pull request claims opens the account of staging', async () => {
    provider().attributeMapping['attribute.stage'] =
      "assertion.repository_id + '/' + (has(assertion.environment) ? assertion.environment : assertion.event_name == 'pull_request' ? 'review' : 'plan')";
    const intruders = failed(await examined()).filter(({ message }) => message.includes('pull requests'));
    expect(intruders.map(({ subject }) => subject)).toEqual([accountOf('staging'), accountOf('production')]);
  });

  it('set-up 11: the repository of Artifact Registry does not exist', async () => {
    apis.world.repositories.clear();
    await fixed('projects/acme-apps/locations/europe-west1/repositories/apps does not exist');
  });

  it('a disabled provider', async () => {
    provider().disabled = true;
    await fixed('the provider is disabled');
  });

  it('names the permission that is missing to look', async () => {
    apis.world.denied.add('iam.serviceAccounts.getIamPolicy');
    const unknown = (await examined()).filter(({ status }) => status === 'unknown');
    expect(unknown.map(({ permission }) => permission)).toEqual(Array(4).fill('iam.serviceAccounts.getIamPolicy'));
    apis.world.denied.add('iam.workloadIdentityPoolProviders.get');
    const identity = (await examined()).filter(({ area }) => area === 'identity');
    expect(identity.map(({ permission }) => permission)).toEqual(['iam.workloadIdentityPoolProviders.get']);
  });
});
