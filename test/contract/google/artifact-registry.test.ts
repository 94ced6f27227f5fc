import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf, documentedSetup, PROJECT, PUSH_TO_MAIN } from '../../support/google/acme.ts';
import { artifactRegistry } from '../../support/google/artifact-registry.ts';
import { collect } from '../../support/google/collect.ts';
import { type Engine, startEngine, whyNoEngine } from '../../support/google/docker-engine.ts';
import { type GoogleCloud, startGoogleCloud } from '../../support/google/google-cloud.ts';
import { whyNoOwnHosts } from '../../support/google/own-hosts.ts';
import { runDriver } from '../../support/google/run-driver.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { testPlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const platform = await testPlatform();
const noPlatform = platform ? undefined : 'the local platform is not up (npm run local:up)';
const reason = whyNoOwnHosts() ?? whyNoEngine() ?? noPlatform;
const HOST = 'europe-west1-docker.pkg.dev';
const image = `${PROJECT}/apps/contract-${process.pid}`;

describe.skipIf(skipUnless('pushing to Artifact Registry', reason))('Artifact Registry, from a real engine', () => {
  let cloud: GoogleCloud;
  let engine: Engine;

  beforeAll(async () => {
    const setup = documentedSetup();
    cloud = await startGoogleCloud({
      job: PUSH_TO_MAIN,
      project: PROJECT,
      clusters: [],
      ...setup,
      hosts: (tokens) => {
        const { registry = '' } = platform ?? {};
        const options = {
          host: HOST,
          project: PROJECT,
          repositories: ['apps'],
          tokens,
          allowed: setup.allowed,
          registry,
        };
        return new Map([[HOST, { raw: artifactRegistry(options) }]]);
      },
    });
    engine = await startEngine(cloud.hosts, cloud.authority.caFile);
    const context = scratchFolder();
    const archive = join(context, 'files.tar');
    writeFileSync(join(context, 'app'), image);
    execFileSync('tar', ['--create', '--file', archive, '--directory', context, 'app']);
    expect(await docker('import', archive, `${HOST}/${image}:one`)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await engine?.stop();
    await cloud?.close();
  });

  const config = scratchFolder();
  const docker = (...args: string[]) =>
    collect(['docker', '--host', engine.host, '--config', config, ...args], { PATH: process.env.PATH });

  /** A login in docker's configuration, as push-to-registry leaves it for the docker program. */
  function logIn(token: string, username = 'oauth2accesstoken'): void {
    const auth = Buffer.from(`${username}:${token}`).toString('base64');
    writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [HOST]: { auth } } }));
  }

  /** A token of one stage's service account, as the sign-in gives it. */
  async function tokenOf(stage: 'review' | 'staging' | 'production', command = 'token'): Promise<string> {
    cloud.oidc.job =
      stage === 'review' ? { ...PUSH_TO_MAIN, event: 'pull_request' } : { ...PUSH_TO_MAIN, environment: stage };
    const { facts } = await runDriver(cloud, [command], cloud.env({ serviceAccount: accountOf(stage) }));
    return String(facts[0]?.token);
  }

  it('takes an image for oauth2accesstoken and the token, and the real registry has it', async () => {
    logIn(await tokenOf('staging'));
    const { code, output } = await docker('push', `${HOST}/${image}:one`);
    expect([code, output]).toEqual([0, expect.stringMatching(/one: digest: sha256:[0-9a-f]{64}/)]);
    const digest = /sha256:[0-9a-f]{64}/.exec(output.slice(output.indexOf('digest:')))?.[0];
    const kept = await fetch(`http://${platform?.registry}/v2/${image}/manifests/${digest}`, { method: 'HEAD' });
    expect(kept.status).toBe(200);
    expect(kept.headers.get('docker-content-digest')).toBe(digest);
  });

  it.each([
    ['a token that Google did not give', 'oauth2accesstoken', 'ya29.forged'],
    ['another user name', 'somebody', undefined],
  ])('refuses %s', async (_what, username, token) => {
    logIn(token ?? (await tokenOf('staging')), username);
    const { code, output } = await docker('push', `${HOST}/${image}:one`);
    expect([code, output]).toEqual([1, expect.stringMatching(/unauthorized: authentication failed/i)]);
  });

  it('refuses the identity of production: it only reads', async () => {
    logIn(await tokenOf('production'));
    const { code, output } = await docker('push', `${HOST}/${image}:one`);
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('Permission "artifactregistry.repositories.uploadArtifacts" denied on resource'),
    ]);
    expect((await docker('pull', `${HOST}/${image}:one`)).code).toBe(0);
  });

  it('a token that reads images pulls, and pushes nothing, though its account may', async () => {
    logIn(await tokenOf('staging', 'read-token'));
    expect((await docker('pull', `${HOST}/${image}:one`)).code).toBe(0);
    const { code, output } = await docker('push', `${HOST}/${image}:one`);
    expect([code, output]).toEqual([1, expect.stringContaining('insufficient authentication scopes')]);
    logIn(await tokenOf('staging'));
    expect((await docker('push', `${HOST}/${image}:one`)).code).toBe(0);
  });

  it('does not make a repository that is not there', async () => {
    logIn(await tokenOf('staging'));
    const other = `${HOST}/${PROJECT}/typo/app:one`;
    await docker('tag', `${HOST}/${image}:one`, other);
    const { code, output } = await docker('push', other);
    expect([code, output]).toEqual([1, expect.stringContaining('(or it may not exist)')]);
  });
});
