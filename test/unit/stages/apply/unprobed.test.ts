import { describe, expect, it } from 'vitest';
import { FIELD_MANAGER } from '../../../../src/objects/names.ts';
import type { KubeObject } from '../../../../src/ports.ts';
import { type RollOutReport, rollOut } from '../../../../src/stages/apply/roll-out.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { controllers } from '../../../support/kube/controllers.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { appSpec, deploymentObject } from '../../../support/kube/spec.ts';
import { StepClock } from '../../../support/step-clock.ts';

function withoutProbes(object: KubeObject): KubeObject {
  const spec = structuredClone(object.spec) as { template: { spec: { containers: Record<string, unknown>[] } } };
  for (const container of spec.template.spec.containers) {
    delete container.startupProbe;
    delete container.readinessProbe;
  }
  return { ...object, spec };
}

/** A rollout whose pods are ready at once, and crash when somebody has waited for the first time. */
async function readyForAMoment(object: KubeObject): Promise<RollOutReport> {
  const cluster = new MemoryCluster();
  cluster.controller = controllers(() => 'ready');
  const clock = new StepClock(0);
  clock.onSleep = () => {
    const [live] = [...cluster.objects.values()].filter(({ kind }) => kind === 'Deployment');
    if (live) controllers(() => 'crashes')(live, cluster);
  };
  const signal = new AbortController().signal;
  const request = { namespace: 'parking-staging', objects: [object], jobs: [], deadlineMs: 60_000, signal };
  const ports = { cluster, clock, log: memoryLog() };
  return rollOut({ ...request, fieldManager: FIELD_MANAGER, onProgress: () => undefined }, ports);
}

describe('pods without a probe', () => {
  it('that are ready for a moment and then crash are no success', async () => {
    const report = await readyForAMoment(withoutProbes(deploymentObject(appSpec())));
    expect(report.outcome).toBe('failed');
    expect(report.error?.message).toContain('crashes on every start');
  });

  it('are believed where the controller has waited itself (minReadySeconds), as pods with a probe are', async () => {
    const object = withoutProbes(deploymentObject(appSpec()));
    const patient = { ...object, spec: { ...(object.spec as object), minReadySeconds: 5 } };
    expect((await readyForAMoment(patient)).outcome).toBe('ready');
    expect((await readyForAMoment(deploymentObject(appSpec()))).outcome).toBe('ready');
  });
});
