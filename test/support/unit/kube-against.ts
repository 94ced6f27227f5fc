import type { Connection } from '../../../src/adapters/kube/connection.ts';
import { openKube } from '../../../src/adapters/kube/open.ts';
import { memoryLog } from '../kube/cluster.ts';
import { type Answer, discovery, scriptedServer } from '../kube/scripted-server.ts';
import { StepClock } from '../step-clock.ts';

export const closing: (() => Promise<void>)[] = [];
/** What a test file does after each test: the servers are closed. */
export async function closeServers(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

/** A cluster whose server answers as told, once discovery is done. */
export async function against(answer: Answer, connection: Partial<Connection> = {}) {
  const server = await scriptedServer((request, response) =>
    discovery(request, response) ? undefined : answer(request, response),
  );
  closing.push(server.close);
  const clock = new StepClock(0);
  const controller = new AbortController();
  const log = memoryLog();
  const context = {
    connection: { name: 'test', server: server.url, ...connection },
    clock,
    log,
    signal: controller.signal,
  };
  return { cluster: openKube(context), clock, log, received: server.received, cancel: () => controller.abort() };
}

/** The error that the work must end with. */
export async function errorOf(work: Promise<unknown>): Promise<Error & { details: readonly string[]; remedy: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { details: readonly string[]; remedy: string };
  }
  throw new Error('it did not fail');
}
