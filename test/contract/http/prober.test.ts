import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prober } from '../../../src/adapters/http/prober.ts';

/** Listens, and then never accepts: once its queue is full, a new connection does not come about. */
const SILENT = `
const { parentPort } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
`;

describe('asking where nobody answers, as at the address of a container that has ended', () => {
  const sockets: Socket[] = [];
  let worker: Worker;
  let port: number;
  beforeAll(async () => {
    worker = new Worker(SILENT, { eval: true });
    [port] = await once(worker, 'message');
    // Full when one of them does not come about.
    for (let isFull = false; !isFull; ) {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      isFull = await Promise.race([once(socket, 'connect').then(() => false), sleep(300, true)]);
    }
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  });
  const request = (timeoutMs: number) => ({
    ...{ address: '127.0.0.1', port, method: 'GET' as const, path: '/', headers: {} },
    timeoutMs,
  });

  it('ends a request whose connection does not come about', async () => {
    expect(await Promise.race([prober.ask(request(100)), sleep(5_000, 'waits')])).toBeUndefined();
  });

  it('stops a load at once, whatever still connects', async () => {
    const load = prober.load(request(600_000), 2);
    load.mark();
    expect(await Promise.race([load.stop(), sleep(5_000, 'waits')])).toEqual({ answered: 0, broken: [] });
  });
});
