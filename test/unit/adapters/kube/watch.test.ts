import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openKube } from '../../../../src/adapters/kube/open.ts';
import { EnvironmentError, Unreachable } from '../../../../src/errors.ts';
import type { WatchEvent } from '../../../../src/ports.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import {
  type Answer,
  discovery,
  json,
  type Received,
  refuse,
  scriptedServer,
} from '../../../support/kube/scripted-server.ts';
import { StepClock } from '../../../support/step-clock.ts';

const POD = { apiVersion: 'v1', kind: 'Pod' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const pod = (name: string, version: string) => ({
  metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion: version },
});
const list = (version: string, ...items: unknown[]) => ({ metadata: { resourceVersion: version }, items });
const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

/** A server whose lists and streams are given one by one; after the last one, streams stay open and silent. */
async function watching(lists: unknown[], streams: ((response: ServerResponse) => void)[]) {
  const answer: Answer = (request, response) => {
    if (discovery(request, response)) return;
    if (request.query.get('watch') !== 'true') return json(response, 200, lists.shift() ?? list('99'));
    response.writeHead(200);
    const next = streams.shift();
    if (next) next(response);
    else response.write('\n');
  };
  const server = await scriptedServer(answer);
  closing.push(server.close);
  const clock = new StepClock(0);
  const connection = { name: 'test', server: server.url };
  const cluster = openKube({ connection, clock, log: memoryLog(), signal: new AbortController().signal });
  return { cluster, clock, received: server.received };
}

/** `TYPE name@version` of the first events. */
async function take(events: AsyncIterable<WatchEvent>, count: number, stop: AbortController): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) {
    seen.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
    if (seen.length === count) stop.abort();
  }
  return seen;
}

const versionsOf = (received: readonly Received[]) =>
  received.filter(({ query }) => query.get('watch') === 'true').map(({ query }) => query.get('resourceVersion'));

describe('a watch', () => {
  it('begins with what is there, and goes on from that version', async () => {
    const { cluster, received } = await watching(
      [list('5', pod('a', '3'), pod('b', '5'))],
      [(response) => response.write(line('MODIFIED', pod('a', '6')) + line('DELETED', pod('b', '7')))],
    );
    const stop = new AbortController();
    const seen = await take(cluster.watch(POD, { namespace: 'ns' }, stop.signal), 4, stop);
    expect(seen).toEqual(['ADDED a@3', 'ADDED b@5', 'MODIFIED a@6', 'DELETED b@7']);
    expect(versionsOf(received)).toEqual(['5']);
  });

  it('gives every object the kind that a list leaves out', async () => {
    const { cluster } = await watching([list('5', pod('a', '3'))], []);
    const stop = new AbortController();
    for await (const { object } of cluster.watch(POD, { namespace: 'ns' }, stop.signal)) {
      expect(object).toMatchObject(POD);
      stop.abort();
    }
  });

  it('goes on after a cut connection from the last version, bookmarks included', async () => {
    const { cluster, received } = await watching(
      [list('5')],
      [
        (response) => {
          response.write(line('ADDED', pod('a', '6')) + line('BOOKMARK', { metadata: { resourceVersion: '8' } }));
          setTimeout(() => response.destroy(), 5);
        },
        (response) => response.write(line('MODIFIED', pod('a', '9'))),
      ],
    );
    const stop = new AbortController();
    expect(await take(cluster.watch(POD, { namespace: 'ns' }, stop.signal), 2, stop)).toEqual([
      'ADDED a@6',
      'MODIFIED a@9',
    ]);
    expect(versionsOf(received)).toEqual(['5', '8']);
  });

  it('does not take a line that was cut in the middle', async () => {
    const { cluster } = await watching(
      [list('5')],
      [
        (response) => response.end(line('ADDED', pod('a', '6')).slice(0, 30)),
        (response) => response.write(line('ADDED', pod('a', '6'))),
      ],
    );
    const stop = new AbortController();
    expect(await take(cluster.watch(POD, { namespace: 'ns' }, stop.signal), 1, stop)).toEqual(['ADDED a@6']);
  });

  it('reads anew when its version has expired, and tells the difference', async () => {
    const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version', metadata: {} };
    const { cluster } = await watching(
      [list('5', pod('a', '3'), pod('b', '4')), list('50', pod('a', '40'), pod('c', '41'))],
      [(response) => response.end(line('ERROR', expired))],
    );
    const stop = new AbortController();
    const seen = await take(cluster.watch(POD, { namespace: 'ns' }, stop.signal), 5, stop);
    expect(seen).toEqual(['ADDED a@3', 'ADDED b@4', 'DELETED b@4', 'MODIFIED a@40', 'ADDED c@41']);
  });

  it('reads anew every minute: the stream is fast, the read is the truth', async () => {
    const { cluster, clock } = await watching(
      [list('5', pod('a', '3')), list('9', pod('a', '8'))],
      [
        (response) => {
          void clock.sleep(61_000);
          response.end();
        },
      ],
    );
    const stop = new AbortController();
    expect(await take(cluster.watch(POD, { namespace: 'ns' }, stop.signal), 2, stop)).toEqual([
      'ADDED a@3',
      'MODIFIED a@8',
    ]);
  });

  it('ends with an Unreachable when the server stays away for longer than five minutes', async () => {
    const server = await scriptedServer((request, response) => {
      if (!discovery(request, response)) response.destroy();
    });
    closing.push(server.close);
    const clock = new StepClock(0);
    const log = memoryLog();
    const connection = { name: 'test', server: server.url };
    const cluster = openKube({ connection, clock, log, signal: new AbortController().signal });
    const events = cluster.watch(POD, { namespace: 'ns' }, new AbortController().signal);
    await expect(events.next()).rejects.toThrow(Unreachable);
    expect(clock.now()).toBeGreaterThan(290_000);
    expect(log.lines[0]).toMatch(/^warning: cluster test does not answer \(.+\); retrying for up to 5 min$/);
    // Pauses are of random length: the last line is of the last half minute, or of the end.
    expect(log.lines.at(-1)).toMatch(/^cluster test has not answered for [45] min( \d+ s)? \(.+\)$/);
    expect(log.lines.length).toBeGreaterThan(6);
  });

  it('ends at once when it is not permitted', async () => {
    const server = await scriptedServer((request, response) => {
      if (discovery(request, response)) return;
      const message = 'pods is forbidden: User "ci" cannot list resource "pods" in API group "" in the namespace "ns"';
      refuse(response, 403, 'Forbidden', message);
    });
    closing.push(server.close);
    const connection = { name: 'test', server: server.url };
    const cluster = openKube({
      connection,
      clock: new StepClock(0),
      log: memoryLog(),
      signal: new AbortController().signal,
    });
    const events = cluster.watch(POD, { namespace: 'ns' }, new AbortController().signal);
    await expect(events.next()).rejects.toThrow(EnvironmentError);
  });
});
