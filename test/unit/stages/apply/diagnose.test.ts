import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/ports.ts';
import type { EventView } from '../../../../src/readiness/verdict.ts';
import { diagnose } from '../../../../src/stages/apply/diagnose.ts';
import type { NamespaceWatch } from '../../../../src/stages/apply/namespace-watch.ts';
import { near, object, owned, pod } from '../../../support/unit/readiness-objects.ts';

const WRITTEN = Date.parse('2026-01-01T12:00:00Z');

/** What is told about a StatefulSet that failed, with these events about it and its pod. */
function told(
  own: Partial<EventView>[],
  ofPod: Partial<EventView>[] = [],
  status = {},
  cluster = {},
): Promise<string[]> {
  const managedFields = [{ manager: 'slipway', time: new Date(WRITTEN).toISOString() }];
  const workload: KubeObject = object('apps/v1', 'StatefulSet', {}, {}, { managedFields });
  const around = near([pod(status, owned('uid'), 'web-0')], { uid: own, 'web-0': ofPod });
  const watch = { ...around, get: () => workload } as unknown as NamespaceWatch;
  const ref = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' };
  const target = { ref, uid: 'uid', generation: 2, version: '7', since: 0 };
  const verdict = { state: 'failed' as const, reason: 'r', remedy: 'm', graceMs: 0 };
  return diagnose({ target, verdict, outcome: 'failed', ms: 0 }, watch, cluster as never);
}

const refused = (name: string, at: number, prefix = '') => {
  const message = `${prefix}Error creating: pods "${name}" is forbidden: violates PodSecurity "baseline"`;
  return { reason: 'FailedCreate', message, at };
};

describe('the events of a diagnosis', () => {
  it('are those since the present version was written, and all of its pods', async () => {
    const own = [refused('web-0', WRITTEN - 60_000), { reason: 'New', message: 'since then', at: WRITTEN }];
    const ofPod = [{ reason: 'BackOff', message: 'Back-off restarting', at: WRITTEN + 1_000 }];
    expect(await told(own, ofPod)).toEqual([
      'events:',
      '  StatefulSet web: New: since then',
      '  Pod web-0: BackOff: Back-off restarting',
    ]);
  });

  it('say the same thing once, whatever the pods would have been called', async () => {
    const own = [
      refused('web-abc12', WRITTEN + 1_000),
      refused('web-def34', WRITTEN + 2_000),
      refused('web-ghi56', WRITTEN + 3_000, '(combined from similar events): '),
    ];
    expect(await told(own)).toEqual([
      'events:',
      '  StatefulSet web: FailedCreate: Error creating: pods "web-ghi56" is forbidden: violates PodSecurity "baseline"',
    ]);
  });

  it('are the newest six', async () => {
    const own = Array.from({ length: 8 }, (_, i) => ({ reason: 'R', message: `m${i}`, at: WRITTEN + i }));
    expect(await told(own)).toEqual(['events:', ...[2, 3, 4, 5, 6, 7].map((i) => `  StatefulSet web: R: m${i}`)]);
  });
});

describe('the log of a diagnosis', () => {
  const running = {
    phase: 'Running',
    containerStatuses: [{ name: 'web', ready: false, restartCount: 0, state: { running: {} } }],
  };
  const log = async (logs: () => Promise<string[]>) => told([], [], running, { logs });

  it('is the last lines of the container that runs and is not ready, made harmless', async () => {
    expect(await log(async () => ['one', '::error::two'])).toEqual([
      'last lines of web in Pod ns/web-0:',
      '  one',
      expect.not.stringMatching(/^::/),
    ]);
  });

  it('says why it is not there', async () => {
    const refused = () => Promise.reject(new Error('pods "web-0" is forbidden'));
    expect(await log(refused)).toEqual(['the log of web in Pod ns/web-0 could not be read: pods "web-0" is forbidden']);
  });
});
