import { describe, expect, it } from 'vitest';
import { NotServed } from '../../../../src/errors.ts';
import type { ApiResource, ApplyOptions, Kind, KubeObject } from '../../../../src/ports.ts';
import { rollOut } from '../../../../src/stages/apply/roll-out.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { MemoryCluster } from '../../../support/kube/memory-cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const definition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'lots.acme.dev' },
  spec: { group: 'acme.dev', names: { kind: 'Lot', plural: 'lots' }, scope: 'Namespaced' },
};
const lot: KubeObject = { apiVersion: 'acme.dev/v1', kind: 'Lot', metadata: { name: 'north', namespace: 'parking' } };

/** Says that a definition is established, and serves its kind only after that many more questions. */
class SlowToServe extends MemoryCluster {
  later: number;

  constructor(later: number) {
    super();
    this.later = later;
    this.controller = (object) => {
      if (object.kind !== 'CustomResourceDefinition') return;
      const status = { conditions: [{ type: 'Established', status: 'True' }] };
      this.patch({ ...object, status } as KubeObject);
    };
  }

  override async resource(kind: Kind): Promise<ApiResource | undefined> {
    return kind.kind === 'Lot' && this.later > 0 ? undefined : super.resource(kind);
  }

  override async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    if (object.kind === 'Lot' && this.later-- > 0) throw new NotServed('cluster memory does not serve Lot');
    return super.apply(object, options);
  }
}

const deploy = (cluster: MemoryCluster, clock = new StepClock()) =>
  rollOut(
    {
      namespace: 'parking',
      objects: [lot, definition],
      jobs: [],
      deadlineMs: 60_000,
      fieldManager: 'slipway',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
    { cluster, clock, log: memoryLog() },
  );

describe('a kind that the run itself defines (K22)', () => {
  it('is waited for: it is served a moment after its definition is established', async () => {
    const cluster = new SlowToServe(3);
    expect((await deploy(cluster)).outcome).toBe('ready');
    expect(cluster.writes).toEqual(['apply CustomResourceDefinition lots.acme.dev', 'apply Lot north']);
  });

  it('that is never served is told, after half a minute', async () => {
    const cluster = new SlowToServe(Number.POSITIVE_INFINITY);
    const clock = new StepClock(0);
    const report = await deploy(cluster, clock);
    expect(report.error?.message).toContain('does not serve Lot');
    expect(clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(cluster.writes).toEqual(['apply CustomResourceDefinition lots.acme.dev']);
  });
});
