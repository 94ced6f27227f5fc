import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentPlatform } from '../../../local/platform.ts';
import { neededAccess, usefulAccess } from '../../../src/plan/permissions/needed.ts';
import type { Access, ApiResource } from '../../../src/ports.ts';
import { accountOf } from '../../support/google/acme.ts';
import { collect } from '../../support/google/collect.ts';
import { guideRules } from '../../support/google/guide-rules.ts';
import { localCluster } from '../../support/google/local-cluster.ts';
import { block } from '../../support/google/operator-guide.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const platform = await currentPlatform();
const reason = platform ? undefined : 'the local platform is not up (npm run local:up)';
const folder = scratchFolder();
const own = `guide-${process.pid}`;
const [STAGING, PRODUCTION] = [`${own}-staging`, own];

/** The rules of docs/google-cloud.md, in a real cluster, asked as the real authorizer and admission see them. */
describe.skipIf(skipUnless('the roles of docs/google-cloud.md', reason))("the guide's roles", () => {
  const kubectl = (...args: string[]) =>
    collect([join(platform?.tools.dir ?? '', 'kubectl'), '--kubeconfig', platform?.kubeconfig ?? '', ...args], {
      PATH: process.env.PATH,
      HOME: folder,
    });
  const as = (stage: string, ...args: string[]) => kubectl('--as', accountOf(stage), ...args);

  beforeAll(async () => {
    for (const name of [STAGING, PRODUCTION]) expect((await kubectl('create', 'namespace', name)).code).toBe(0);
    writeFileSync(join(folder, 'rules.yaml'), guideRules({ prefix: own, staging: STAGING, production: PRODUCTION }));
    const { code, output } = await kubectl('apply', '--filename', join(folder, 'rules.yaml'));
    expect([code, output]).toEqual([0, expect.stringContaining(`validatingadmissionpolicy`)]);
  });
  afterAll(async () => {
    await kubectl('delete', '--ignore-not-found', '--filename', join(folder, 'rules.yaml'));
    await kubectl('delete', 'namespace', STAGING, PRODUCTION, '--wait=false');
  });

  /** What the API server's authorizer says of a stage's identity. */
  async function allowed(stage: string, { verb, group, resource, subresource, namespace }: Access): Promise<boolean> {
    if (!platform) throw new Error(reason);
    const resourceAttributes = { verb, group, resource, subresource, namespace };
    const answer = await localCluster(platform).admin('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: accountOf(stage), groups: ['system:authenticated'], resourceAttributes },
    });
    return Object(answer.status).allowed === true;
  }

  /** What Slipway asks for before it deploys an app that is described by slipway.yml alone. */
  function needs(namespace: string): Access[] {
    const kind = (group: string, resource: string): ApiResource => ({ group, resource, namespaced: true });
    const written = [
      kind('apps', 'deployments'),
      kind('', 'services'),
      kind('networking.k8s.io', 'ingresses'),
      kind('policy', 'poddisruptionbudgets'),
    ];
    const watched = [...written, kind('apps', 'replicasets'), kind('', 'pods')];
    return [...neededAccess(written, watched, namespace, true), ...usefulAccess(namespace)];
  }

  it.each([
    ['staging', STAGING],
    ['production', PRODUCTION],
    ['plan', STAGING],
    ['plan', PRODUCTION],
  ])('are enough: %s in %s', async (stage, namespace) => {
    const refused: Access[] = [];
    for (const access of needs(namespace)) if (!(await allowed(stage, access))) refused.push(access);
    expect(refused).toEqual([]);
    expect(await allowed(stage, { verb: 'get', group: '', resource: 'namespaces', namespace })).toBe(true);
  });

  it.each<[string, string, Access]>([
    ['staging', 'write production', { verb: 'patch', group: 'apps', resource: 'deployments', namespace: PRODUCTION }],
    ['staging', "read production's Secrets", { verb: 'get', group: '', resource: 'secrets', namespace: PRODUCTION }],
    ['production', 'write staging', { verb: 'patch', group: 'apps', resource: 'deployments', namespace: STAGING }],
    ['staging', 'make namespaces', { verb: 'create', group: '', resource: 'namespaces' }],
    ['staging', 'look into other namespaces', { verb: 'list', group: '', resource: 'pods', namespace: 'kube-system' }],
    [
      'staging',
      'run commands in pods',
      { verb: 'create', group: '', resource: 'pods', subresource: 'exec', namespace: STAGING },
    ],
    [
      'production',
      'give itself more',
      { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespace: PRODUCTION },
    ],
    ['review', 'read staging', { verb: 'get', group: 'apps', resource: 'deployments', namespace: STAGING }],
  ])('are not too much: %s cannot %s', async (stage, _what, access) => {
    expect(await allowed(stage, access)).toBe(false);
  });

  it('lets the promotion read what staging runs, and change nothing there', async () => {
    const inStaging = (verb: string, group: string, resource: string) => ({
      verb,
      group,
      resource,
      namespace: STAGING,
    });
    expect(await allowed('production', inStaging('get', 'apps', 'deployments'))).toBe(true);
    expect(await allowed('production', inStaging('list', '', 'secrets'))).toBe(true);
    expect(await allowed('production', inStaging('create', '', 'secrets'))).toBe(false);
  });

  it('lets slipway-plan try out everything and write nothing', async () => {
    const create = ['--namespace', PRODUCTION, 'create', 'configmap', 'tried'];
    // Admission policies are compiled a moment after they are written.
    await expect.poll(async () => (await as('plan', ...create)).output, { timeout: 120_000 }).toContain('make none');
    expect(await as('plan', ...create, '--dry-run=server')).toMatchObject({ code: 0 });
    expect((await as('production', ...create)).code).toBe(0);
    const removal = ['--namespace', PRODUCTION, 'delete', 'configmap', 'tried'];
    expect(await as('plan', ...removal)).toMatchObject({ code: 1, output: expect.stringContaining('make none') });
    expect(await as('plan', ...removal, '--dry-run=server')).toMatchObject({ code: 0 });
    expect((await as('production', ...removal)).code).toBe(0);
  });
});

describe('the guide', () => {
  it('names every service account with its role bindings, and none that it does not make', () => {
    const text = ['rbac', 'review-rbac'].map(block).join('\n');
    const named = new Set(text.match(/slipway-\w+@[\w.-]+/g));
    expect([...named].sort()).toEqual(['plan', 'production', 'review', 'staging'].map(accountOf));
  });

  it('has shell that a strict shell runs', () => {
    for (const name of ['names', 'services', 'federation', 'identities', 'namespaces']) {
      execFileSync('sh', ['-n'], { input: block(name) });
    }
  });
});
