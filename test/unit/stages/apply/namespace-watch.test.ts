import { describe, expect, it } from 'vitest';
import type { Cluster, Kind, KubeObject, WatchEvent } from '../../../../src/ports.ts';
import { NamespaceWatch } from '../../../../src/stages/apply/namespace-watch.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { StepClock } from '../../../support/step-clock.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

const object = (kind: Kind, more: object = {}): KubeObject => ({
  ...kind,
  metadata: { name: 'one', namespace: 'ns', uid: `uid-${kind.kind}`, resourceVersion: '1' },
  ...more,
});

/** A cluster whose streams stay open and deliver nothing, until the signal aborts. */
function silent(objects: KubeObject[]) {
  const lists: string[] = [];
  const cluster = {
    namespaced: async () => true,
    list: async ({ kind }: Kind) => {
      lists.push(kind);
      return objects.filter((one) => one.kind === kind);
    },
    async *watch(_kind: Kind, _selection: unknown, signal: AbortSignal): AsyncGenerator<WatchEvent> {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  return { cluster: cluster as unknown as Cluster, lists };
}

async function watched(objects: KubeObject[], waitedMs: number) {
  const { cluster, lists } = silent(objects);
  const clock = new StepClock(0);
  const ended = new AbortController();
  const watch = new NamespaceWatch({ cluster, clock, log: memoryLog() }, 'ns', ended.signal);
  watch.add([POD, CLAIM]);
  while (clock.now() < waitedMs) await watch.next(1_000, ended.signal);
  // What was read in the background has arrived.
  await new Promise((resolve) => setImmediate(resolve));
  ended.abort();
  return { watch, lists };
}

describe('K12: a namespace whose streams are silent', () => {
  it('is read again after ten seconds, all kinds at once', async () => {
    const { watch, lists } = await watched([object(POD), object(CLAIM)], 11_000);
    expect([watch.get('uid-Pod')?.kind, watch.get('uid-PersistentVolumeClaim')?.kind]).toEqual([
      'Pod',
      'PersistentVolumeClaim',
    ]);
    expect(lists.sort()).toEqual(['Event', 'PersistentVolumeClaim', 'Pod']);
  });

  it('is not read before', async () => {
    expect((await watched([object(POD)], 9_000)).lists).toEqual([]);
  });

  it('is read again each ten seconds, for as long as somebody waits', async () => {
    const { lists } = await watched([], 35_000);
    expect(lists.filter((kind) => kind === 'Pod')).toHaveLength(3);
  });

  it('CH-16: has the warnings about an object by its name', async () => {
    const event = object(
      { apiVersion: 'v1', kind: 'Event' },
      {
        involvedObject: { kind: CLAIM.kind, name: 'data', uid: 'u' },
        reason: 'ProvisioningFailed',
        message: 'no class',
      },
    );
    const { watch } = await watched([event], 11_000);
    expect(watch.warningsNamed(CLAIM.kind, 'data')).toMatchObject([{ message: 'no class' }]);
    expect(watch.warnings('u')).toHaveLength(1);
    expect(watch.warningsNamed(CLAIM.kind, 'other')).toEqual([]);
  });
});
