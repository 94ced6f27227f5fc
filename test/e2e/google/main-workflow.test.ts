import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { currentPlatform } from '../../../local/platform.ts';
import { type GitHubDouble, startGitHubDouble } from '../../support/github-double/double.ts';
import { accountOf, documentedSetup, PROJECT, PUSH_TO_MAIN } from '../../support/google/acme.ts';
import { artifactRegistry } from '../../support/google/artifact-registry.ts';
import { type Engine, startEngine, whyNoEngine } from '../../support/google/docker-engine.ts';
import { type GoogleOnCluster, startGoogleOnCluster } from '../../support/google/google-on-cluster.ts';
import { runScript } from '../../support/google/in-namespace.ts';
import { giveToNode } from '../../support/google/node-store.ts';
import { block } from '../../support/google/operator-guide.ts';
import { whyNoOwnHosts } from '../../support/google/own-hosts.ts';
import type { WorkflowAnswer, WorkflowRequest } from '../../support/google/run-workflow.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { type SmallApp, smallApp } from '../../support/google/small-app.ts';

const platform = await currentPlatform();
const built =
  platform?.source === 'built' ? undefined : 'the local platform (npm run local:up) is not up, or is not ours';
const reason = whyNoOwnHosts() ?? whyNoEngine() ?? built;
const HOST = 'europe-west1-docker.pkg.dev';
const NAME = `google-${process.pid}`;

/**
 * workflows/main.yml, as an operator copies it who has followed docs/google-cloud.md: a push to main, the image in Artifact
 * Registry, staging on GKE. Google and GitHub are doubles under their own names; Docker, registry and cluster are real.
 */
describe.skipIf(skipUnless('main.yml on Google Cloud', reason))('main.yml on Google Cloud', () => {
  let google: GoogleOnCluster;
  let github: GitHubDouble;
  let engine: Engine;
  let app: SmallApp;
  const cleanUps: (() => Promise<void>)[] = [];

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
    await applyRules();
    github = await startGitHubDouble({ repository: 'acme/parking', repositoryId: PUSH_TO_MAIN.repositoryId });
    engine = await startEngine(google.cloud.hosts, google.cloud.authority.caFile);
    app = smallApp(NAME, platform.baseImages.debian, NAME);
  });

  afterAll(async () => {
    await google?.cluster.admin('DELETE', `/apis/rbac.authorization.k8s.io/v1/clusterroles/${NAME}-deployer`);
    await Promise.all([engine?.stop(), github?.close(), google?.close(), ...cleanUps.map((clean) => clean())]);
  });

  /** The guide's rules for staging, for the user that stands for slipway-staging in this cluster. */
  async function applyRules(): Promise<void> {
    const text = block('rbac')
      .replaceAll('slipway-deployer', `${NAME}-deployer`)
      .replaceAll('parking-staging', NAME)
      .replaceAll(accountOf('staging'), `system:serviceaccount:${NAME}:slipway-staging`);
    for (const document of parseAllDocuments(text)) {
      const { kind, metadata, ...rest } = document.toJS();
      const isRole = kind === 'ClusterRole';
      if (!isRole && (metadata.name !== 'slipway' || metadata.namespace !== NAME)) continue;
      const api = '/apis/rbac.authorization.k8s.io/v1';
      const path = isRole ? `${api}/clusterroles` : `${api}/namespaces/${NAME}/rolebindings`;
      await google.cluster.admin('POST', path, { kind, metadata, ...rest });
    }
  }

  function runMain(): Promise<WorkflowAnswer> {
    const event = github.actor.push('main', app.commit);
    const request: WorkflowRequest = {
      workflow: 'workflows/main.yml',
      repository: app.repository,
      trigger: { event: event.name, payload: event.payload },
      facts: { apiUrl: github.apiUrl, serverUrl: github.url, token: github.token },
      vars: {
        SLIPWAY_IDENTITY_PROVIDER: documentedSetup().provider.name,
        SLIPWAY_SERVICE_ACCOUNT: accountOf('review'),
      },
      environmentVars: { staging: { SLIPWAY_SERVICE_ACCOUNT: accountOf('staging') } },
      idToken: { url: google.cloud.oidc.requestUrl, token: google.cloud.oidc.requestToken },
      env: { DOCKER_HOST: engine.host, NODE_EXTRA_CA_CERTS: google.cloud.authority.caFile },
    };
    return runScript('run-workflow.ts', request, google.cloud.hosts);
  }

  it('brings a push to main to staging', async () => {
    const { jobs } = await runMain();
    const { result, steps } = jobs.staging ?? { result: 'missing', steps: [] };
    const failed = steps.find((step) => step.outcome === 'failure');
    expect([result, failed?.log]).toEqual(['success', undefined]);

    const reference = steps.find((step) => step.outputs.reference)?.outputs.reference ?? '';
    expect(reference).toMatch(new RegExp(`^${HOST}/${PROJECT}/apps/${NAME}@sha256:[0-9a-f]{64}$`));
    const path = `/apis/apps/v1/namespaces/${NAME}/deployments/${NAME}`;
    const deployment = await google.cluster.admin('GET', path);
    expect(deployment).toMatchObject({
      spec: { template: { spec: { containers: [{ image: reference }] } } },
      status: { availableReplicas: 1 },
    });

    for (const token of google.cloud.tokens.all) {
      for (const step of steps) expect(step.log ?? '').not.toContain(token);
    }
    expect(google.cloud.violations).toEqual([]);
    expect(github.actor.violations()).toEqual([]);
    const asked = new Set(google.cloud.calls.map(({ host }) => host));
    expect([...asked].sort()).toEqual([
      'iamcredentials.googleapis.com',
      'run-actions-1-azure-eastus.actions.githubusercontent.com',
      'sts.googleapis.com',
    ]);
  });
});
