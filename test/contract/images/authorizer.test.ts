import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RegistryLogin } from '../../../src/adapters/docker/login.ts';
import { Authorizer } from '../../../src/adapters/oci/authorizer.ts';
import { EnvironmentError } from '../../../src/errors.ts';

const servers: Server[] = [];
async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const LOGINS: RegistryLogin[] = [
  { kind: 'identity-token', token: 'REFRESH-TOKEN' },
  { kind: 'password', username: 'u', password: 'p' },
];

describe.each(LOGINS)('a token for a login by $kind', (login) => {
  const masked: string[] = [];
  const answer = (host: string) => {
    const authorizer = new Authorizer(
      { host, path: 'acme/app' },
      async () => login,
      'pull',
      (secret) => masked.push(secret),
    );
    return authorizer.answer(`Bearer realm="http://${host}/token",service="s"`, fetch).then(() => authorizer.header);
  };

  it('HRD-4: is not asked for at an address that the registry only redirects to', async () => {
    const asked: unknown[] = [];
    const other = await listen((request, response) => {
      asked.push(request.url);
      response.end('{"token":"t"}');
    });
    const host = await listen((_, response) => response.writeHead(307, { location: `http://${other}/x` }).end());
    await expect(answer(host)).rejects.toThrow(EnvironmentError);
    await expect(answer(host)).rejects.toThrow('redirects the request for a token');
    expect(asked).toEqual([]);
  });

  it('HRD-4: that is no JSON is an error of the environment', async () => {
    const host = await listen((_, response) => response.end('<html>sign in</html>'));
    await expect(answer(host)).rejects.toThrow(EnvironmentError);
  });

  it('HRD-7: is hidden in the log', async () => {
    const host = await listen((_, response) => response.end('{"token":"bearer-value"}'));
    expect(await answer(host)).toBe('Bearer bearer-value');
    expect(masked).toContain('bearer-value');
  });

  it('is asked for once by requests that run at one time, and again after it was refused', async () => {
    const asked: unknown[] = [];
    const host = await listen((request, response) => {
      asked.push(request.url);
      setTimeout(() => response.end(`{"token":"t${asked.length}"}`), 20);
    });
    const authorizer = new Authorizer(
      { host, path: 'acme/app' },
      async () => login,
      'pull',
      () => undefined,
    );
    const challenge = `Bearer realm="http://${host}/token",service="s"`;
    const ask = (refused?: string) => authorizer.answer(challenge, fetch, refused);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([true, true, true]);
    expect([await ask(), authorizer.header, asked.length]).toEqual([true, 'Bearer t1', 1]);
    expect([await ask('Bearer t1'), authorizer.header, asked.length]).toEqual([true, 'Bearer t2', 2]);
  });

  it('hb-13: is asked for reading alone where nothing is pushed', async () => {
    let scope = '';
    const host = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const fields =
          request.method === 'POST' ? new URLSearchParams(body) : new URL(request.url ?? '', 'http://x').searchParams;
        scope = fields.get('scope') ?? '';
        response.end('{"token":"t"}');
      });
    });
    await answer(host);
    expect(scope).toBe('repository:acme/app:pull');
  });
});

describe('P3: an access token that died before its time', () => {
  const login = (password: string): RegistryLogin => ({ kind: 'password', username: 'oauth2accesstoken', password });

  /** @param later the logins that follow a refused one */
  async function answered(...later: string[]) {
    const asked: string[] = [];
    const host = await listen((request, response) => {
      const [, encoded = ''] = (request.headers.authorization ?? '').split(' ');
      const password = Buffer.from(encoded, 'base64').toString('utf8').split(':')[1] ?? '';
      asked.push(password);
      response.writeHead(password === 'alive' ? 200 : 401).end('{"token":"t"}');
    });
    const find = async (refused?: RegistryLogin) => {
      if (refused === undefined) return login('dead');
      const next = later.shift();
      return next === undefined ? undefined : login(next);
    };
    const authorizer = new Authorizer({ host, path: 'acme/app' }, find, 'pull', () => undefined);
    const answer = authorizer.answer(`Bearer realm="http://${host}/token",service="s"`, fetch);
    return { asked, answer: answer.then(() => authorizer.header) };
  }

  it('is replaced by another one, once', async () => {
    const { asked, answer } = await answered('alive');
    expect([await answer, asked]).toEqual(['Bearer t', ['dead', 'alive']]);
  });

  it('is an error where there is no other, or the other is refused as well', async () => {
    for (const later of [[], ['dead too', 'alive']]) {
      const { asked, answer } = await answered(...later);
      await expect(answer).rejects.toThrow('does not accept the login');
      expect(asked.length).toBe(Math.min(later.length, 1) + 1);
    }
  });
});
