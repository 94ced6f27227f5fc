import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { visits } from '../../../src/adapters/http/visits.ts';
import { createAuthority } from '../../support/google/authority.ts';

describe('what visitors of a host find', () => {
  it('reads the certificate of a server that nobody trusts, and sends nothing', async () => {
    const authority = createAuthority();
    const received: string[] = [];
    const server = createServer(authority.issue(['pr-1.acme.dev']), (socket) => {
      socket.on('data', (data) => received.push(String(data)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { certificate, untrusted } = await visits.certificate('pr-1.acme.dev', '127.0.0.1', port);
    expect(certificate?.names).toEqual(['pr-1.acme.dev']);
    expect(Date.parse(certificate?.validTo ?? '')).toBeGreaterThan(Date.now());
    expect(untrusted).toBeDefined();
    server.close();
    expect(received).toEqual([]);
    await expect(visits.certificate('pr-1.acme.dev', '127.0.0.1', port)).rejects.toThrow(
      'no TLS handshake with 127.0.0.1',
    );
  });

  it('finds the addresses of this machine', async () => {
    expect(await visits.addresses('localhost')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.|::1)/)]),
    );
  });
});
