import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import type { EventView } from '../../../src/readiness/verdict.ts';
import { container, deployment, near, object, owned, pod, replicaSet } from '../../support/unit/readiness-objects.ts';

const judged = (pods: KubeObject[], warnings: Record<string, Partial<EventView>[]> = {}) =>
  judge(deployment(), near([replicaSet(), ...pods], warnings));
const REFUSED =
  'Startup probe failed: Get "http://10.0.0.1:8080/healthz": dial tcp 10.0.0.1:8080: connect: connection refused';
const unhealthy = (message: string, name = 'web-x') => ({
  [name]: [{ reason: 'Unhealthy', message, container: 'web' }],
});

/** A pod as Slipway writes it: asked every second, for as long as deploy.startup. */
function starting(state: object, more: object = {}, probe: object = { periodSeconds: 1, failureThreshold: 60 }) {
  const one = pod({ ...container(state, { started: false, ...more }), phase: 'Running' });
  const { containers } = one.spec as { containers: object[] };
  const httpGet = { path: '/healthz', port: 'http', httpHeaders: [{ name: 'Host', value: 'shop.example' }] };
  Object.assign(containers[0] ?? {}, { startupProbe: { httpGet, ...probe } });
  return one;
}
const lived = (seconds: number, exitCode = 0) => ({
  terminated: {
    exitCode,
    startedAt: '2026-01-01T12:00:00Z',
    finishedAt: new Date(Date.parse('2026-01-01T12:00:00Z') + seconds * 1_000).toISOString(),
  },
});
const LOOPING = { waiting: { reason: 'CrashLoopBackOff' } };

describe('F4: an app that ends by itself with exit code 0', () => {
  it('is not taken for one that its startup probe has killed', () => {
    const one = starting(LOOPING, { restartCount: 2, lastState: lived(1) });
    expect(judged([one], unhealthy(REFUSED))).toMatchObject({
      state: 'failed',
      reason: 'container web ends by itself (exit code 0, 3 times) instead of serving',
      remedy: expect.stringContaining('foreground'),
    });
  });

  it('is told apart from one that the probe has killed, by how long it lived', () => {
    const probe = { periodSeconds: 10, failureThreshold: 3 };
    const ended = (seconds: number, exitCode: number) =>
      judged([starting(LOOPING, { restartCount: 2, lastState: lived(seconds, exitCode) }, probe)], unhealthy(REFUSED));
    expect(ended(21, 0).reason).toContain('because its startup probe fails');
    expect(ended(12, 0).reason).toContain('ends by itself (exit code 0');
    expect(ended(21, 143).reason).toContain('because its startup probe fails');
    expect(ended(12, 143).reason).toContain('crashes on every start (exit code 143');
  });
});

describe('F1: an app that fails its startup probe', () => {
  it('does not outlast the progress deadline of its Deployment', () => {
    const progress = {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "rs" has timed out progressing.',
    };
    const own = deployment({ progressDeadlineSeconds: 12 }, { conditions: [progress] });
    expect(judge(own, near([replicaSet(), starting({ running: {} })], unhealthy(REFUSED)))).toMatchObject({
      state: 'failed',
      graceMs: 0,
      reason: expect.stringContaining('(12 s): 0 of 2 new pods available; nothing listens on port 8080'),
    });
  });

  it.each([
    [REFUSED, 'nothing listens on port 8080', '0.0.0.0:8080'],
    ['Startup probe failed: HTTP probe failed with statuscode: 404', 'answered 404', 'deploy.health'],
    ['Startup probe failed: HTTP probe failed with statuscode: 503', 'answered 503', 'see its log'],
  ])('%s: fails after deploy.startup, with its cause', (message, reason, remedy) => {
    expect(judged([starting({ running: {} })], unhealthy(message))).toMatchObject({
      state: 'failed',
      graceMs: 57_000,
      reason: expect.stringContaining(reason),
      remedy: expect.stringMatching(new RegExp(`${remedy}.*raise deploy\\.startup`)),
    });
  });

  it('gets no second try once the kubelet has killed it', () => {
    const again = starting({ running: {} }, { restartCount: 1, lastState: lived(62, 143) });
    expect(judged([again], unhealthy(REFUSED))).toMatchObject({ state: 'failed', graceMs: 0 });
  });

  it('with a shorter probe of the team’s own may rely on a restart', () => {
    const own = starting({ running: {} }, {}, { periodSeconds: 10, failureThreshold: 3 });
    expect(judged([own], unhealthy(REFUSED)).state).toBe('waiting');
  });

  it('does not hide another pod that has failed for sure', () => {
    const missing = pod(container({ waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } }), {}, 'web-y');
    expect(judged([starting({ running: {} }), missing], unhealthy(REFUSED))).toMatchObject({
      graceMs: 0,
      reason: expect.stringContaining('was not found in the registry'),
    });
  });
});

describe('the advice for an app', () => {
  it('F8: that answers 400 names the Host header of the probe', () => {
    const answer = 'Startup probe failed: HTTP probe failed with statuscode: 400';
    expect(judged([starting({ running: {} })], unhealthy(answer))).toMatchObject({
      remedy: expect.stringMatching(/Host header of the probe, which is shop\.example: Django .* ALLOWED_HOSTS/),
    });
    const own = pod({ ...container({ running: {} }), phase: 'Running' });
    expect(judged([own], unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 400'))).toMatchObject({
      remedy: expect.stringContaining('which is the address of the pod'),
    });
  });

  it('F19: that crashes names its image', () => {
    const crashed = pod(container(LOOPING, { restartCount: 1, lastState: { terminated: { exitCode: 1 } } }));
    expect(judged([crashed])).toMatchObject({
      remedy: expect.stringMatching(/docker run --rm r\/app:1$/),
    });
  });

  it('F19: that crashes names its variables, without their values', () => {
    const made = pod(container(LOOPING, { restartCount: 1, lastState: { terminated: { exitCode: 1 } } }));
    const env = [
      { name: 'DATABASE_URL', value: 'postgres://u:hunter2@db/app' },
      { name: 'PORT', value: '8080' },
    ];
    const { containers } = made.spec as { containers: object[] };
    expect(judged([{ ...made, spec: { containers: containers.map((one) => ({ ...one, env })) } }])).toMatchObject({
      remedy: expect.stringMatching(/docker run --rm --env DATABASE_URL --env PORT r\/app:1$/),
    });
  });

  it.each([
    ['migration', 'deploy.migrate'],
    ['web', 'deploy.command'],
  ])('hb-29: of an image without a shell, as a %s, is the list form of %s', (component, key) => {
    const message = 'runc: exec: "sh": executable file not found in $PATH';
    const terminated = { exitCode: 128, reason: 'StartError', message };
    const labels = { 'app.kubernetes.io/component': component };
    expect(judged([pod(container({ terminated }), { labels })])).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(new RegExp(`no shell.*${key}.*as a list`)),
    });
  });
});

describe('F14: a Job that is killed for its memory', () => {
  const ended = (terminated: object) => {
    const job = object('batch/v1', 'Job', { backoffLimit: 0 }, {});
    const broken = pod({ ...container({ terminated }), phase: 'Failed' }, owned('uid'));
    return judge(job, near([broken]));
  };

  it.each([
    { exitCode: 137, reason: 'OOMKilled' },
    { exitCode: 137, reason: 'Error' },
  ])('%j: says so', (terminated) => {
    expect(ended(terminated)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('needs more memory than its limit'),
      remedy: expect.stringContaining('deploy.resources.memory'),
    });
  });
});

describe('K24: a StatefulSet with a partition', () => {
  const judgedWith = (status: object) =>
    judge(
      object(
        'apps/v1',
        'StatefulSet',
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } }, template: {} },
        { observedGeneration: 2, readyReplicas: 3, availableReplicas: 3, ...status },
      ),
      near(),
    );

  it('is ready with a warning: the other pods keep the version before', () => {
    expect(judgedWith({ currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1 })).toMatchObject({
      state: 'ready',
      warning: expect.stringContaining('2 of 3 pods stay on the old revision'),
    });
  });

  it('is plainly ready when all pods are of one revision', () => {
    const verdict = judgedWith({ currentRevision: 'b', updateRevision: 'b', updatedReplicas: 3 });
    expect(verdict).toMatchObject({ state: 'ready' });
    expect(verdict).not.toHaveProperty('warning');
  });
});
