import { describe, expect, it } from 'vitest';
import { emptyCluster } from '../../../../src/adapters/kube/offline/empty-cluster.ts';
import { parseConfig } from '../../../../src/config/load.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import { planFor } from '../../../../src/plan/rollout-plan.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { renderOwnReview, renderOwnRollout } from '../../../../src/stages/render/own-objects.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { push } from '../../../support/unit/events.ts';
import { fromFile, objectOf, serviceOf, webOf } from '../../../support/unit/rendered.ts';
import { pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

const NOTHING = {
  ...{ namespace: undefined, timeoutMs: undefined, onFailure: undefined },
  ...{ allowDowngrade: undefined, dryRun: undefined, takeOver: undefined },
};
const IMAGES = { a: 'registry.example/apps/parking:1' };
const CONFIG = (deploy: string) =>
  parseConfig(
    `app: a\nimage: { repository: registry.example/apps/parking }\ndeploy: ${deploy}\nreview: { database: {} }\nenvironments: { staging: { namespace: s } }`,
    'slipway.yml',
  );
const HELM = '{ helm: { chart: chart, variables: { db.password: DB_PASSWORD } }, migrate: m }';
const hook = (name: string, on: string) =>
  objectOf('batch/v1', 'Job', name, {
    metadata: { annotations: { 'helm.sh/hook': on } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'h', image: 'busybox:1' }] } } },
  });

function ports(objects: readonly KubeObject[]) {
  const lines: string[] = [];
  const log = { ...memoryLog(), info: (line: string) => void lines.push(line) };
  const renderer = { render: async () => objects.map((object) => fromFile(object)) };
  const cluster = emptyCluster('v1.33.0', log);
  return { lines, ports: { cluster, log, renderer, signal: new AbortController().signal } };
}

function staging(objects: readonly KubeObject[], deploy = '{ kustomize: k, migrate: m }') {
  const config = CONFIG(deploy);
  const environment = config.environments?.staging ?? { namespace: 's' };
  const plan = planFor('staging', environment, IMAGES, NOTHING, { config, event: push(), workingDirectory: '/' });
  const given = ports(objects);
  return { made: renderOwnRollout(plan, given.ports), lines: given.lines };
}

function review(objects: readonly KubeObject[]) {
  const folders = { app: '/', checkout: '/' };
  const plan = planReviewUp(
    reviewInputsOf(),
    CONFIG('{ kustomize: k, migrate: m }'),
    pullRequest(),
    7,
    undefined,
    undefined,
    folders,
  );
  const facts = { images: IMAGES, commit: 'c', expiresAt: '2026-01-01T00:00:00Z' };
  return { plan, made: renderOwnReview(plan, facts, ports(objects).ports) };
}

describe('slipway render, of objects of the team', () => {
  it('prints them as a rollout writes them: migration first, image, namespace and labels; Secrets are hidden', async () => {
    const secret = objectOf('v1', 'Secret', 'x', { stringData: { k: 'hunter2' } });
    const { objects, notes } = await staging([webOf(), serviceOf(), secret]).made;
    expect(objects.map(({ kind }) => kind)).toEqual(['Job', 'Deployment', 'Service', 'Secret']);
    for (const { metadata } of objects) {
      expect(metadata).toMatchObject({ namespace: 's', labels: { 'slipway.dev/app': 'a' } });
    }
    expect(JSON.stringify(objects)).not.toMatch(/hunter2|aHVudGVyMg|@sha256/);
    expect(objects[1]?.spec).toMatchObject({ template: { spec: { containers: [{ image: IMAGES.a }] } } });
    expect(notes.join('\n')).toContain('namespace s, Kubernetes v1.33.0: deploy.kustomize');
    expect(notes.join('\n')).not.toContain('lookup');
  });

  it('prints hooks of an install around them, and reports what a chart lacks without a cluster', async () => {
    const all = [webOf(), hook('after', 'post-install'), hook('before', 'pre-install'), hook('up', 'pre-upgrade')];
    const { objects, notes } = await staging(all, HELM).made;
    expect(objects.map(({ metadata }) => metadata.name.replace(/-migrate.*/, '-migrate'))).toEqual([
      'before',
      'a-migrate',
      'web',
      'after',
    ]);
    expect(notes.join('\n')).toMatch(/lookup finds nothing.*crds\/.*are \*\*\*: db\.password.*hook Job up: /s);
  });

  it('refuses what a rollout refuses, and assumes the scope of custom resources alone', async () => {
    const role = objectOf('rbac.authorization.k8s.io/v1', 'ClusterRole', 'all');
    await expect(staging([webOf(), role]).made).rejects.toThrow(/ClusterRole all belongs to the whole cluster/);
    const misspelled = objectOf('apps/v1', 'Deploymnet', 'x');
    await expect(staging([webOf(), misspelled]).made).rejects.toThrow(/does not serve Deploymnet of apps\/v1/);
    const old = objectOf('policy/v1beta1', 'PodDisruptionBudget', 'x');
    const custom = objectOf('monitoring.coreos.com/v1', 'PodMonitor', 'x');
    const { made, lines } = staging([webOf(), old, custom]);
    expect((await made).objects.at(-1)?.metadata.namespace).toBe('s');
    expect(lines).toEqual([
      'Assumed: the cluster serves PodDisruptionBudget of policy/v1beta1, and it is namespaced.',
      'Assumed: the cluster serves PodMonitor of monitoring.coreos.com/v1, and it is namespaced.',
    ]);
  });

  it('prints them as a review environment adapts them, inside its walls', async () => {
    const { plan, made } = review([webOf(), serviceOf()]);
    const { objects } = await made;
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'NetworkPolicy', 'StatefulSet', 'Job', 'Deployment', 'Ingress']),
    );
    const web = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web');
    expect(web?.metadata).toMatchObject({ namespace: plan.namespace, labels: { 'slipway.dev/pull-request': '7' } });
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name);
    expect(policies).toContain('app-web');
  });

  it('refuses what opens the walls', async () => {
    const role = objectOf('rbac.authorization.k8s.io/v1', 'ClusterRole', 'all');
    await expect(review([webOf(), serviceOf(), role]).made).rejects.toThrow(/can open the walls/);
  });
});
