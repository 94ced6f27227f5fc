import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { createSettings } from '../../../src/adapters/github/settings.ts';
import { parseConfig } from '../../../src/config/load.ts';
import type { CheckId } from '../../../src/doctor-checks.ts';
import { localEvent } from '../../../src/event/local.ts';
import { expectedOf } from '../../../src/plan/doctor/expected.ts';
import type { Finding } from '../../../src/plan/doctor/report.ts';
import { slipwayJobs } from '../../../src/plan/doctor/repository/workflow.ts';
import { gitHubTasks, gitHubView } from '../../../src/stages/doctor/github.ts';
import { runTasks } from '../../../src/stages/doctor/task.ts';
import { carryOut, standIns } from '../../support/doctor/commands.ts';
import type { GitHubDouble } from '../../support/github-double/double.ts';
import { doubleOfEachTest } from '../../support/github-double/each-test.ts';
import { ADMINISTRATION } from '../../support/github-double/tokens.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const CONFIG = `
app: parking
image: { repository: europe-west1-docker.pkg.dev/acme-apps/apps/parking }
review: { host: 'pr-{number}.acme.dev', cluster: { gke: projects/acme-apps/locations/europe-west1/clusters/review } }
environments:
  staging: { cluster: { gke: projects/acme-apps/locations/europe-west1/clusters/main }, namespace: parking-staging }
  production: { cluster: { gke: projects/acme-apps/locations/europe-west1/clusters/main }, namespace: parking, promoteFrom: staging }
`;
const files = ['main.yml', 'promote.yml', 'pull-request.yml', 'reap-environments.yml'];
const jobs = slipwayJobs(
  files.map((file) => ({
    path: `.github/workflows/${file}`,
    content: load(readFileSync(`workflows/complete/google-cloud/${file}`, 'utf8')),
  })),
);
const event = localEvent({ sha: 'a'.repeat(40), branch: 'main', origin: undefined }, '');
const expected = expectedOf(parseConfig(CONFIG, 'slipway.yml'), event, '/');

const folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
const programs = [standIns(join(folder, 'bin'))];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What docs/google-cloud.md says for step 6. */
function wellSetUp({ actor }: Pick<GitHubDouble, 'actor'>): void {
  actor.putFile('slipway.yml', CONFIG);
  actor.protectEnvironment('staging', { branchPolicy: true });
  actor.protectEnvironment('production', { branchPolicy: true, requiredReviewers: true });
  for (const name of ['SLIPWAY_IDENTITY_PROVIDER', 'SLIPWAY_SERVICE_ACCOUNT', 'SLIPWAY_PLAN_SERVICE_ACCOUNT']) {
    actor.setVariable(name, 'x');
  }
  for (const environment of ['staging', 'production']) actor.setVariable('SLIPWAY_SERVICE_ACCOUNT', 'x', environment);
}

describe('slipway doctor on GitHub', () => {
  const double = doubleOfEachTest(wellSetUp);

  async function examined(token = double.actor.addToken(ADMINISTRATION, 'operator')): Promise<Finding[]> {
    const { apiUrl, repository } = double;
    const signal = new AbortController().signal;
    const log = memoryLog();
    const site = {
      address: { host: 'github.com', apiUrl, repository },
      open: async () => createSettings({ token, apiUrl, repository, clock: systemClock, log, signal }),
      jobs,
      file: 'slipway.yml',
      problemOf: () => undefined,
    };
    const ports = { clock: systemClock, log, signal, progress: () => undefined };
    return runTasks(gitHubTasks(site, expected, gitHubView(site)), ports);
  }

  const failed = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'failed');

  /** Finds exactly this, carries out what is printed, and finds nothing more. */
  async function fixedByItsCommand(id: CheckId, subject?: string): Promise<Finding> {
    const before = failed(await examined());
    expect(before.map((finding) => finding.id)).toEqual([id]);
    const [finding] = before as [Finding];
    if (subject !== undefined) expect(finding.subject).toBe(subject);
    expect(double.actor.writes()).toEqual([]);
    const token = double.actor.addToken(ADMINISTRATION, 'operator');
    await carryOut(finding, folder, programs, { GH_TOKEN: token, GH_DOUBLE: double.apiUrl });
    const after = await examined();
    expect(failed(after)).toEqual([]);
    expect(after.find((one) => one.id === id && one.subject === finding.subject)?.status).toBe('ok');
    return finding;
  }

  it('finds nothing wrong with the set-up of the guide, and only reads', async () => {
    const findings = await examined();
    expect(failed(findings)).toEqual([]);
    expect(findings.filter(({ status }) => status === 'unknown')).toEqual([]);
    expect(double.actor.writes()).toEqual([]);
    expect(double.actor.requests().length).toBeGreaterThan(8);
  });

  it('set-up 1: production has no reviewers', async () => {
    double.actor.protectEnvironment('production', { requiredReviewers: false });
    await fixedByItsCommand('github.protection', 'production');
  });

  it('set-up 2: staging admits every branch', async () => {
    double.actor.protectEnvironment('staging', { branchPolicy: false });
    const { fix } = await fixedByItsCommand('github.protection', 'staging');
    expect(fix).toContain('gh api -X PUT repos/acme/parking/environments/staging');
  });

  it('set-up 3: the service account of staging is that of reviews', async () => {
    double.actor.setVariable('SLIPWAY_SERVICE_ACCOUNT', undefined, 'staging');
    const { fix } = await fixedByItsCommand('github.variables', 'staging');
    expect(fix).toContain('--body slipway-staging@acme-apps.iam.gserviceaccount.com');
  });

  it('set-up 4: the token of workflows can write', async () => {
    double.actor.setActions({ token: 'write' });
    await fixedByItsCommand('github.workflow-token');
  });

  it('set-up 5: the settings do not allow the actions', async () => {
    double.actor.setActions({ allowed: 'selected', patterns: ['google-github-actions/auth@*'] });
    await fixedByItsCommand('github.actions');
  });

  it('set-up 6: Actions are disabled', async () => {
    double.actor.setActions({ enabled: false });
    await fixedByItsCommand('github.actions');
  });

  it('asks for a secret that a job reads, by its name alone', async () => {
    const kubeconfig = { ...jobs[0], vars: [], secrets: ['SLIPWAY_KUBECONFIG'] } as (typeof jobs)[number];
    jobs.push(kubeconfig);
    writeFileSync(join(folder, 'slipway_kubeconfig.txt'), 'apiVersion: v1');
    try {
      const { fix } = await fixedByItsCommand('github.secrets', 'staging');
      expect(fix).toBe('gh secret set SLIPWAY_KUBECONFIG --env staging --repo acme/parking < slipway_kubeconfig.txt');
    } finally {
      jobs.pop();
    }
  });

  it('names the permission for what the token of a job may not see', async () => {
    const unknown = (await examined(double.token)).filter(({ status }) => status === 'unknown');
    expect(unknown.map(({ id, permission }) => [id, permission])).toEqual(
      expect.arrayContaining([
        ['github.variables', 'variables: read'],
        ['github.actions', 'administration: read'],
        ['github.workflow-token', 'administration: read'],
      ]),
    );
  });
});
