import { describe, expect, it } from 'vitest';
import {
  checkNamespace,
  checkNetworkPolicies,
  checkReached,
  checkStorage,
  checkVersion,
} from '../../../../../src/plan/doctor/cluster/basics.ts';
import { checkQuota, neededRoom } from '../../../../../src/plan/doctor/cluster/quota.ts';
import { checkConfig, checkDatabaseServer, checkPullSecret } from '../../../../../src/plan/doctor/cluster/secrets.ts';
import { Kubectl } from '../../../../../src/plan/doctor/cluster/target.ts';
import { checkIssuer, checkTlsSecret } from '../../../../../src/plan/doctor/cluster/tls.ts';
import { known, unknown } from '../../../../../src/plan/doctor/fact.ts';
import type { KubeObject } from '../../../../../src/ports.ts';

const kubectl = new Kubectl(['kubectl']);
const object = (kind: string, name: string, rest: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  ...rest,
  metadata: { name, ...(rest.metadata as object) },
});

describe('the checks of a cluster', () => {
  it('know what answers, and what is old', () => {
    expect(checkReached('c', known({ version: 'v1.34.0' })).status).toBe('ok');
    const lost = checkReached('c', unknown('refused', undefined, 'Start it.'));
    expect(lost).toMatchObject({ status: 'failed', evidence: ['refused'], advice: 'Start it.' });
    expect(checkVersion('c', known('v1.34.1-gke.1'), false).status).toBe('ok');
    expect(checkVersion('c', known('v1.28.3'), true).message).toContain('1.29');
    expect(checkVersion('c', known('none'), false).status).toBe('unknown');
  });

  it.each([
    ['exists', object('Namespace', 'n'), false, true, 'ok'],
    ['is made by the first rollout', undefined, true, true, 'skipped'],
    ['cannot be made by the account', undefined, false, true, 'failed'],
    ['is made by nobody, because of promoteFrom', undefined, true, false, 'failed'],
    ['is being deleted', object('Namespace', 'n', { metadata: { deletionTimestamp: 'now' } }), true, true, 'failed'],
  ])('know a namespace that %s', (_, namespace, mayCreate, created, status) => {
    const facts = { namespace: known(namespace), mayCreate: known(mayCreate) };
    const found = checkNamespace('s', 'n', facts, created, kubectl);
    expect(found.status).toBe(status);
    if (status === 'failed') expect(found.fix).toContain('kubectl create namespace n');
  });

  it('select the class that becomes the default', () => {
    const classes = [object('StorageClass', 'b'), object('StorageClass', 'a')];
    const found = checkStorage('c', 'review.database', known(classes), kubectl);
    expect(found.fix).toMatch(/^kubectl patch storageclass a /);
    expect(checkStorage('c', undefined, known([]), kubectl).status).toBe('skipped');
    const [annotations, fix] = [{ 'storageclass.kubernetes.io/is-default-class': 'true' }, null];
    const given = known([object('StorageClass', 'a', { metadata: { annotations } })]);
    expect(checkStorage('c', 'review.database', given, kubectl)).toMatchObject({ status: 'ok', fix });
    expect(checkStorage('c', 'x', known([]), kubectl)).toMatchObject({ status: 'failed', fix });
  });

  it.each([
    [['cilium'], 'ok'],
    [['anetd', 'kube-proxy'], 'ok'],
    [['kube-flannel-ds'], 'failed'],
    [['kube-flannel-ds', 'calico-node'], 'ok'],
    [['kube-proxy'], 'unknown'],
  ])('tell from %j whether policies are enforced: %s', (names, status) => {
    const all = names.map((name) => object('DaemonSet', name));
    expect(checkNetworkPolicies('c', known(all)).status).toBe(status);
  });

  it('find the keys that pods read', () => {
    const ref = { kind: 'Secret' as const, name: 'db', keys: ['A', 'B'] };
    const secret = object('Secret', 'db', { data: { A: 'eA==' } });
    const found = checkConfig('s', ref, 'n', known(secret), kubectl);
    expect(found).toMatchObject({ status: 'failed', message: expect.stringContaining('lacks the keys B') });
    expect(checkConfig('s', { ...ref, keys: undefined }, 'n', known(secret), kubectl).status).toBe('ok');
    const missing = checkConfig('s', { ...ref, keys: undefined }, 'n', known(undefined), kubectl);
    expect(missing.fix).toBe('kubectl create secret generic db --namespace n --from-env-file=db.env');
  });

  it('read a pull Secret as the kubelet does, and print no login', () => {
    const auths = (registry: string, password: string) => {
      const config = JSON.stringify({ auths: { [registry]: { username: 'u', password } } });
      const data = { '.dockerconfigjson': Buffer.from(config).toString('base64') };
      return known(object('Secret', 'r', { type: 'kubernetes.io/dockerconfigjson', data }));
    };
    const judge = (looked: ReturnType<typeof auths>) =>
      checkPullSecret('s', { name: 'r', namespace: 'n' }, ['ghcr.io/acme/parking'], looked, kubectl);
    expect(judge(auths('ghcr.io', 'ghp_secret')).status).toBe('ok');
    expect(judge(auths('docker.io', 'ghp_secret'))).toMatchObject({ status: 'failed' });
    expect(judge(auths('ghcr.io', 'ghs_secret')).message).toContain('ghs_');
    for (const looked of [auths('ghcr.io', 'ghp_secret'), auths('ghcr.io', 'ghs_secret')]) {
      expect(JSON.stringify(judge(looked))).not.toContain('_secret');
    }
  });

  it('want the label that offers a database server', () => {
    const data = { PGHOST: '', PGUSER: '', PGPASSWORD: '' };
    const server = { namespace: 'n', secret: 'db' };
    const found = checkDatabaseServer(server, known(object('Secret', 'db', { data })), kubectl);
    expect(found.fix).toBe('kubectl label secret db --namespace n slipway.dev/environment=review-databases');
  });

  it('count the room of a rollout: all pods of what is new, one more of what is there', () => {
    const container = { name: 'web', resources: { requests: { cpu: '500m' }, limits: { memory: '1Gi' } } };
    const spec = { replicas: 3, template: { spec: { containers: [container] } } };
    const deployment = { ...object('Deployment', 'parking', { spec }), apiVersion: 'apps/v1' };
    expect(neededRoom([deployment], new Set()).get('requests.cpu')).toBe(1.5);
    const room = neededRoom([deployment], new Set(['Deployment/parking']));
    expect(room.get('pods')).toBe(1);
    const status = { hard: { cpu: '2', pods: '4' }, used: { cpu: '1500m', pods: '4' } };
    const [found] = checkQuota('s', 'n', known([object('ResourceQuota', 'q', { status })]), room, kubectl);
    expect(found).toMatchObject({ status: 'failed', evidence: ['pods: 4 of 4 used, a rollout adds 1'] });
    expect(found?.fix).toContain('{"spec":{"hard":{"pods":"5"}}}');
  });

  it('judge certificates by host and time', () => {
    const now = Date.parse('2026-06-01T00:00:00Z');
    const certificate = { names: ['*.acme.dev'], validFrom: '2026-05-01T00:00:00Z', validTo: '2026-08-01T00:00:00Z' };
    const judge = (host: string, validTo = certificate.validTo) => {
      const looked = known({ exists: true, type: 'kubernetes.io/tls', certificate: { ...certificate, validTo } });
      return checkTlsSecret('s', { name: 't', namespace: 'n' }, host, looked, now, kubectl);
    };
    expect(judge('a.acme.dev').status).toBe('ok');
    expect(judge('a.b.acme.dev').message).toContain('not for a.b.acme.dev');
    expect(judge('a.acme.dev', '2026-06-08T00:00:00Z').message).toContain('expires in 7 days');
    expect(judge('a.acme.dev', '2026-05-31T00:00:00Z').message).toContain('has expired');
  });

  it('read whether an issuer is ready', () => {
    const issuer = (conditions: object[]) => known(object('ClusterIssuer', 'le', { status: { conditions } }));
    const facts = { served: known(true), others: ['other'] };
    expect(checkIssuer('s', 'le', { ...facts, issuer: issuer([{ type: 'Ready', status: 'True' }]) }).status).toBe('ok');
    expect(checkIssuer('s', 'le', { ...facts, issuer: issuer([]) }).status).toBe('failed');
    expect(checkIssuer('s', 'le', { ...facts, issuer: known(undefined) }).advice).toContain('other');
    expect(checkIssuer('s', 'le', { ...facts, served: known(false), issuer: known(undefined) }).status).toBe('failed');
  });
});
