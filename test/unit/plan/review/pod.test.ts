import { describe, expect, it } from 'vitest';
import { podTemplateOf } from '../../../../src/objects/pod-template.ts';
import { reviewAppObjects } from '../../../../src/plan/review/objects.ts';
import { podExcess } from '../../../../src/plan/review/pod.ts';
import { planReviewUp } from '../../../../src/plan/review-plan.ts';
import { configOf, DIGEST, pullRequest, reviewInputsOf } from '../../../support/unit/review.ts';

describe('pods of a review environment', () => {
  const plan = planReviewUp(
    reviewInputsOf(),
    configOf(`deploy:
  serviceAccount: cloud
  resources: { cpu: 10m }
  autoscale: { max: 9 }
  volumes:
    data: { path: /data, claim: files }
    keys: { path: /keys, secret: tls }
    tmp: { path: /tmp, emptyDir: 8Mi }
  probes: { liveness: { path: /live } }
`),
    pullRequest(),
    7,
    undefined,
  );

  it('have no identity and no data of staging, and one pod', () => {
    const known = { images: { parking: `r.example/a@${DIGEST}` }, nativeSleep: true, unseeded: false };
    const { objects } = reviewAppObjects(plan, known);
    expect(objects.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'Ingress']);
    const [deployment] = objects;
    expect(deployment?.spec).toMatchObject({ replicas: 1 });
    const spec = deployment && podTemplateOf(deployment)?.spec;
    expect(spec).not.toHaveProperty('serviceAccountName');
    expect(spec?.volumes).toEqual([
      { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '8Mi' } },
    ]);
    expect(spec?.containers[0]).toHaveProperty('livenessProbe');
  });

  it('the log lists what is left out', () => {
    expect(plan.notes).toEqual([
      'ServiceAccounts (cloud) are left out: a pod of a review environment has no identity',
      'volumes from Secrets and ConfigMaps (keys) are left out: they belong to another namespace',
      'volumes of claims (data) are empty volumes of 1Gi here',
      'autoscale is left out: review.replicas is the number of pods',
    ]);
  });

  it('HRD-2: nodes, priority, labels and annotations are those of the default branch', () => {
    const main = configOf('deploy: { nodeSelector: { pool: a }, podAnnotations: { role: x } }');
    const asked = (more: string) => podExcess(configOf(`deploy: ${more}`), main).map(({ key }) => key);
    expect(asked('{ nodeSelector: { pool: a } }')).toEqual([]);
    expect(asked('{ nodeSelector: { pool: b } }')).toEqual(['deploy.nodeSelector']);
    expect(asked('{ tolerations: [{ operator: Exists }], priorityClass: high }')).toEqual([
      'deploy.tolerations',
      'deploy.priorityClass',
    ]);
    expect(asked('{ processes: { w: { podAnnotations: { role: admin } } } }')).toEqual(['deploy.podAnnotations']);
    expect(podExcess(configOf('deploy: { podLabels: { a: b } }'), undefined)).toHaveLength(1);
  });
});

it('SEC-26: pods end within ten minutes, so that a removed environment is gone', () => {
  const plan = planReviewUp(
    reviewInputsOf(),
    configOf('deploy: { processes: { web: { port: 80, drain: 20d, grace: 30d }, mail: { grace: 20d }, short: {} } }'),
    pullRequest(),
    7,
    undefined,
  );
  const known = { images: { parking: `r.example/a@${DIGEST}` }, nativeSleep: true, unseeded: false };
  const seconds = reviewAppObjects(plan, known).objects.flatMap((object) => {
    const spec = object.kind === 'Deployment' ? podTemplateOf(object)?.spec : undefined;
    return spec ? [spec.terminationGracePeriodSeconds] : [];
  });
  expect(seconds).toEqual([600, 595, 30]);
  expect(plan.notes).toContain(
    'drain and grace of web are at most 10m together: a removed environment waits for its pods',
  );
});
