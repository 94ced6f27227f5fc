import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { prober } from '../../../../src/adapters/http/prober.ts';

const accepted: Socket[] = [];
/** Accepts connections, and never answers. */
const silent = createServer((socket) => {
  socket.on('error', () => undefined);
  accepted.push(socket);
});
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => {
  for (const socket of accepted) socket.destroy();
  silent.close();
});

it('gives up requests in flight when the load stops, and counts those after the mark', async () => {
  const { port } = silent.address() as AddressInfo;
  const request = { address: '127.0.0.1', port, method: 'GET', path: '/', headers: {}, timeoutMs: 3_600_000 } as const;
  const load = prober.load(request, 2);
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  load.mark();
  const { answered, broken } = await load.stop();
  expect(answered).toBe(0);
  expect([...broken].sort()).toEqual(accepted.map(({ remotePort }) => remotePort).sort());
});

it('reads the text of a success, and nothing else', async () => {
  const server = createHttp(({ url }, response) => {
    response.statusCode = url === '/none' ? 404 : 200;
    response.end('{"openapi":"3.1.0"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const request = { address: '127.0.0.1', port, method: 'GET', headers: {}, timeoutMs: 60_000 } as const;
  expect(await prober.read({ ...request, path: '/' }, 100)).toBe('{"openapi":"3.1.0"}');
  expect(await prober.read({ ...request, path: '/' }, 10)).toBeUndefined();
  expect(await prober.read({ ...request, path: '/none' }, 100)).toBeUndefined();
  server.close();
  await once(server, 'close');
  expect(await prober.read({ ...request, path: '/' }, 100)).toBeUndefined();
});
