import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentBlock } from '../../support/e2e/document.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import type { GitHubEvent } from '../../support/github-double/events.ts';
import { accountOf, documentedSetup, PROJECT, PUSH_TO_MAIN } from '../../support/google/acme.ts';
import { artifactRegistry } from '../../support/google/artifact-registry.ts';
import { type Engine, startEngine, whyNoEngine } from '../../support/google/docker-engine.ts';
import { type GoogleOnCluster, object, startGoogleOnCluster } from '../../support/google/google-on-cluster.ts';
import { applyGuideRules } from '../../support/google/guide-rules.ts';
import { runScript } from '../../support/google/in-namespace.ts';
import { giveToNode } from '../../support/google/node-store.ts';
import { whyNoOwnHosts } from '../../support/google/own-hosts.ts';
import type { WorkflowAnswer, WorkflowRequest } from '../../support/google/run-workflow.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { type SmallApp, smallApp } from '../../support/google/small-app.ts';
import { testPlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const platform = await testPlatform();
const built = platform?.source === 'built' ? undefined : 'the local platform (npm run local:up) is not up, or not ours';
const reason = whyNoOwnHosts() ?? whyNoEngine() ?? built;
const HOST = 'europe-west1-docker.pkg.dev';
const NAME = `google-${process.pid}`;
const PRODUCTION = `${NAME}-production`;

/**
 * The workflows of Slipway, called and complete, for an operator who has followed docs/google-cloud.md: from a push to production, images in Artifact
 * Registry, clusters on GKE, each environment with its own identity and just the guide's roles. Google and GitHub are doubles
 * under their own names; Docker, registry and cluster are real.
 */
describe.skipIf(skipUnless('the workflows on Google Cloud', reason))('the workflows on Google Cloud', () => {
  let google: GoogleOnCluster;
  let github: GitHubDouble;
  let engine: Engine;
  let app: SmallApp;
  let reference: string;
  const cleanUps: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    if (!platform) throw new Error(reason);
    const { allowed } = documentedSetup();
    const onManifest = async (repository: string, digest: string) => {
      cleanUps.push(
        await giveToNode(`${platform.registry}/${repository}@${digest}`, `${HOST}/${repository}@${digest}`),
      );
    };
    google = await startGoogleOnCluster(platform, NAME, false, (tokens) => {
      const options = { host: HOST, project: PROJECT, repositories: ['apps'], tokens, allowed };
      return new Map([[HOST, { raw: artifactRegistry({ ...options, registry: platform.registry, onManifest }) }]]);
    });
    const { admin } = google.cluster;
    await admin('POST', '/api/v1/namespaces', object('v1', 'Namespace', PRODUCTION));
    cleanUps.push(() => admin('DELETE', `/api/v1/namespaces/${PRODUCTION}`));
    const userOf = (stage: string) => `system:serviceaccount:${NAME}:slipway-${stage}`;
    const names = { prefix: NAME, staging: NAME, production: PRODUCTION, userOf };
    cleanUps.push(await applyGuideRules(google.cluster, names));
    github = await startGitHubDouble({ repository: 'acme/parking', repositoryId: PUSH_TO_MAIN.repositoryId });
    github.actor.protectEnvironment('production', { requiredReviewers: true, approvedBy: 'mona' });
    engine = await startEngine(google.cloud.hosts, google.cloud.authority.caFile);
    app = smallApp(NAME, platform.baseImages.debian, { staging: NAME, production: PRODUCTION });
  });

  afterAll(async () => {
    for (const clean of cleanUps.reverse()) await clean();
    await Promise.all([engine?.stop(), github?.close(), google?.close()]);
  });

  /** @param environments the GitHub environment of each job, as the workflow names it */
  function run(workflow: string, event: GitHubEvent, environments: Record<string, string>): Promise<WorkflowAnswer> {
    const { environment: _, ...onMain } = { ...PUSH_TO_MAIN, event: event.name };
    const { oidc, authority, hosts } = google.cloud;
    const jobs = Object.entries(environments).map(([job, environment]) => {
      return [job, oidc.startJob(environment === '' ? onMain : { ...onMain, environment })];
    });
    const account = (stage: string) => ({ SLIPWAY_SERVICE_ACCOUNT: accountOf(stage) });
    const request: WorkflowRequest = {
      workflow: resolve('workflows', workflow),
      repository: app.repository,
      trigger: { event: event.name, payload: event.payload, ref: event.ref, sha: event.sha },
      facts: { apiUrl: github.apiUrl, serverUrl: github.url, token: github.token },
      vars: {
        SLIPWAY_IDENTITY_PROVIDER: documentedSetup().provider.name,
        SLIPWAY_PLAN_SERVICE_ACCOUNT: accountOf('plan'),
        ...account('review'),
      },
      environmentVars: { staging: account('staging'), production: account('production') },
      identity: { url: oidc.requestUrl, jobs: Object.fromEntries(jobs) },
      env: { DOCKER_HOST: engine.host, NODE_EXTRA_CA_CERTS: authority.caFile },
    };
    return runScript('run-workflow.ts', request, hosts, authority.caFile);
  }

  /** The jobs' results, and the log of a step that failed. */
  function verdict({ jobs }: WorkflowAnswer): unknown {
    const failed = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ outcome }) => outcome === 'failure'));
    return [Object.values(jobs).map(({ result }) => result), failed.map(({ log }) => log)];
  }

  async function runningIn(namespace: string): Promise<unknown> {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${NAME}`;
    const { spec, status } = await google.cluster
      .admin('GET', path)
      .catch(() => ({ spec: undefined, status: undefined }));
    const [container] = Object(spec).template?.spec?.containers ?? [];
    return container && { image: container.image, available: Object(status).availableReplicas };
  }

  function expectNoTokens({ jobs }: WorkflowAnswer): void {
    const logs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ log = '' }) => log));
    for (const token of google.cloud.tokens.all) for (const log of logs) expect(log).not.toContain(token);
  }

  it('main.yml brings a push to staging', async () => {
    const answer = await run('google-cloud/main.yml', github.actor.push('main', app.commit), {
      build: 'staging',
      deploy: 'staging',
    });
    expect(verdict(answer)).toEqual([['success', 'success', 'success'], []]);
    reference = answer.jobs.build?.steps.find((step) => step.outputs.reference)?.outputs.reference ?? '';
    expect(reference).toMatch(new RegExp(`^${HOST}/${PROJECT}/apps/${NAME}@sha256:[0-9a-f]{64}$`));
    expect(await runningIn(NAME)).toEqual({ image: reference, available: 1 });
    expect(await runningIn(PRODUCTION)).toBeUndefined();
    const log = (name: string) => answer.jobs.build?.steps.find((step) => step.name === name)?.log;
    // The registry is private: only the login that reads images gets an answer.
    expect(log('Build')).toContain('The registry has no image of these sources.');
    expect(log('Preflight')).toContain('preflight: succeeded');
    expectNoTokens(answer);
  });

  it('the root action, alone in its step, signs in by itself after build and tests', async () => {
    const file = join(scratchFolder(), 'one-step.yml');
    writeFileSync(file, documentBlock('docs/workflows.md', 'yaml', 'one-step'));
    const before = google.cloud.calls.length;
    const answer = await run(file, github.actor.push('main', app.commit), { slipway: 'staging' });
    expect(verdict(answer)).toEqual([['success'], []]);
    const { outputs = {}, log = '' } = answer.jobs.slipway?.steps.at(-1) ?? {};
    expect(outputs).toMatchObject({ outcome: 'succeeded', reference, changed: 'false' });
    const at = (text: string) => log.indexOf(text);
    expect(log).toContain('The registry has no image of these sources.');
    expect(log).not.toContain('not signed in to read images');
    expect(at('── run-tests')).toBeLessThan(at(`signs in to Google Cloud as ${accountOf('staging')}`));
    const asked = google.cloud.calls.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.includes(accountOf('staging')))).not.toEqual([]);
    expectNoTokens(answer);
  });

  it('promote.yml looks as slipway-plan, which writes nothing, and promotes as slipway-production', async () => {
    const environments = { plan: '', promote: 'production' };
    const answer = await run('google-cloud/promote.yml', github.actor.dispatch({}), environments);
    expect(verdict(answer)).toEqual([['success', 'success', 'success'], []]);
    expect(await runningIn(PRODUCTION)).toEqual({ image: reference, available: 1 });
    const impersonated = google.cloud.calls.flatMap(({ path }) => /serviceAccounts\/([^:]+):/.exec(path)?.[1] ?? []);
    expect(new Set(impersonated)).toEqual(new Set(['staging', 'plan', 'production'].map(accountOf)));
    expectNoTokens(answer);
  });

  it('drift.yml looks as slipway-plan, and tells what somebody changed in staging', async () => {
    await google.cluster.admin('DELETE', `/api/v1/namespaces/${NAME}/services/${NAME}`);
    const answer = await run('complete/google-cloud/drift.yml', github.actor.dispatch({}), { drift: '' });
    expect(verdict(answer)).toEqual([['success'], []]);
    const outputs = answer.jobs.drift?.steps.find((step) => step.outputs.drifted)?.outputs;
    expect(outputs).toMatchObject({ outcome: 'succeeded', drifted: 'true' });
    const issues = github.actor.issues().map(({ title, body }) => [title, body]);
    expect(issues).toEqual([
      [expect.stringContaining('in staging'), expect.stringContaining(`Service ${NAME}: deleted`)],
    ]);
    // Tried out by dry run, in spite of the policy: nothing is told to be less exact.
    expect(issues[0]?.[1]).not.toContain('compared with the record itself');
    expectNoTokens(answer);
  });

  it('met nothing that Google or GitHub do not document, and no host but theirs', () => {
    expect(google.cloud.violations).toEqual([]);
    expect(github.actor.violations()).toEqual([]);
    expect(new Set(google.cloud.calls.map(({ host }) => host))).toEqual(
      new Set([
        'iamcredentials.googleapis.com',
        'run-actions-1-azure-eastus.actions.githubusercontent.com',
        'sts.googleapis.com',
      ]),
    );
  });
});
