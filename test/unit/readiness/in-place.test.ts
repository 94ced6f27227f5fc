import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports.ts';
import { judge } from '../../../src/readiness/judge.ts';
import { near, object, owned } from '../../support/unit/readiness-objects.ts';

const A = `r/app@sha256:${'a'.repeat(64)}`;
const B = `r/app@sha256:${'b'.repeat(64)}`;
const WRITTEN = '2026-01-01T12:00:00Z';
const BEFORE = '2026-01-01T11:00:00Z';
const AFTER = '2026-01-01T12:00:02Z';
const READY = [{ type: 'Ready', status: 'True' }];

const bare = (image: string, status: object): KubeObject =>
  object('v1', 'Pod', { containers: [{ name: 'web', image, readinessProbe: {} }] }, status, {
    managedFields: [{ manager: 'slipway', operation: 'Apply', time: WRITTEN }],
  });
const runs = (imageID: string, startedAt: string, more: object = {}) => ({
  phase: 'Running',
  conditions: READY,
  containerStatuses: [{ name: 'web', image: 'r/app:1', imageID, restartCount: 0, state: { running: { startedAt } } }],
  ...more,
});

describe('CH-8: a bare Pod, which is updated in place', () => {
  it('is not ready by the container of the version before', () => {
    expect(judge(bare(B, runs(A, BEFORE)), near())).toMatchObject({
      state: 'waiting',
      reason: 'container web still runs the image of the version before',
    });
  });

  it('is ready when its container has the new image', () => {
    expect(judge(bare(B, runs(B, AFTER)), near()).state).toBe('ready');
    // Labels alone restart nothing.
    expect(judge(bare(B, runs(B, BEFORE)), near()).state).toBe('ready');
  });

  it('is ready with an image that the node names in another way, once its container was restarted', () => {
    const mirrored = `mirror/app@sha256:${'c'.repeat(64)}`;
    expect(judge(bare(B, runs(mirrored, BEFORE)), near()).state).toBe('waiting');
    expect(judge(bare(B, runs(mirrored, AFTER)), near()).state).toBe('ready');
  });

  it('of a tag is compared by the name that the node gives', () => {
    expect(judge(bare('r/app:1', runs(A, BEFORE)), near()).state).toBe('ready');
    expect(judge(bare('r/app:2', runs(A, BEFORE)), near()).state).toBe('waiting');
  });

  it('fails when the new image cannot run', () => {
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'web',
          imageID: A,
          restartCount: 0,
          state: { waiting: { reason: 'ErrImagePull', message: 'not found' } },
        },
      ],
    };
    expect(judge(bare(B, status), near())).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('was not found in the registry'),
    });
  });

  it('that has completed does not run the new image any more', () => {
    const ended = { terminated: { exitCode: 0, startedAt: BEFORE } };
    const status = {
      phase: 'Succeeded',
      containerStatuses: [{ name: 'web', imageID: A, restartCount: 0, state: ended }],
    };
    expect(judge(bare(A, status), near()).state).toBe('ready');
    expect(judge(bare(B, status), near())).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('delete pod web'),
    });
  });

  it('without a probe must stay ready for a moment', () => {
    const one = bare(B, runs(B, AFTER));
    Object.assign(one.spec as object, { containers: [{ name: 'web', image: B }] });
    expect(judge(one, near())).toMatchObject({ state: 'ready', heldMs: 3_000 });
  });
});

describe.each([
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'ReplicationController'],
])('CH-8: a %s %s, which replaces no pods', (apiVersion, kind) => {
  const set = (image: string, status: object) =>
    object(
      apiVersion,
      kind,
      { replicas: 1, template: { spec: { containers: [{ name: 'web', image, readinessProbe: {} }] } } },
      status,
    );
  const itsPod = (image: string, more: object = {}) =>
    object(
      'v1',
      'Pod',
      { containers: [{ name: 'web', image }] },
      { phase: 'Running', conditions: READY },
      {
        name: 'web-x',
        ...owned('uid'),
        ...more,
      },
    );
  const seen = { observedGeneration: 2, availableReplicas: 1 };

  it('fails while a pod has the version before', () => {
    expect(judge(set(B, seen), near([itsPod(A)]))).toMatchObject({
      state: 'failed',
      reason: `pod web-x still runs the version before: a ${kind} does not replace its pods`,
      remedy: expect.stringContaining('Use a Deployment'),
    });
  });

  it('is ready with pods of the present version', () => {
    const going = itsPod(A, { name: 'web-y', deletionTimestamp: AFTER });
    expect(judge(set(B, seen), near([itsPod(B), going])).state).toBe('ready');
  });

  it('is not ready before it has a pod, or before its controller has observed it', () => {
    expect(judge(set(B, { observedGeneration: 2 }), near())).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('0 of 1 pods available'),
    });
    expect(judge(set(B, { ...seen, observedGeneration: 1 }), near([itsPod(B)])).state).toBe('waiting');
  });
});
