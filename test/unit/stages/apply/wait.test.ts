import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import type { NamespaceWatch } from '../../../../src/stages/apply/namespace-watch.ts';
import { targetOf, waitFor } from '../../../../src/stages/apply/wait.ts';
import type { OnWaiting } from '../../../../src/stages/site.ts';
import { StepClock } from '../../../support/step-clock.ts';
import { container, deployment, near, pod, replicaSet } from '../../../support/unit/readiness-objects.ts';

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const message = 'Startup probe failed: HTTP probe failed with statuscode: 503';

/** A pod that fails its startup probe, of 60 s, until it is ready. */
function starting(name: string, isReady: boolean): KubeObject {
  const status = isReady ? READY : { ...container({ running: {} }, { started: false }), phase: 'Running' };
  const one = pod(status, {}, name);
  const { containers } = one.spec as { containers: object[] };
  const httpGet = { path: '/healthz', port: 'http' };
  Object.assign(containers[0] ?? {}, { startupProbe: { httpGet, periodSeconds: 1, failureThreshold: 60 } });
  return one;
}

/** Waits for a Deployment of two pods, each ready at its second. */
async function waited(firstAt: number, secondAt: number) {
  const clock = new StepClock(0);
  const seconds = () => clock.now() / 1_000;
  const unhealthy = [{ reason: 'Unhealthy', message, container: 'web' }];
  const isDone = () => seconds() >= firstAt && seconds() >= secondAt;
  const surroundings = () => {
    const set = replicaSet({ availableReplicas: isDone() ? 2 : 0 });
    const pods = [starting('web-1', seconds() >= firstAt), starting('web-2', seconds() >= secondAt)];
    return near([set, ...pods], { 'web-1': unhealthy, 'web-2': unhealthy });
  };
  const live = () => deployment({}, { updatedReplicas: 2 });
  const watch = {
    get: live,
    ownedBy: (uid: string, kind: string) => surroundings().ownedBy(uid, kind),
    warnings: (uid: string) => surroundings().warnings(uid),
    warningsNamed: () => [],
    next: (ms: number) => clock.sleep(ms),
    read: async () => undefined,
  } as unknown as NamespaceWatch;
  const { signal } = new AbortController();
  const told: [second: number, what: string | undefined][] = [];
  const onWaiting: OnWaiting = (cause) => {
    if (cause?.what !== told.at(-1)?.[1]) told.push([seconds(), cause?.what]);
  };
  const options = { clock, signal, deadline: 600_000, forSecretsMs: 0, onProgress: () => undefined, onWaiting };
  const [settled] = await waitFor([targetOf(live(), 0)], watch, options);
  return { outcome: settled?.outcome, told };
}

describe('F1: pods that fail their startup probe', () => {
  it('fail the rollout when their time is over, long before the deadline', async () => {
    expect(await waited(500, 500)).toMatchObject({ outcome: 'failed' });
  });

  it('each have their own time', async () => {
    expect(await waited(40, 80)).toMatchObject({ outcome: 'ready' });
  });

  it('pass their cause on within 15 s, and that it is over', async () => {
    const { told } = await waited(40, 40);
    expect(told).toEqual([
      [expect.any(Number), expect.stringContaining('GET /healthz answered 503')],
      [expect.any(Number), undefined],
    ]);
    expect(told[0]?.[0]).toBeLessThanOrEqual(15);
  });

  it('pass nothing on where the wait is short', async () => {
    expect((await waited(9, 10)).told).toEqual([]);
  });
});
