import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const of = (letter: string) => `sha256:${letter.repeat(64)}`;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A registry that answers about the subjects of `known`, and 404 about others. */
async function registry(known: readonly string[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [, subject = ''] = /\/referrers\/(sha256:\w+)/.exec(request.url ?? '') ?? [];
    asked.push(request.url?.replace(/^\/v2\/team\/app\//, '') ?? '');
    if (!known.includes(subject)) return response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: of('e'), size: 2 }];
    response.writeHead(200, { 'content-type': INDEX });
    response.end(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
  const { clients } = new OciRegistry({ env: {}, clock: systemClock, log: memoryLog(), googleAccessToken });
  const referrers = new OciReferrers(clients);
  return { asked, referring: (subject: string) => referrers.referring(`${host}/team/app`, subject) };
}

it('a registry that has the referrers API has it for every image, also after one that is gone', async () => {
  const { referring } = await registry([of('a'), of('c')]);
  expect(await referring(of('a'))).toEqual([of('e')]);
  expect(await referring(of('b'))).toEqual([]);
  expect(await referring(of('c'))).toEqual([of('e')]);
});

it('a registry without it is asked once', async () => {
  const { asked, referring } = await registry([]);
  for (const letter of ['a', 'b', 'c']) expect(await referring(of(letter))).toEqual([]);
  expect(asked).toEqual([`referrers/${of('a')}`]);
});
