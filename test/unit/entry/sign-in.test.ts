import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Run, StageWork } from '../../../src/entry/context.ts';
import { signInLater } from '../../../src/entry/sign-in.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { type SignInInputs, signInInputs } from '../../../src/inputs/sign-in.ts';
import { type StageName, stageResult } from '../../../src/stage-result.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const PROVIDER = 'projects/123456789012/locations/global/workloadIdentityPools/github/providers/actions';
const IDENTITY = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/idtoken?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
};
const ALL: SignInInputs = {
  google: { provider: PROVIDER, serviceAccount: 'slipway@acme.iam.gserviceaccount.com' },
  registry: { user: 'ci', password: 's3cret' },
  kubeconfig: 'apiVersion: v1\n',
};
const NONE: SignInInputs = { google: undefined, registry: undefined, kubeconfig: undefined };

function runWith(env: NodeJS.ProcessEnv, fork = false): { run: Run; masked: string[]; env: NodeJS.ProcessEnv } {
  const masked: string[] = [];
  const own: NodeJS.ProcessEnv = { RUNNER_TEMP: scratchFolder(), HOME: scratchFolder(), ...env };
  const log = { info: () => undefined, mask: (secret: string) => masked.push(secret) };
  const config = () => ({ app: 'parking', image: { repository: 'ghcr.io/acme/parking' } });
  const event = () => ({ kind: 'pull-request', fork });
  const run = { env: own, log, config, event, inputs: new Inputs({}) } as unknown as Run;
  return { run, masked, env: own };
}

describe('the sign-in of the root action', () => {
  const given = { ...IDENTITY, INPUT_REGISTRY_PASSWORD: 's3cret', INPUT_KUBECONFIG_CONTENT: 'apiVersion: v1' };

  it('leaves nothing in the environment while build and tests run', async () => {
    const { run, env } = runWith(given);
    const signIn = signInLater(ALL, run);
    for (const stage of ['build-image', 'run-tests', 'preflight'] as const) await signIn.before(stage);
    expect(Object.keys(env).sort()).toEqual(['HOME', 'RUNNER_TEMP']);
  });

  it.each([
    [false, { build: 'ghcr.io ci s3cret', preflight: 'ghcr.io ci s3cret', tests: '', push: '' }],
    [true, { build: '', preflight: '', tests: '', push: '' }],
  ])('gives only build and preflight a login to read images, in memory (fork: %s)', async (fork, expected) => {
    const { run, env, masked } = runWith(given, fork);
    const signIn = signInLater(ALL, run);
    const loginOf = async (stage: StageName) => {
      let seen = '';
      const look: StageWork = async ({ inputs }) => {
        seen = ['registry', 'registry-user', 'registry-password'].flatMap((name) => inputs.text(name) ?? []).join(' ');
        return stageResult(stage, 'succeeded', '');
      };
      await signIn.reading(stage, look)(run);
      return seen;
    };
    expect({
      build: await loginOf('build-image'),
      tests: await loginOf('run-tests'),
      preflight: await loginOf('preflight'),
      push: await loginOf('push-to-registry'),
    }).toEqual(expected);
    expect(JSON.stringify(env)).not.toContain('s3cret');
    expect(readdirSync(env.RUNNER_TEMP ?? '')).toEqual([]);
    if (!fork) expect(masked).toContain('s3cret');
  });

  it('leaves files that only this user can read to the stages after them, and deletes them at the end', async () => {
    const { run, env, masked } = runWith(given);
    const signIn = signInLater(ALL, run);
    await signIn.before('push-to-registry');
    const [google = '', kubeconfig = '', docker = ''] = [
      env.GOOGLE_APPLICATION_CREDENTIALS,
      env.KUBECONFIG,
      `${env.DOCKER_CONFIG}/config.json`,
    ];
    for (const file of [google, kubeconfig, docker]) expect(statSync(file).mode & 0o77, file).toBe(0);
    expect(statSync(dirname(google)).mode & 0o77).toBe(0);
    expect(JSON.parse(readFileSync(google, 'utf8'))).toEqual({
      type: 'external_account',
      audience: `//iam.googleapis.com/${PROVIDER}`,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: {
        url: `${IDENTITY.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(`https://iam.googleapis.com/${PROVIDER}`)}`,
        headers: { Authorization: 'Bearer request-token' },
        format: { type: 'json', subject_token_field_name: 'value' },
      },
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/slipway@acme.iam.gserviceaccount.com:generateAccessToken',
    });
    expect(readFileSync(kubeconfig, 'utf8')).toBe('apiVersion: v1\n');
    const basic = Buffer.from('ci:s3cret').toString('base64');
    expect(JSON.parse(readFileSync(docker, 'utf8')).auths).toEqual({ 'ghcr.io': { auth: basic } });
    expect(masked).toEqual(expect.arrayContaining(['s3cret', basic]));
    await signIn.before('rolling-update');
    expect(env.GOOGLE_APPLICATION_CREDENTIALS).toBe(google);
    await signIn.end();
    expect([google, kubeconfig, docker].map((file) => existsSync(file))).toEqual([false, false, false]);
  });

  it('leaves the job as it is where nothing is given: it has signed in by itself', async () => {
    const own = { ...IDENTITY, KUBECONFIG: '/k', GOOGLE_APPLICATION_CREDENTIALS: '/g' };
    const { run, env } = runWith(own);
    const signIn = signInLater(NONE, run);
    await signIn.before('build-image');
    expect(env).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
    await signIn.before('rolling-update');
    expect(env).toMatchObject(own);
    expect(env.DOCKER_CONFIG).toBeUndefined();
    await signIn.end();
  });

  it('says what a job without an identity lacks', async () => {
    const signIn = signInLater(ALL, runWith({}).run);
    await expect(signIn.before('push-to-registry')).rejects.toMatchObject({
      message: 'GitHub gives this job no identity, so it cannot sign in to Google Cloud',
      remedy: expect.stringContaining('id-token: write'),
    });
  });
});

describe('its inputs', () => {
  const read = (given: Record<string, string>) =>
    signInInputs(
      new Inputs(
        Object.fromEntries(
          Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value]),
        ),
      ),
    );

  it('count as not given where they are empty', () => {
    expect(read({ 'workload-identity-provider': '', 'registry-user': ' ' })).toEqual(NONE);
    const google = { provider: PROVIDER, serviceAccount: undefined };
    expect(read({ 'workload-identity-provider': PROVIDER })).toEqual({ ...NONE, google });
  });

  it.each([
    [{ 'workload-identity-provider': 'projects/acme/pools/x' }, 'is not the name of a provider'],
    [
      { 'workload-identity-provider': PROVIDER, 'service-account': 'x/../y@z' },
      'is not the e-mail address of a service account',
    ],
    [{ 'service-account': 'x@y' }, '`service-account` is given without `workload-identity-provider`'],
    [{ 'registry-user': 'ci' }, '`registry-user` is given without `registry-password`'],
    [{ 'registry-password': 'x' }, '`registry-password` is given without `registry-user`'],
    [{ kubeconfig: '/k', 'kubeconfig-content': 'x' }, '`kubeconfig` and `kubeconfig-content` are both given'],
  ])('%j is refused', (given, message) => {
    expect(() => read(given)).toThrow(message);
  });
});
