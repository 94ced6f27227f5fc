import { describe, expect, it } from 'vitest';
import { readState } from '../../../../src/adapters/docker/container-state.ts';
import type { PlannedTest } from '../../../../src/plan/test-plan.ts';
import type { TestPorts } from '../../../../src/stages/test/ports.ts';
import { runCommand } from '../../../../src/stages/test/run-command.ts';
import { Scope } from '../../../../src/stages/test/scope.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { localImage } from '../../../support/unit/memory-registry.ts';

const inspected = (startedAt: string) =>
  JSON.stringify([{ State: { Running: false, ExitCode: 0, StartedAt: startedAt }, NetworkSettings: {} }]);

/** A test on an engine whose container began at this time; the clock of this machine shows the epoch. */
async function begunAt(startedAt: string): Promise<number> {
  const ports = {
    containers: { create: async () => 'c', attach: async () => 0, state: async () => readState(inspected(startedAt)) },
    clock: { now: () => 0, sleep: (_ms: number, signal: AbortSignal) => untilAborted(signal) },
    log: memoryLog(),
    signal: new AbortController().signal,
  } as unknown as TestPorts;
  const test = { name: 'unit', command: ['true'], env: {}, timeoutMs: 1_000, baseUrl: undefined } as PlannedTest;
  const scope = new Scope('unit', 1_000, { app: 'a', runId: '1' }, ports);
  return (await runCommand(test, localImage('sha256:1'), [], scope, ports)).startedAt;
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('the begin of a test, with which the times of its report are compared', () => {
  it('is by the clock of the engine, which writes these times', async () => {
    expect(await begunAt('2026-11-30T01:00:00.123456789Z')).toBe(Date.UTC(2026, 10, 30, 1, 0, 0, 123));
  });

  it('is by the clock of this machine where the engine names none', async () => {
    expect(await begunAt('0001-01-01T00:00:00Z')).toBe(0);
  });
});
