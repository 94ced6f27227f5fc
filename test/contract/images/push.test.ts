import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { UserError } from '../../../src/errors.ts';
import { requirePlatform } from '../../support/platform.ts';
import type { ProxyLogin, RegistryProxy } from '../../support/registry-proxy.ts';
import { Pushing, SHA } from './pushing.ts';
import { ImageRig } from './rig.ts';

const platform = await requirePlatform('pushing to a registry');
const LOGIN = { username: 'me', password: `pw-${process.pid}` };

describe.skipIf(!platform)('push-to-registry, with a real engine and registry', () => {
  if (!platform) return;
  const rig = new ImageRig(platform, 'push');
  const pushing = new Pushing(rig);
  let image: string;
  let count = 0;

  beforeAll(() => {
    image = made();
  });
  afterEach(() => pushing.closeProxies());
  afterAll(() => rig.close());

  const made = () => pushing.made();
  const plan = (overrides: Parameters<Pushing['plan']>[1] = {}) => pushing.plan(image, overrides);
  const registry = (env = rig.env) => pushing.registry(env);
  const push = (planned: ReturnType<typeof plan>, env = rig.env, clock = systemClock) =>
    pushing.push(planned, { env, clock });
  const proxied = (login?: ProxyLogin) => pushing.proxied(login);
  const throughProxy = (proxy: RegistryProxy, overrides: Parameters<Pushing['plan']>[1] = {}) =>
    pushing.throughProxy(image, proxy, overrides);
  /** The environment with a login for a host, as `docker login` writes it. */
  const signedIn = (host: string): NodeJS.ProcessEnv => {
    const folder = join(rig.folder, `config-${count++}`);
    mkdirSync(folder);
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    return { ...rig.env, DOCKER_CONFIG: folder };
  };
  const served: Pushing['served'] = (...args) => pushing.served(...args);

  it('answers with the registry’s digest of the very image that the engine has', async () => {
    const planned = plan();
    const { outcome, outputs } = await push(planned);
    expect(outcome).toBe('succeeded');
    const [inspected] = JSON.parse(rig.docker('image', 'inspect', image));
    for (const tag of [SHA, 'main']) {
      const there = await served(planned.repository, tag);
      expect(there).toEqual({ status: 200, digest: outputs.digest, config: inspected.Id });
    }
    expect(outputs).toMatchObject({ reference: `${planned.repository}@${outputs.digest}`, tags: `${SHA}\nmain` });
  });

  it('hb-13: a login that may only read finds the image; to push it is denied', async () => {
    const proxy = await proxied({ ...LOGIN, kind: 'bearer', readOnly: true });
    const planned = plan();
    const { outputs } = await push(planned);
    const repository = `${proxy.host}/${planned.repository.slice(planned.repository.indexOf('/') + 1)}`;
    const env = signedIn(proxy.host);
    for (const reference of [`${repository}:${SHA}`, `${repository}@${outputs.digest}`]) {
      expect(await registry(env).resolve(reference)).toMatchObject({ digest: outputs.digest });
    }
    const other = throughProxy(proxy);
    await expect(push(other, env)).rejects.toThrow(`access to ${other.repository} is denied`);
  });

  it('P6: is repeatable, and never moves a version’s tag', async () => {
    const planned = plan({ names: ['1.4.2', 'main'] });
    const first = await push(planned);
    expect((await push(planned)).outcome).toBe('unchanged');
    const other = push({ ...planned, image: made() });
    await expect(other).rejects.toThrow(`${planned.repository}:1.4.2 exists already and is another image`);
    for (const tag of ['1.4.2', 'main']) {
      expect((await served(planned.repository, tag)).digest).toBe(first.outputs.digest);
    }
  });

  it('of a commit that is built again keeps the earlier build under a tag of its own', async () => {
    const planned = plan();
    const first = await push(planned);
    const again = await push({ ...planned, image: made() });
    for (const tag of [SHA, 'main']) {
      expect((await served(planned.repository, tag)).digest).toBe(again.outputs.digest);
    }
    const [inspected] = JSON.parse(rig.docker('image', 'inspect', image));
    const kept = `${SHA}-${inspected.Id.slice('sha256:'.length, 'sha256:'.length + 8)}`;
    expect((await served(planned.repository, kept)).digest).toBe(first.outputs.digest);
    const tables = (blocks: typeof again.blocks) => blocks.filter(({ kind }) => kind === 'table');
    expect(tables(first.blocks)).toEqual([]);
    expect(tables(again.blocks)).toMatchObject([
      { title: expect.stringMatching(/^Layers of \S+ since the last main: 1 of 1 new, /) },
    ]);
  });

  it('P1: tries again after 429 and 503, as late as it is asked to, and tells each attempt', async () => {
    const proxy = await proxied();
    proxy.fail(/^GET \/v2\/.*\/manifests\/sha-/, 1, 429, { 'retry-after': '1' });
    proxy.fail(/^PUT \/v2\/.*\/manifests\/main/, 2, 503);
    const slept: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
    expect((await push(throughProxy(proxy), rig.env, clock)).outcome).toBe('succeeded');
    expect(slept).toHaveLength(3);
    expect(slept[0]).toBeGreaterThanOrEqual(1_000);
    expect(rig.lines.join('\n')).toMatch(
      /registry 127\.0\.0\.1:\d+: attempt 1 of 5: .*answered 429 .*; attempt 2 of 5 in/,
    );
  });

  it('asks whether it may push, and leaves no upload behind', async () => {
    const proxy = await proxied();
    await push(throughProxy(proxy));
    const uploads = proxy.requests.filter((line) => /\/blobs\/uploads\//.test(line));
    expect(uploads[0]).toMatch(/^POST .* 202$/);
    expect(uploads[1]).toMatch(/^DELETE .* 204$/);
  });

  it('P1: tries again when docker’s own push is refused for the moment', async () => {
    const proxy = await proxied();
    proxy.fail(/^PUT \/v2\/.*\/manifests\/sha-/, 1, 503);
    expect((await push(throughProxy(proxy))).outcome).toBe('succeeded');
    expect(rig.lines.join('\n')).toMatch(/push 127\.0\.0\.1:\d+.*: attempt 1 of 3: .*503/);
  });

  it('a tag that the registry does not set is an error', async () => {
    const proxy = await proxied();
    proxy.fail(/^PUT \/v2\/.*\/manifests\/main/, 1, 404);
    await expect(push(throughProxy(proxy))).rejects.toThrow('does not exist');
  });

  it('gives up after five attempts, with the last reason', async () => {
    const proxy = await proxied();
    proxy.fail(/^GET \/v2\/.*\/manifests/, 99, 502);
    const clock = { ...systemClock, sleep: async () => undefined };
    await expect(push(throughProxy(proxy), rig.env, clock)).rejects.toThrow('answered 502');
    const refused = proxy.requests.filter((line) => line.endsWith(' 502'));
    // The tags are asked for at one time.
    const ofEach = [...new Set(refused)].map((line) => refused.filter((one) => one === line).length);
    expect(ofEach).toEqual(ofEach.map(() => 5));
    expect(ofEach.length).toBeGreaterThan(0);
  });

  it.each(['basic', 'bearer'] as const)('signs in with docker’s own login (%s)', async (kind) => {
    const proxy = await proxied({ kind, ...LOGIN });
    expect((await push(throughProxy(proxy), signedIn(proxy.host))).outcome).toBe('succeeded');
    expect(proxy.requests.some((line) => /^PUT .*manifests\/main 201$/.test(line))).toBe(true);
  });

  it('P3: fetches a new token when one dies on the way', async () => {
    const proxy = await proxied({ kind: 'bearer', ...LOGIN, tokenUses: 1 });
    const planned = throughProxy(proxy, { names: [SHA, 'main', 'edge'] });
    const env = signedIn(proxy.host);
    const client = registry(env);
    await push({ ...planned, repository: planned.repository.replace(proxy.host, rig.registry) });
    const found = await client.resolve(`${planned.repository}:${SHA}`);
    await client.tag(planned.repository, found?.digest ?? '', 'later');
    expect((await client.resolve(`${planned.repository}:later`))?.digest).toBe(found?.digest);
    expect(proxy.requests.filter((line) => line.startsWith('GET /token')).length).toBeGreaterThanOrEqual(3);
  });

  it('says when a login is missing or wrong, before anything is uploaded', async () => {
    const proxy = await proxied({ kind: 'bearer', username: 'me', password: 'other' });
    const planned = throughProxy(proxy);
    await expect(push(planned)).rejects.toThrow(`registry ${proxy.host} requires a login, and the job has none`);
    const wrong = push(planned, signedIn(proxy.host));
    await expect(wrong).rejects.toBeInstanceOf(UserError);
    await expect(wrong).rejects.toThrow(`registry ${proxy.host} does not accept the login`);
    expect(proxy.requests.filter((line) => /^(POST|PUT|PATCH)/.test(line))).toEqual([]);
  });

  it.each([
    [403, 'DENIED', 'requested access to the resource is denied', /^access to .* is denied$/],
    [404, 'NAME_UNKNOWN', 'repository name not known to registry', /^repository .* does not exist$/],
    [401, 'UNAUTHORIZED', 'authentication required', /requires a login, and the job has none$/],
  ])('says at once what to do when uploads are refused with %s', async (status, code, message, told) => {
    const proxy = await proxied();
    const body = JSON.stringify({ errors: [{ code, message }] });
    proxy.fail(/^POST \/v2\/.*\/blobs\/uploads/, 99, status, { 'content-type': 'application/json' }, body);
    const refused = push(throughProxy(proxy));
    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(told), remedy: expect.any(String) });
    expect(proxy.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('says when the registry does not answer', async () => {
    const proxy = await proxied();
    const planned = throughProxy(proxy);
    await proxy.close();
    const clock = { ...systemClock, sleep: async () => undefined };
    await expect(push(planned, rig.env, clock)).rejects.toThrow(/registry 127\.0\.0\.1:\d+ cannot be reached/);
  });

  it('does not believe a registry whose bytes are not what it says', async () => {
    const proxy = await proxied();
    const planned = throughProxy(proxy);
    const { outputs } = await push(planned);
    const type = { 'content-type': 'application/vnd.docker.distribution.manifest.v2+json' };
    proxy.fail(/^GET .*\/manifests\/sha256:/, 1, 200, type, '{"schemaVersion":2,"config":{"digest":"sha256:x"}}');
    await expect(registry().resolve(outputs.reference ?? '')).rejects.toThrow(
      /the manifest served as .* has the digest/,
    );
  });
});
