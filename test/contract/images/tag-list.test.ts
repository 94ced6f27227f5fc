import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { OciRepository } from '../../../src/adapters/oci/repository.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const TAGS = ['a', 'b', 'c', 'd', 'main'];
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
});

/** Answers a list of tags, from the tag after `last`. */
type Tags = (last: string | null) => { tags: string[] | null; link?: string };

const servers: Server[] = [];
async function repositoryOf(tags: Tags): Promise<{ repository: OciRepository; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    if (!url.pathname.endsWith('/tags/list')) {
      response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json');
      return void response.end(MANIFEST);
    }
    asked.push(url.search);
    const { tags: listed, link } = tags(url.searchParams.get('last'));
    if (link !== undefined) response.setHeader('link', `<${link}>; rel="next"`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: 'shop', tags: listed }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
  const { clients } = new OciRegistry({ env: {}, clock: systemClock, log: memoryLog(), googleAccessToken });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { repository: new OciRepository(`${host}/shop`, clients, new OciReferrers(clients), 2), asked };
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const rest = (last: string | null) => TAGS.filter((tag) => last === null || tag > last);
const listed = async (repository: OciRepository) => (await repository.list()).flatMap(({ tags }) => tags).sort();

describe('the tags of a repository are complete', () => {
  it('where the registry cuts the list and names no next page', async () => {
    const { repository } = await repositoryOf((last) => ({ tags: rest(last).slice(0, 2) }));
    expect(await listed(repository)).toEqual(TAGS);
  });

  it('where it names the next page, and where it does not know `last` or `n`', async () => {
    const paged = await repositoryOf((last) => {
      const tags = rest(last).slice(0, 2);
      return { tags, ...(tags.length === 2 ? { link: `/v2/shop/tags/list?n=2&last=${tags[1]}` } : {}) };
    });
    expect(await listed(paged.repository)).toEqual(TAGS);
    expect(paged.asked).toEqual(['?n=2', '?n=2&last=b', '?n=2&last=d', '?n=2&last=main']);
    const whole = await repositoryOf(() => ({ tags: TAGS }));
    expect(await listed(whole.repository)).toEqual(TAGS);
    expect(whole.asked).toEqual(['?n=2', '?n=2&last=main']);
  });

  it('where it has none', async () => {
    const { repository } = await repositoryOf(() => ({ tags: null }));
    expect(await listed(repository)).toEqual([]);
  });
});
