import { once } from 'node:events';
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
