import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../../local/demo/program.ts';
import { neededAccess, usefulAccess } from '../../../src/objects/permissions/needed.ts';
import type { ApiResource, ResourceAttributes } from '../../../src/ports.ts';
import { ClusterView } from '../../support/e2e/cluster.ts';
import { accountOf } from '../../support/google/acme.ts';
import { guideRules } from '../../support/google/guide-rules.ts';
import { block } from '../../support/google/operator-guide.ts';
import { skipUnless } from '../../support/google/skip.ts';
import { testPlatform } from '../../support/platform.ts';

const platform = await testPlatform();
const reason = platform ? undefined : 'the local platform is not up (npm run local:up)';
const own = `guide-${process.pid}`;
const [STAGING, PRODUCTION] = [`${own}-staging`, own];

/** The rules of docs/google-cloud.md, in a real cluster, asked as the real authorizer and admission see them. */
describe.skipIf(skipUnless('the roles of docs/google-cloud.md', reason))("the guide's roles", () => {
  const rules = guideRules({ prefix: own, staging: STAGING, production: PRODUCTION });
  const cluster = platform && new ClusterView(platform);
  const namespaces = '/api/v1/namespaces';

  beforeAll(async () => {
    if (!platform) throw new Error(reason);
    for (const name of [STAGING, PRODUCTION]) await cluster?.create(namespaces, { metadata: { name } });
    const context = ['--kubeconfig', platform.kubeconfig, '--context', platform.context];
    await program(join(platform.tools.dir, 'kubectl'), [...context, 'apply', '-f', '-'], { input: rules });
  });
  afterAll(async () => {
    for (const rule of loadAll(rules)) await cluster?.remove(await cluster.pathOf(rule as never));
    for (const name of [STAGING, PRODUCTION]) await cluster?.remove(`${namespaces}/${name}`);
  });

  /** What the API server's authorizer says of a stage's identity. */
  async function allowed(
    stage: string,
    { verb, group, resource, subresource, namespace }: ResourceAttributes,
  ): Promise<boolean> {
    const resourceAttributes = { verb, group, resource, subresource, namespace };
    const answer = await cluster?.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: accountOf(stage), groups: ['system:authenticated'], resourceAttributes },
    });
    return Object(answer?.status).allowed === true;
  }

  /** What Slipway asks for before it deploys an app that is described by slipway.yml alone. */
  function needs(namespace: string): ResourceAttributes[] {
    const kind = (group: string, resource: string): ApiResource => ({ group, resource, namespaced: true });
    const written = [
      kind('apps', 'deployments'),
      kind('', 'services'),
      kind('networking.k8s.io', 'ingresses'),
      kind('policy', 'poddisruptionbudgets'),
      kind('batch', 'cronjobs'),
      kind('autoscaling', 'horizontalpodautoscalers'),
      kind('', 'serviceaccounts'),
      kind('', 'secrets'),
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
    const refused: ResourceAttributes[] = [];
    for (const access of needs(namespace)) if (!(await allowed(stage, access))) refused.push(access);
    expect(refused).toEqual([]);
    expect(await allowed(stage, { verb: 'get', group: '', resource: 'namespaces', namespace })).toBe(true);
  });

  it.each<[string, string, ResourceAttributes]>([
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

  it('F11: lets the promotion read what staging runs, with its events, and change nothing there', async () => {
    const inStaging = (verb: string, group: string, resource: string) => ({
      verb,
      group,
      resource,
      namespace: STAGING,
    });
    expect(await allowed('production', inStaging('get', 'apps', 'deployments'))).toBe(true);
    expect(await allowed('production', inStaging('list', '', 'secrets'))).toBe(true);
    expect(await allowed('production', inStaging('list', '', 'events'))).toBe(true);
    expect(await allowed('production', inStaging('create', '', 'secrets'))).toBe(false);
  });

  it('lets slipway-plan try out everything and write nothing', async () => {
    const [plan, production] = ['plan', 'production'].map((stage) => cluster?.as(accountOf(stage)));
    if (!plan || !production) throw new Error(reason);
    const [all, one] = [`${namespaces}/${PRODUCTION}/configmaps`, `${namespaces}/${PRODUCTION}/configmaps/tried`];
    const tried = { metadata: { name: 'tried' } };
    // Admission policies are compiled a moment after they are written: until then it is made.
    const refused = async () => {
      await production.remove(one);
      return plan.create(all, tried).then(() => 'made', String);
    };
    await expect.poll(refused, { timeout: 120_000 }).toContain('make none');
    await plan.create(`${all}?dryRun=All`, tried);
    await production.create(all, tried);
    await expect(plan.remove(one)).rejects.toThrow('make none');
    await plan.remove(one, { dryRun: ['All'] });
    expect(await cluster?.find(one)).toBeDefined();
    await production.remove(one);
    expect(await cluster?.find(one)).toBeUndefined();
  });
});

describe('the guide', () => {
  it('names every service account with its role bindings, and none that it does not make', () => {
    const text = ['rbac', 'review-rbac'].map(block).join('\n');
    const named = new Set(text.match(/slipway-\w+@[\w.-]+/g));
    expect([...named].sort()).toEqual(['plan', 'production', 'review', 'staging'].map(accountOf));
    for (const name of ['clean-rbac', 'clean-reviews-rbac'])
      expect(new Set(block(name).match(/slipway-\w+@[\w.-]+/g))).toEqual(new Set([accountOf('clean')]));
    expect(block('cleaner')).toContain(accountOf('clean').replace('acme-apps', '$PROJECT'));
  });

  it('has shell that a strict shell runs', () => {
    for (const name of ['names', 'services', 'federation', 'identities', 'namespaces', 'cleaner']) {
      execFileSync('sh', ['-n'], { input: block(name) });
    }
  });
});
