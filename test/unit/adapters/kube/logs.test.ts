import { afterEach, describe, expect, it } from 'vitest';
import { openKube } from '../../../../src/adapters/kube/open.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { type Answer, discovery, refuse, scriptedServer } from '../../../support/kube/scripted-server.ts';
import { StepClock } from '../../../support/step-clock.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'ns' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function against(answer: Answer) {
  const server = await scriptedServer((request, response) =>
    discovery(request, response) ? undefined : answer(request, response),
  );
  closing.push(server.close);
  const connection = { name: 'test', server: server.url };
  const context = { connection, clock: new StepClock(0), log: memoryLog(), signal: new AbortController().signal };
  return { cluster: openKube(context), received: server.received };
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
}

describe('logs', () => {
  it('are the last lines of a container, of the run before where asked', async () => {
    const { cluster, received } = await against((_request, response) => response.end('one\ntwo\n'));
    expect(await cluster.logs(POD, { container: 'web', previous: true, tailLines: 20 })).toEqual(['one', 'two']);
    expect(Object.fromEntries(received.at(-1)?.query ?? [])).toMatchObject({
      container: 'web',
      previous: 'true',
      tailLines: '20',
    });
  });

  it('are empty while there are none', async () => {
    const { cluster } = await against((_request, response) =>
      refuse(response, 400, 'BadRequest', 'container "web" in pod "web" is waiting to start: ContainerCreating'),
    );
    expect(await cluster.logs(POD)).toEqual([]);
  });

  it('are empty for a container that the node has removed, which the kubelet says in place of its log', async () => {
    const words = 'unable to retrieve container logs for containerd://ae58de11fa40';
    const { cluster } = await against((_request, response) => response.end(words));
    expect(await cluster.logs(POD, { previous: true })).toEqual([]);
  });

  it('are followed from the start of the container to its end', async () => {
    let asked = 0;
    const { cluster } = await against((_request, response) => {
      asked += 1;
      if (asked < 3) refuse(response, 400, 'BadRequest', 'container "web" in pod "web" is waiting to start');
      else response.end('2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:00.12Z second\n');
    });
    expect(await all(cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual(['first', 'second']);
  });

  it('are looked at once more after their end: a node may write down late what a container has said last', async () => {
    const late = [
      '',
      '2026-01-01T00:00:00.1Z first\n',
      '2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:00.2Z second\n',
    ];
    let asked = 0;
    const { cluster } = await against((_request, response) => response.end(late[Math.min(asked++, 2)]));
    expect(await all(cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual(['first', 'second']);
    expect(asked).toBe(4);
    const silent = await against((_request, response) => response.end());
    expect(await all(silent.cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual([]);
    expect(silent.received.filter(({ path }) => path.endsWith('/log'))).toHaveLength(2);
  });

  it('go on after a broken connection without repeating a line', async () => {
    let asked = 0;
    const { cluster, received } = await against((_request, response) => {
      asked += 1;
      if (asked === 1) {
        response.write('2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:00.12Z second\n');
        setTimeout(() => response.destroy(), 5);
      } else {
        response.end('2026-01-01T00:00:00.1Z first\n2026-01-01T00:00:00.12Z second\n2026-01-01T00:00:00.123Z third\n');
      }
    });
    expect(await all(cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual([
      'first',
      'second',
      'third',
    ]);
    const [, second] = received.filter(({ path }) => path.endsWith('/log'));
    expect(second?.query.get('sinceTime')).toBe('2026-01-01T00:00:00.12Z');
  });

  it('are waited for while the node has not heard of the pod', async () => {
    let asked = 0;
    const { cluster } = await against((request, response) => {
      if (!request.path.includes('/log')) return void response.end('{"metadata":{"name":"web"}}');
      asked += 1;
      if (asked < 3)
        refuse(response, 404, 'NotFound', 'the server could not find the requested resource ( pods/log web)');
      else response.end('2026-01-01T00:00:00.1Z first\n');
    });
    expect(await all(cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual(['first']);
  });

  it('end when the pod is gone', async () => {
    const { cluster } = await against((_request, response) =>
      refuse(response, 404, 'NotFound', 'pods "web" not found'),
    );
    expect(await all(cluster.followLogs(POD, 'web', new AbortController().signal))).toEqual([]);
  });
});
