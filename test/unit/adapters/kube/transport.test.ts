import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transport } from '../../../../src/adapters/kube/transport.ts';

const server = createServer((_request, response) => void response.end('all of it\n'));
let transport: Transport;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  transport = new Transport({ name: 'local', server: `http://127.0.0.1:${port}` });
});
afterAll(() => {
  transport.close();
  server.closeAllConnections();
  server.close();
});

/** Aborts a request as soon as a part of its answer is read, after so many microtasks. */
async function abortedWhileRead(microtasks: number): Promise<string> {
  const stop = new AbortController();
  let seen = '';
  const { body } = await transport.send({ method: 'GET', path: '/', signal: stop.signal });
  try {
    for await (const part of body) {
      seen += String(part);
      for (let count = 0; count < microtasks; count++) await undefined;
      stop.abort();
    }
  } catch {
    // Whether the end or the abort is seen first is all the same here.
  }
  await nextTurn();
  return seen;
}

describe('a request that is aborted while its answer is read', () => {
  it('breaks nothing else: its connection is being given back at that moment', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    try {
      for (const microtasks of [0, 1, 2, 3, 4, 5]) expect(await abortedWhileRead(microtasks)).toBe('all of it\n');
    } finally {
      process.off('uncaughtExceptionMonitor', note);
    }
    expect(uncaught).toEqual([]);
  });
});
