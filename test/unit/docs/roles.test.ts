import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { neededAccess, neededToRead, usefulAccess } from '../../../src/objects/permissions/needed.ts';
import { renderPersistent } from '../../../src/plan/render/persistent.ts';
import { renderReview } from '../../../src/plan/render/review.ts';
import { planReviewUp } from '../../../src/plan/review-plan.ts';
import { imagesOfCommit, planFor } from '../../../src/plan/rollout-plan.ts';
import type { ApiResource, KubeObject, ResourceAttributes } from '../../../src/ports.ts';
import { watchesOf } from '../../../src/readiness/judge.ts';
import { push } from '../../support/unit/events.ts';
import { pullRequest, reviewInputsOf } from '../../support/unit/review.ts';

const PAGES = ['docs/kubernetes.md', 'docs/google-cloud.md'];

/** An application with every key of slipway.yml that makes a kind of object of its own. */
const config = parseConfig(
  `
app: shop
image: { repository: r.example/shop }
deploy:
  migrate: flask db upgrade
  serviceAccount: { name: shop, annotations: { acme.dev/identity: shop } }
  processes:
    web: { port: 8080, paths: [/], autoscale: { min: 2, max: 9 }, resources: { cpu: 100m } }
    api: { port: 8081, replicas: 2, paths: [/api], volumes: { data: { path: /data, claim: data } } }
    worker: { command: work }
  crons: { nightly: { command: clean, schedule: '@daily' } }
review: { database: {}, services: { cache: redis }, host: 'pr-{number}.review.acme.dev' }
environments:
  staging: { namespace: shop-staging, host: staging.acme.dev, services: { cache: redis } }
`,
  'slipway.yml',
);

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
interface Role {
  kind: string;
  metadata: { name: string };
  rules: Rule[];
}

function rulesOf(page: string, name: string): Rule[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```yaml kubernetes [\w-]*rbac\n([\s\S]*?)^```$/gm)];
  const roles = blocks.flatMap(({ 1: text = '' }) => loadAll(text) as Role[]);
  return roles.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name)?.rules ?? [];
}

function refused(rules: readonly Rule[], needed: readonly ResourceAttributes[]): string[] {
  const grants = ({ verb, group, resource, subresource }: ResourceAttributes, rule: Rule): boolean =>
    rule.verbs.includes(verb) &&
    rule.apiGroups.includes(group) &&
    rule.resources.includes(subresource ? `${resource}/${subresource}` : resource);
  return needed.filter((one) => !rules.some((rule) => grants(one, rule))).map((one) => `${one.verb} ${one.resource}`);
}

function resourceOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): ApiResource {
  const plural = kind === 'Ingress' || kind.endsWith('y') ? kind.replace(/y$/, 'ie').replace(/ss$/, 'sse') : kind;
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return { group, resource: `${plural.toLowerCase()}s`, namespaced: kind !== 'Namespace' };
}

const verbsOf = (verbs: readonly string[], objects: readonly KubeObject[], namespace: string): ResourceAttributes[] =>
  objects.map(resourceOf).flatMap(({ group, resource }) => verbs.map((verb) => ({ verb, group, resource, namespace })));

function rolloutOfAll() {
  const [environment, event] = [config.environments?.staging, push()];
  if (!environment) throw new Error('no environment');
  const inputs = {
    ...{ namespace: undefined, timeoutMs: undefined, onFailure: undefined },
    ...{ allowDowngrade: undefined, dryRun: undefined, takeOver: undefined },
  };
  const context = { config, event, workingDirectory: '/' };
  const plan = planFor('staging', environment, imagesOfCommit(config, event.sha), inputs, context);
  return { plan, objects: renderPersistent(plan).objects };
}

/** What a rollout also reads, if it may. */
const alsoRead = (namespace: string): ResourceAttributes[] => [
  { verb: 'get', group: '', resource: 'persistentvolumeclaims', namespace },
  { verb: 'get', group: '', resource: 'configmaps', namespace },
  { verb: 'get', group: '', resource: 'namespaces', namespace },
  { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers', namespace },
];

it('F9: slipway-plan lets a dry run read all that slipway.yml can describe, and nothing be written', () => {
  const { plan, objects } = rolloutOfAll();
  const rules = rulesOf('docs/kubernetes.md', 'slipway-plan');
  const needed = [...neededToRead(objects.map(resourceOf), plan.namespace), ...alsoRead(plan.namespace)];
  expect(refused(rules, needed)).toEqual([]);
  // The source of a promotion is watched for a moment.
  const source = rulesOf('docs/kubernetes.md', 'slipway-deployer-source');
  const asked = source.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource }))),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(refused(rules, asked)).toEqual([]);
  expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(['get', 'list', 'watch']);
});

describe.each(PAGES)('the roles of %s', (page) => {
  it('slipway-deployer lets a rollout write, watch and prune all that slipway.yml can describe', () => {
    const { plan, objects } = rolloutOfAll();
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of ['Job', 'CronJob', 'HorizontalPodAutoscaler', 'ServiceAccount', 'Ingress']) {
      expect(kinds).toContain(kind);
    }
    const watched = objects.flatMap((object) => [object, ...watchesOf(object)]).map(resourceOf);
    const needed = [
      ...neededAccess(objects.map(resourceOf), watched, plan.namespace, true),
      ...usefulAccess(plan.namespace),
      ...verbsOf(['delete'], objects, plan.namespace),
      ...alsoRead(plan.namespace),
    ];
    expect(refused(rulesOf(page, 'slipway-deployer'), needed)).toEqual([]);
  });

  it('slipway-review lets a review environment be written and removed', () => {
    const plan = planReviewUp(reviewInputsOf(), config, pullRequest(), 7, undefined);
    const images = { shop: 'r.example/shop:1' };
    const { objects } = renderReview(plan, { images, commit: 'c', expiresAt: '2026-01-01T00:00:00Z' });
    const needed = verbsOf(['get', 'list', 'watch', 'create', 'patch', 'delete'], objects, 'n');
    expect(needed.length).toBeGreaterThan(30);
    expect(refused(rulesOf(page, 'slipway-review'), needed)).toEqual([]);
  });

  it('a role without a rule is found out', () => {
    const rules = rulesOf(page, 'slipway-deployer').filter(({ resources }) => !resources.includes('jobs'));
    const needed = neededAccess([], [], 'n', true);
    expect(refused(rules, needed)).toContain('create jobs');
  });
});
