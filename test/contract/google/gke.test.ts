import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf, CLUSTER } from '../../support/google/acme.ts';
import {
  DNS_NAME,
  type GoogleOnCluster,
  object,
  startGoogleOnCluster,
} from '../../support/google/google-on-cluster.ts';
import { whyNoOwnHosts } from '../../support/google/own-hosts.ts';
import { Driver, runDriver } from '../../support/google/run-driver.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { testPlatform } from '../../support/platform.ts';

const platform = await testPlatform();
const reason = whyNoOwnHosts() ?? (platform ? undefined : 'the local platform is not up (npm run local:up)');
const NAMESPACE = `google-contract-${process.pid}`;
const STAGING = accountOf('staging');

describe.skipIf(skipUnless('a GKE cluster that is the local one', reason))('a GKE cluster', () => {
  let google: GoogleOnCluster;

  beforeAll(async () => {
    if (platform) google = await startGoogleOnCluster(platform, NAMESPACE, true);
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/rolebindings`;
    await google.cluster.admin(
      'POST',
      path,
      object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'view', {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'ServiceAccount', name: 'slipway-staging', namespace: NAMESPACE }],
      }),
    );
  });
  afterAll(() => google?.close());

  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;

  it.each([
    ['public', true],
    ['dns', false],
  ])('is reached at its %s endpoint, as the identity that signed in', async (kind, ownAuthority) => {
    const driver = new Driver(google.cloud, ['gke', CLUSTER, kind], google.cloud.env({ serviceAccount: STAGING }));
    const found = await driver.next();
    expect(found).toMatchObject({ name: CLUSTER, kind, ownAuthority, principal: `service account ${STAGING}` });
    expect(found?.server).toBe(`https://${kind === 'dns' ? DNS_NAME : google.cluster.host}`);
    expect(await driver.get(pods)).toMatchObject({ status: 200, body: { kind: 'PodList' } });
    const refused = await driver.get('/api/v1/namespaces/kube-system/secrets');
    expect(refused).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
    expect(Object(refused?.body).message).toContain(`User "system:serviceaccount:${NAMESPACE}:slipway-staging"`);
    const { code, output } = await driver.end();
    expect(code).toBe(0);
    const given = google.cloud.tokens.all.filter((token) => output.includes(token));
    expect(output).toContain(`::add-mask::${given[0]}`);
    expect(output.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(given[0]);
    expect(google.cloud.violations).toEqual([]);
  });

  it('asks for the scope by which RBAC knows an e-mail address', async () => {
    await runDriver(google.cloud, ['gke', CLUSTER], google.cloud.env({ serviceAccount: STAGING }));
    const last = google.cloud.tokens.all.at(-1);
    expect(google.cloud.tokens.of(`Bearer ${last}`)?.scopes).toEqual([
      'https://www.googleapis.com/auth/cloud-platform',
      'https://www.googleapis.com/auth/userinfo.email',
    ]);
  });

  it('is asked again with a new token when the old one is refused (K16)', async () => {
    const { tokens, oidc } = google.cloud;
    const driver = new Driver(google.cloud, ['gke', CLUSTER, 'dns'], google.cloud.env({ serviceAccount: STAGING }));
    await driver.next();
    expect(await driver.get(pods)).toMatchObject({ status: 200 });
    const signIns = oidc.issued;
    tokens.revokeAll();
    expect(await driver.get(pods)).toMatchObject({ status: 200 });
    expect(oidc.issued).toBe(signIns + 1);
    await driver.end();
  });

  it('says so when no new token can be had (K16)', async () => {
    const { tokens, oidc } = google.cloud;
    const driver = new Driver(google.cloud, ['gke', CLUSTER, 'dns'], google.cloud.env({ serviceAccount: STAGING }));
    await driver.next();
    oidc.allowed = false;
    tokens.revokeAll();
    const answer = await driver.get(pods);
    oidc.allowed = true;
    expect(answer?.message).toMatch(/^GitHub gave no identity token/);
    expect(await driver.end()).toMatchObject({ code: 1 });
  });

  it('offers the near name when there is no such cluster', async () => {
    const { facts, code } = await runDriver(
      google.cloud,
      ['gke', CLUSTER.replace('main', 'mian')],
      google.cloud.env({ serviceAccount: STAGING }),
    );
    expect(code).toBe(1);
    expect(facts[0]).toMatchObject({
      error: 'UserError',
      message: `there is no cluster ${CLUSTER.replace('main', 'mian')}`,
      remedy: `Did you mean ${CLUSTER}? Correct \`cluster\`.`,
    });
    expect(google.cloud.gke.slice(-2)).toEqual([
      `GetCluster ${CLUSTER.replace('main', 'mian')}`,
      'ListClusters projects/acme-apps/locations/-',
    ]);
  });

  it('names the permission that the federated identity lacks', async () => {
    const { facts } = await runDriver(google.cloud, ['gke', CLUSTER], google.cloud.env());
    expect(facts[0]?.message).toMatch(
      /^the federated identity of projects\/123456789012\/.* may not read cluster .*: container\.clusters\.get is missing$/,
    );
    expect(facts[0]?.remedy).toContain('roles/container.clusterViewer');
  });

  it('knows an API that is switched off', async () => {
    google.cloud.settings.gkeEnabled = false;
    const { facts } = await runDriver(google.cloud, ['gke', CLUSTER], google.cloud.env({ serviceAccount: STAGING }));
    google.cloud.settings.gkeEnabled = true;
    expect(facts[0]?.message).toBe('the Kubernetes Engine API is not enabled in project acme-apps');
    expect(google.cloud.violations).toEqual([]);
  });
});
