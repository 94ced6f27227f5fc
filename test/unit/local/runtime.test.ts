import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersKubelet } from '../../../local/node/runtime.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slipway-runtime-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What is said of a runtime that answers the kubelet's question so. */
async function asked(answer: (stream: ServerHttp2Stream, path: string) => void): Promise<boolean> {
  const server = createServer();
  server.on('stream', (stream, headers) => answer(stream, headers[':path'] ?? ''));
  const socket = join(dir, `${Math.random()}.sock`);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    return await answersKubelet(socket);
  } finally {
    server.close();
  }
}

const GRPC = { ':status': 200, 'content-type': 'application/grpc' };

describe('a runtime that the kubelet is to ask', () => {
  it('is ready when it tells its version', async () => {
    const ready = await asked((stream, path) => {
      stream.respond(GRPC, { waitForTrailers: true });
      stream.on('wantTrailers', () =>
        stream.sendTrailers({ 'grpc-status': path === '/runtime.v1.RuntimeService/Version' ? 0 : 12 }),
      );
      stream.end(Buffer.from([0, 0, 0, 0, 2, 10, 0]));
    });
    expect(ready).toBe(true);
  });

  it('is not ready while it says that its services are not there yet', async () => {
    const message = 'server is not initialized yet';
    expect(
      await asked((stream) =>
        stream.respond({ ...GRPC, 'grpc-status': 2, 'grpc-message': message }, { endStream: true }),
      ),
    ).toBe(false);
  });

  it('is not ready when it hangs up, or has no socket', async () => {
    expect(await asked((stream) => stream.session?.destroy())).toBe(false);
    expect(await asked((stream) => stream.respond(GRPC, { endStream: true }))).toBe(false);
    expect(await answersKubelet(join(dir, 'none.sock'))).toBe(false);
  });
});
