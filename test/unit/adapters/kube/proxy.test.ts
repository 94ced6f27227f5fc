import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openKube } from '../../../../src/adapters/kube/open.ts';
import { proxyOf } from '../../../../src/adapters/kube/proxy.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';
import { json, scriptedServer } from '../../../support/kube/scripted-server.ts';
import { StepClock } from '../../../support/step-clock.ts';

describe('the proxy to a cluster', () => {
  const server = 'https://kube.acme.dev:6443';

  it.each([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    [{ HTTP_PROXY: 'http://proxy:3128' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'other.dev, .acme.dev' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'acme.dev:6443' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'acme.dev:443' }, 'http://proxy:3128'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'me.dev' }, 'http://proxy:3128'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (env, proxy) => {
    expect(proxyOf(server, env)).toBe(proxy);
  });

  it('is never used for this machine', () => {
    expect(proxyOf('https://127.0.0.1:6443', { HTTPS_PROXY: 'http://proxy:3128' })).toBeUndefined();
    expect(proxyOf('https://localhost:6443', { HTTPS_PROXY: 'http://proxy:3128' })).toBeUndefined();
  });

  it('of a kubeconfig carries the requests', async () => {
    const api = await scriptedServer((_request, response) => json(response, 200, { gitVersion: 'v1.34.1' }));
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const upstream = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const connection = { name: 'test', server: 'http://kube.invalid:80', proxy: `http://127.0.0.1:${port}` };
    const context = { connection, clock: new StepClock(0), log: memoryLog(), signal: new AbortController().signal };
    const cluster = openKube(context);
    expect(await cluster.version()).toBe('v1.34.1');
    expect(asked).toEqual(['kube.invalid:80']);
    cluster.close();
    await api.close();
    await new Promise((resolve) => {
      proxy.close(resolve);
      proxy.closeAllConnections();
    });
  });

  it('matters little where TLS is not checked, which is said', () => {
    const log = memoryLog();
    const connection = { name: 'test', server, insecure: true };
    openKube({ connection, clock: new StepClock(0), log, signal: new AbortController().signal });
    expect(log.lines.join()).toContain('insecure-skip-tls-verify');
  });
});
