import { describe, expect, it } from 'vitest';
import { FIELD_MANAGER } from '../../../../src/objects/names.ts';
import { annotationsOf } from '../../../../src/report/annotations.ts';
import { type RollOutReport, rollOut } from '../../../../src/stages/apply/roll-out.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { controllers, type Fate } from '../../../support/kube/controllers.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { appSpec, deploymentObject } from '../../../support/kube/spec.ts';
import { image } from '../../../support/kube/world.ts';
import { StepClock } from '../../../support/step-clock.ts';

/** Deployments by name, in this order, and what becomes of their pods. */
async function several(fates: Record<string, Fate>): Promise<RollOutReport> {
  const cluster = new MemoryCluster();
  const names = Object.keys(fates);
  cluster.controller = controllers((used) => fates[names.find((_, index) => used === image(index)) ?? ''] ?? 'ready');
  const objects = names.map((name, index) => deploymentObject(appSpec({ name, image: image(index) })));
  const signal = new AbortController().signal;
  const request = { namespace: 'parking-staging', objects, jobs: [], deadlineMs: 20_000, fieldManager: FIELD_MANAGER };
  const ports = { cluster, clock: new StepClock(0), log: memoryLog() };
  return rollOut({ ...request, signal, onProgress: () => undefined }, ports);
}

const annotation = ({ error }: RollOutReport) => {
  const result = { stage: 'rolling-update' as const, outcome: 'failed' as const, headline: '', outputs: {}, steps: [] };
  return annotationsOf([{ ...result, ms: 0, blocks: [], annotations: [], ...(error ? { error } : {}) }])[0]?.message;
};

describe('of several Deployments', () => {
  it('the one that fails is named first, and those that only wait are not told as failures', async () => {
    const report = await several({ api: 'never', worker: 'crashes', web: 'ready' });
    expect(report.outcome).toBe('failed');
    expect(report.error?.message).toBe(
      'parking-staging/worker: container web crashes on every start (exit code 1, 2 times)',
    );
    expect(report.error?.details.join('\n')).not.toContain('parking-staging/api');
    expect(report.objects.map(({ ref, outcome }) => `${ref.name} ${outcome}`)).toEqual([
      'api waiting',
      'worker failed',
      'web ready',
    ]);
    expect(annotation(report)?.split('\n')[0]).toBe(report.error?.message);
  });

  it('the first of two that fail is told with its log, the other one in a line', async () => {
    const report = await several({ api: 'crashes', worker: 'crashes' });
    const details = report.error?.details ?? [];
    expect(report.error?.message).toContain('parking-staging/api: container web crashes');
    expect(details[1]).toContain('also parking-staging/worker: container web crashes');
    expect(details.filter((line) => line.includes('last words'))).toHaveLength(1);
    expect(annotation(report)).toContain('last words');
  });

  it('two that run out of time are both named, and told apart from a failure', async () => {
    const report = await several({ api: 'never', worker: 'never', web: 'ready' });
    expect(report.outcome).toBe('timed-out');
    expect(report.error?.message).toContain('parking-staging/api: not ready after 20 s');
    expect(report.error?.details.join('\n')).toContain('also parking-staging/worker: ');
  });
});
