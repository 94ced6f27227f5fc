import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { renderInputs } from '../../../../src/inputs/render.ts';
import { renderPersistent } from '../../../../src/plan/render/persistent.ts';
import { renderReview } from '../../../../src/plan/render/review.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import { imagesOfCommit, planFor } from '../../../../src/plan/rollout-plan.ts';
import { yamlDocuments } from '../../../../src/text/yaml/write.ts';
import { push } from '../../../support/unit/events.ts';
import { pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

const NOTHING = {
  ...{ namespace: undefined, timeoutMs: undefined, onFailure: undefined },
  ...{ allowDowngrade: undefined, dryRun: undefined, takeOver: undefined },
};
const file = (deploy: string) =>
  parseConfig(
    `app: a\nimage: { repository: r.example/a }\ndeploy: ${deploy}\nreview: { database: {} }\nenvironments: { staging: { namespace: s } }`,
    'slipway.yml',
  );
function staging(deploy: string) {
  const config = file(deploy);
  const images = imagesOfCommit(config, push().sha);
  const environment = config.environments?.staging ?? { namespace: 's' };
  return renderPersistent(
    planFor('staging', environment, images, NOTHING, { config, event: push(), workingDirectory: '/' }),
  );
}

describe('slipway render', () => {
  it('prints the Job and the objects of an environment, patched, with the labels of their owner', () => {
    const { objects, notes } = staging(
      '{ migrate: m, patches: [{ target: { kind: Service }, patch: { spec: { sessionAffinity: ClientIP } } }] }',
    );
    expect(objects.map(({ kind }) => kind)).toEqual(['Job', 'Deployment', 'Service', 'PodDisruptionBudget']);
    expect(objects[2]?.spec).toMatchObject({ sessionAffinity: 'ClientIP' });
    expect(objects[1]?.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'slipway' });
    expect(notes[0]).toContain('environment staging, namespace s');
  });

  it('hides what looks like a secret, and refuses patches that hit nothing', () => {
    const written = JSON.stringify(staging('{ env: { API_TOKEN: 1f8a77c09b, URL: "a://u:1f8a@h/" } }').objects);
    expect(written).not.toContain('1f8a');
    expect(() => staging('{ patches: [{ target: { kind: Ingress }, patch: {} }] }')).toThrow(/hits no object/);
  });

  it('prints a whole review environment, without the values of its Secrets', () => {
    const plan = planReviewUp(reviewInputsOf(), file('{}'), pullRequest(), 7, undefined);
    const { objects } = renderReview(plan, {
      images: { a: 'r.example/a:1' },
      commit: 'c',
      expiresAt: '2026-01-01T00:00:00Z',
    });
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'ResourceQuota', 'NetworkPolicy', 'StatefulSet', 'Deployment', 'Ingress']),
    );
    const secret = objects.find(({ kind }) => kind === 'Secret');
    expect(secret).not.toHaveProperty('data');
    expect(new Set(Object.values(secret?.stringData ?? {}))).toEqual(new Set(['***']));
  });

  it('shows every other variable', () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=384', JSON: '{"a": [1]}', DATE: '2024-01-02', USER: 'shop' };
    const { objects } = staging(`{ env: ${JSON.stringify(env)}, crons: { n: { command: c, schedule: "@daily" } } }`);
    for (const kind of ['Deployment', 'CronJob']) {
      const written = JSON.stringify(objects.find((object) => object.kind === kind));
      for (const value of Object.values(env)) expect(written).toContain(JSON.stringify(value));
    }
  });

  it('writes YAML that older readers take alike', () => {
    const text = yamlDocuments([{ a: 'yes', b: '017', c: undefined }, { d: 1 }]);
    expect(text).toBe("---\na: 'yes'\nb: '017'\n---\nd: 1\n");
    expect(load(text.split('---\n')[1] ?? '')).toEqual({ a: 'yes', b: '017' });
  });

  it.each([
    [[], /needs one environment/],
    [['a', 'b'], /needs one environment/],
    [['a', '--pull-request', '7'], /needs one environment/],
    [['a', '--variant', 'x'], /--variant is for --pull-request/],
    [['a', '--imag', 'x'], /--imag/],
    [['--pull-request', 'x'], /x/],
    [['a', '--kube-version', 'newest'], /newest is no version of Kubernetes/],
    [['a', '--kube-version', '1.34.1-gke.5'], /no version of Kubernetes, such as 1\.34/],
  ])('%j is refused', (args, message) => {
    expect(() => renderInputs(args)).toThrow(message);
  });

  it('reads its arguments', () => {
    expect(renderInputs(['--pull-request', '7', '--image', 'a=b', '--image', 'c=d'])).toMatchObject({
      environment: undefined,
      number: 7,
      image: ['a=b', 'c=d'],
      config: 'slipway.yml',
      kubeVersion: 'v1.34.0',
    });
    expect(renderInputs(['a', '--kube-version', '1.33'])).toMatchObject({ kubeVersion: 'v1.33.0' });
    expect(renderInputs(['a', '--kube-version', 'v1.33.4'])).toMatchObject({ kubeVersion: 'v1.33.4' });
  });
});
