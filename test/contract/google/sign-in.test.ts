import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf, documentedSetup, PROJECT, PUSH_TO_MAIN } from '../../support/google/acme.ts';
import { type GoogleCloud, startGoogleCloud } from '../../support/google/google-cloud.ts';
import { whyNoOwnHosts } from '../../support/google/own-hosts.ts';
import { runDriver } from '../../support/google/run-driver.ts';
import { skipUnless } from '../../support/google/skip.ts';

const STAGING = accountOf('staging');

describe.skipIf(skipUnless('sign-in to Google', whyNoOwnHosts()))('sign-in to Google', () => {
  let cloud: GoogleCloud;

  beforeAll(async () => {
    cloud = await startGoogleCloud({ job: PUSH_TO_MAIN, project: PROJECT, clusters: [], ...documentedSetup() });
  });
  afterAll(() => cloud.close());

  /** The doubles as a job finds them; a test changes what it is about. */
  function reset(change: Partial<GoogleCloud['oidc']> = {}): void {
    Object.assign(cloud.oidc, { job: PUSH_TO_MAIN, allowed: true, issued: 0, ...change });
    Object.assign(cloud.settings, { federatedSeconds: 300, impersonatedSeconds: undefined, gkeEnabled: true });
    cloud.calls.length = 0;
  }
  const hostsAsked = () => cloud.calls.map((call) => call.host.split('.').slice(-3).join('.'));

  for (const immutableSubject of [true, false]) {
    const form = immutableSubject ? 'repo:owner@id/name@id' : 'repo:owner/name';
    it(`as a service account, with sub ${form}`, async () => {
      reset({ job: { ...PUSH_TO_MAIN, immutableSubject } });
      const { facts, code } = await runDriver(cloud, ['token'], cloud.env({ serviceAccount: STAGING }));
      expect(code).toBe(0);
      const [fact] = facts;
      expect(cloud.tokens.of(`Bearer ${fact?.token}`)?.member).toBe(STAGING);
      // Asked for three times, two of them at once: fetched once.
      expect(fact).toMatchObject({ same: true, third: fact?.token });
      expect(cloud.oidc.issued).toBe(1);
      expect(hostsAsked()).toEqual([
        'actions.githubusercontent.com',
        'sts.googleapis.com',
        'iamcredentials.googleapis.com',
      ]);
      expect(cloud.violations).toEqual([]);
    });
  }

  it.each([
    ['issue_comment', undefined],
    ['workflow_run', 'fork-review'],
  ])('R7: for review environments on %s, environment %s', async (event, environment) => {
    const { environment: _, ...onMain } = PUSH_TO_MAIN;
    reset({ job: { ...onMain, event, ...(environment ? { environment } : {}) } });
    const signIn = async (stage: string) =>
      (await runDriver(cloud, ['token'], cloud.env({ serviceAccount: accountOf(stage) }))).facts[0];
    const { token } = (await signIn('review')) ?? {};
    expect(cloud.tokens.of(`Bearer ${token}`)?.member).toBe(accountOf('review'));
    expect((await signIn('staging'))?.message).toContain(`this job may not act as ${STAGING}`);
  });

  it('as the federated identity itself', async () => {
    reset();
    const { facts } = await runDriver(cloud, ['token'], cloud.env());
    const grant = cloud.tokens.of(`Bearer ${facts[0]?.token}`);
    expect(grant?.member).toMatch(/^principal:\/\/iam\.googleapis\.com\/.*\/subject\/800200300\/\d+$/);
    expect(grant?.members).toContain(documentedSetup().accounts.find(({ email }) => email === STAGING)?.users[0]);
    // It lives five minutes, which is no reason to fetch the next one already.
    expect(facts[0]).toMatchObject({ same: true, third: facts[0]?.token });
    expect(hostsAsked()).toEqual(['actions.githubusercontent.com', 'sts.googleapis.com']);
    expect(cloud.violations).toEqual([]);
  });

  it('fetches a new token when less than a minute is left', async () => {
    reset();
    cloud.settings.federatedSeconds = 55;
    const { facts } = await runDriver(cloud, ['token'], cloud.env());
    expect(facts[0]).toMatchObject({ same: true });
    expect(facts[0]?.third).not.toBe(facts[0]?.token);
    expect(cloud.tokens.has(String(facts[0]?.third))).toBe(true);
    expect(cloud.oidc.issued).toBe(2);
  });

  it('names GitHub when the job has no id-token: write', async () => {
    reset({ allowed: false });
    const { facts, code } = await runDriver(cloud, ['token'], cloud.env({ serviceAccount: STAGING }));
    expect(code).toBe(1);
    expect(facts[0]?.error).toBe('EnvironmentError');
    expect(facts[0]?.message).toMatch(/^GitHub gave no identity token \(HTTP 401\)/);
    expect(facts[0]?.remedy).toContain('`permissions: id-token: write`');
  });

  it('shows the claims when the attribute condition refuses them: another repository that took the name', async () => {
    reset({ job: { ...PUSH_TO_MAIN, ownerId: 666, repositoryId: 667, immutableSubject: false } });
    const { facts } = await runDriver(cloud, ['token'], cloud.env({ serviceAccount: STAGING }));
    expect(facts[0]?.message).toBe(
      "Workload Identity Federation refused this job's identity: The given credential is rejected by the attribute condition.",
    );
    expect(facts[0]?.details).toEqual(
      expect.arrayContaining([
        'claim sub: repo:acme/parking:environment:staging',
        'claim repository_id: 667',
        'claim repository_owner_id: 666',
        'claim environment: staging',
      ]),
    );
    expect(facts[0]?.remedy).toContain('repository_owner_id');
  });

  it('knows a provider that does not exist', async () => {
    reset();
    const env = cloud.env({
      serviceAccount: STAGING,
      provider: 'projects/acme-apps/locations/global/workloadIdentityPools/github/providers/actions',
    });
    const { facts } = await runDriver(cloud, ['token'], env);
    expect(facts[0]?.message).toContain('The target service indicated by the "audience" parameters is invalid');
    expect(facts[0]?.remedy).toContain('with the number of the project and not its id');
  });

  it('names the service account that the job may not act as', async () => {
    reset();
    const { facts } = await runDriver(cloud, ['token'], cloud.env({ serviceAccount: accountOf('production') }));
    expect(facts[0]?.message).toContain(`this job may not act as ${accountOf('production')}`);
    expect(facts[0]?.remedy).toContain('roles/iam.workloadIdentityUser');
    expect(cloud.violations).toEqual([]);
  });

  it('says what to add to the workflow where there are no credentials at all', async () => {
    const { facts, code } = await runDriver(cloud, ['token'], { GITHUB_ACTIONS: 'true' });
    expect(code).toBe(1);
    expect(facts[0]?.message).toBe('there are no Google credentials (Application Default Credentials)');
    expect(facts[0]?.remedy).toMatch(/id-token: write.*google-github-actions\/auth.*No key file is needed/);
  });

  it('never prints a token', async () => {
    reset();
    const { output } = await runDriver(cloud, ['token'], cloud.env({ serviceAccount: STAGING }));
    for (const token of [...cloud.tokens.all, cloud.oidc.requestToken]) expect(output).not.toContain(token);
  });
});
