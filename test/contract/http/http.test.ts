import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { http } from '../../../src/adapters/http/http.ts';
import { HttpFailure } from '../../../src/ports/http.ts';

const { signal } = new AbortController();
const ask = (url: string, more: object = {}) => http.get(url, { timeoutMs: 5_000, signal, ...more });

describe('asking a URL', () => {
  const servers: { close(): unknown }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(listener: Parameters<typeof createServer>[1]): Promise<number> {
    const server: Server = createServer(listener as never);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it('any name under .localhost is this machine, whatever the resolver says, and is asked for by its own name', async () => {
    const port = await serve((request, response) => {
      response.setHeader('server', 'app').end(`${request.headers.host} ${request.url}`);
    });
    const body = `pr-7.parking.localhost:${port} /healthz`;
    expect(await ask(`http://pr-7.parking.localhost:${port}/healthz`)).toEqual({ status: 200, server: 'app', body });
    expect((await ask(`http://localhost:${port}/`, { hostHeader: 'nobody.invalid' })).body).toBe('nobody.invalid /');
  });

  it('a redirect is an answer, not followed', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://203.0.113.1/' }).end();
    });
    expect((await ask(`http://a.localhost:${port}/`)).status).toBe(302);
  });

  it('of a body without an end the beginning is enough', async () => {
    const port = await serve((_request, response) => {
      const write = () => response.write('x'.repeat(1_000), () => setImmediate(write));
      write();
    });
    expect((await ask(`http://a.localhost:${port}/`)).body).toBe('x'.repeat(2_048));
  });

  it('says why there is no answer', async () => {
    const closed = await serve(() => {});
    servers.splice(0).map((server) => server.close());
    await expect(ask(`http://a.localhost:${closed}/`)).rejects.toMatchObject({ kind: 'refused' });
    await expect(ask('http://nobody.invalid/')).rejects.toMatchObject({ kind: 'unknown-host' });
    const silent = await serve(() => {});
    await expect(ask(`http://a.localhost:${silent}/`, { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
    const tls = createTlsServer();
    servers.push(tls);
    await once(tls.listen(0, '127.0.0.1'), 'listening');
    const port = (tls.address() as AddressInfo).port;
    await expect(ask(`https://a.localhost:${port}/`)).rejects.toBeInstanceOf(HttpFailure);
  });

  it('ends with the reason of a cancellation', async () => {
    const port = await serve(() => {});
    const cancel = new AbortController();
    const asked = ask(`http://a.localhost:${port}/`, { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await expect(asked).rejects.toThrow('cancelled');
  });
});
