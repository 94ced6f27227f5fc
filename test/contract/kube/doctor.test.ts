import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { openInspected } from '../../../src/adapters/kube/inspected.ts';
import { parseConfig } from '../../../src/config/load.ts';
import type { CheckId } from '../../../src/doctor-checks.ts';
import { localEvent } from '../../../src/event/local.ts';
import { Kubectl } from '../../../src/plan/doctor/cluster/target.ts';
import { expectedOf } from '../../../src/plan/doctor/expected.ts';
import type { Finding } from '../../../src/plan/doctor/report.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { clusterTasks } from '../../../src/stages/doctor/cluster.ts';
import { ClusterView } from '../../../src/stages/doctor/cluster-view.ts';
import { runTasks } from '../../../src/stages/doctor/task.ts';
import { carryOut } from '../../support/doctor/commands.ts';
import { memoryLog } from '../../support/kube/cluster.ts';
import { FaultProxy } from '../../support/kube/fault-proxy/fault-proxy.ts';
import { kubeSuite } from '../../support/kube/suite.ts';
import { requirePlatform } from '../../support/platform.ts';

const test = await requirePlatform('slipway doctor on a cluster');
const RBAC = 'rbac.authorization.k8s.io';
const PULL_SECRET = 'kubernetes.io/dockerconfigjson';

describe.skipIf(!test)('slipway doctor on a cluster', () => {
  const { cluster: admin, namespaces } = kubeSuite(test);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
  let proxy: FaultProxy;
  beforeAll(async () => {
    if (admin) proxy = await FaultProxy.start(admin.connection);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await proxy?.close();
  });

  const create = (object: Record<string, unknown>) =>
    admin?.create({ apiVersion: 'v1', ...object } as KubeObject, { fieldManager: 'test' });

  /** One repository with its own namespaces, set up as the guide says but for what the test leaves out. */
  async function scene(
    name: string,
    more: { config?: string; staging?: string; without?: 'production' | 'role' | 'source' } = {},
  ) {
    if (!admin || !test) throw new Error('no cluster');
    const app = `doctor-${name}-${process.pid}`;
    const [staging, production] = [`${app}-staging`, app];
    const made = [staging, ...(more.without === 'production' ? [] : [production])];
    for (const namespace of made) {
      await create({ kind: 'Namespace', metadata: { name: namespace } });
      await create({ kind: 'ServiceAccount', metadata: { name: 'slipway', namespace } });
    }
    const bind = (namespace: string, of: string) =>
      create({
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: { name: `of-${of}`, namespace },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'slipway', namespace: of }],
      });
    if (more.without !== 'role') await bind(staging, staging);
    if (more.without !== 'source') await bind(staging, production);
    if (more.without !== 'production') await bind(production, production);
    namespaces.push(async () => {
      for (const namespace of [staging, production]) {
        await admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      }
    });
    const text = `
app: ${app}
image: { repository: ghcr.io/acme/parking }
environments:
  staging: { namespace: ${staging}${more.staging ?? ''} }
  production: { namespace: ${production}, promoteFrom: staging }
${more.config ?? ''}`;
    const event = localEvent({ sha: 'a'.repeat(40), branch: 'main', origin: undefined }, '');
    const expected = expectedOf(parseConfig(text, 'slipway.yml'), event, '/');
    const examined = (as: Record<string, string> = {}): Promise<Finding[]> => {
      const signal = new AbortController().signal;
      const log = memoryLog();
      const context = { connection: proxy.connection(), clock: systemClock, log, signal };
      const { kubeconfig, context: named } = test.platform;
      const site = {
        name: 'main',
        kubectl: new Kubectl(['kubectl', '--kubeconfig', kubeconfig, '--context', named]),
        view: new ClusterView(async () => openInspected(context, {})),
        environments: expected.environments,
        review: expected.review,
      };
      const accounts = { given: as, inJob: false, serviceAccountOf: async () => undefined };
      const tasks = clusterTasks(site, expected, accounts, Date.now());
      return runTasks(tasks, { clock: systemClock, log, signal, progress: () => undefined });
    };
    return { app, staging, production, examined };
  }

  const failed = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'failed');
  // Another test may have the account of the guide, in the one namespace that it has.
  const about = (id: CheckId, findings: readonly Finding[]) =>
    failed(findings).filter((one) => id === 'cluster.review-roles' || one.id !== 'cluster.review-roles');

  /** Finds exactly this, carries out the printed command with the real kubectl, and finds nothing more. */
  async function fixed(
    { examined }: { examined(as?: Record<string, string>): Promise<Finding[]> },
    id: CheckId,
    as?: Record<string, string>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Finding> {
    const before = about(id, await examined(as));
    expect(before.map((finding) => finding.id)).toEqual([id]);
    const [finding] = before as [Finding];
    await carryOut(finding, folder, [test?.platform.tools.dir ?? ''], env);
    // A new role takes a moment until every authorizer knows it.
    const isFixed = async () => expect(about(id, await examined(as))).toEqual([]);
    await vi.waitFor(isFixed, { timeout: 10_000, interval: 300 });
    const after = (await examined(as)).filter((one) => one.id === id && one.subject === finding.subject);
    expect(after.map(({ status }) => status)).toContain('ok');
    return finding;
  }

  it.concurrent('set-up 12: the namespace of production does not exist', async () => {
    const made = await scene('namespace', { without: 'production' });
    const findings = failed(await made.examined());
    // Its account would be there, too: one thing after the other.
    expect(findings.map(({ id }) => id)).toContain('cluster.namespace');
    const [finding] = findings.filter(({ id }) => id === 'cluster.namespace') as [Finding];
    expect(finding.fix).toContain(`create namespace ${made.production}`);
    await carryOut(finding, folder, [test?.platform.tools.dir ?? '']);
    const after = (await made.examined()).filter(({ id }) => id === 'cluster.namespace');
    expect(after.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it.concurrent('set-up 13: the account of staging may do nothing', async () => {
    const { fix, evidence } = await fixed(await scene('role', { without: 'role' }), 'cluster.roles');
    expect(evidence.join('\n')).toContain('create, patch');
    expect(fix).toContain('kind: Role\n');
  });

  it.concurrent('set-up 14: the account of production may not read what staging runs', async () => {
    await fixed(await scene('source', { without: 'source' }), 'cluster.source');
  });

  it.concurrent('set-up 15: a Secret that slipway.yml names does not exist', async () => {
    const made = await scene('secret', { config: 'deploy: { secrets: [parking-database] }' });
    await create(secret('parking-database', made.production, { data: { DATABASE_URL: 'eA==' } }));
    writeFileSync(join(folder, 'parking-database.env'), 'DATABASE_URL=postgres://db\n');
    await fixed(made, 'cluster.secrets');
  });

  it.concurrent('set-up 16: the pull Secret is the token of a job', async () => {
    const made = await scene('pull', { config: 'deploy: { pullSecrets: [registry] }' });
    const login = (password: string) => ({
      type: PULL_SECRET,
      stringData: { '.dockerconfigjson': JSON.stringify({ auths: { 'ghcr.io': { username: 'u', password } } }) },
    });
    await create(secret('registry', made.staging, login('ghs_expired')));
    await create(secret('registry', made.production, login('ghp_lasting')));
    const env = { REGISTRY_USER: 'robot', REGISTRY_TOKEN: 'ghp_lasting' };
    const finding = await fixed(made, 'cluster.pull-secrets', undefined, env);
    expect(JSON.stringify(finding)).not.toContain('ghs_expired');
  });

  it.concurrent('set-up 17: the quota of staging has no room', async () => {
    const made = await scene('quota');
    const spec = { hard: { pods: '1', 'count/services': '5' } };
    await create({ kind: 'ResourceQuota', metadata: { name: 'limits', namespace: made.staging }, spec });
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', name: 'limits', namespace: made.staging };
    const isCounted = async () => expect((await admin?.get(quota))?.status).toMatchObject({ hard: { pods: '1' } });
    await vi.waitFor(isCounted, { timeout: 10_000 });
    // The status follows the new limit in a moment.
    await fixed(made, 'cluster.quota');
  });

  it.concurrent('set-up 18: the server of the review databases is not offered', async () => {
    const namespace = `doctor-server-${process.pid}-staging`;
    const config = `review: { database: { mode: shared, server: { namespace: ${namespace}, secret: server } } }`;
    const made = await scene('server', { config });
    expect(made.staging).toBe(namespace);
    await create(secret('server', namespace, { data: { PGHOST: 'ZGI=', PGUSER: 'dQ==', PGPASSWORD: 'cA==' } }));
    await fixed(made, 'cluster.database-server');
  });

  it.concurrent('set-up 19: the certificate of staging is for another host', async () => {
    const made = await scene('certificate', { staging: ', host: staging.acme.dev, tls: { secret: web }' });
    const { cert, key } = selfSigned('other.acme.dev');
    const data = { 'tls.crt': cert.toString('base64'), 'tls.key': key.toString('base64') };
    await create(secret('web', made.staging, { type: 'kubernetes.io/tls', data }));
    selfSigned('staging.acme.dev');
    const { message } = await fixed(made, 'cluster.certificate');
    expect(message).toContain('is for other.acme.dev, not for staging.acme.dev');
  });

  it.concurrent('set-up 20: the account of reviews may do nothing', async () => {
    const made = await scene('reviews', { config: 'review: {}' });
    namespaces.push(async () => {
      for (const kind of ['ClusterRole', 'ClusterRoleBinding']) {
        await admin?.delete({ apiVersion: `${RBAC}/v1`, kind, name: `slipway-${made.app}.review` });
      }
    });
    await fixed(made, 'cluster.review-roles', { review: `reviewer-${process.pid}` });
  });

  it.concurrent('only reads', async () => {
    const made = await scene('reads');
    const findings = await made.examined();
    expect(failed(findings)).toEqual([]);
    const roles = findings.filter(({ id }) => id === 'cluster.roles');
    expect(roles.map(({ evidence: [as] }) => as)).toEqual([
      `as system:serviceaccount:${made.staging}:slipway (the ServiceAccount of docs/kubernetes.md)`,
      `as system:serviceaccount:${made.production}:slipway (the ServiceAccount of docs/kubernetes.md)`,
    ]);
  });

  it('has written nothing in all of them', () => {
    // Every request of the doctor, and none of kubectl.
    expect(proxy.requests.length).toBeGreaterThan(100);
    expect(proxy.writes()).toEqual([]);
  });

  function secret(name: string, namespace: string, content: object): Record<string, unknown> {
    return { kind: 'Secret', metadata: { name, namespace }, ...content };
  }

  /** Writes tls.crt and tls.key, which the printed command reads. */
  function selfSigned(host: string): { cert: Buffer; key: Buffer } {
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90'];
    const name = ['-subj', '/CN=test', '-addext', `subjectAltName=DNS:${host}`];
    const files = ['-keyout', keyFile, '-out', certFile];
    execFileSync('openssl', ['req', '-x509', ...key, ...files, ...name], { stdio: 'ignore' });
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  }
});
