import { EnvironmentError } from '../../errors.ts';
import type { ImageReference } from '../../objects/image-reference.ts';
import type { RegistryHttp, RegistryRequest } from './http.ts';
import { sha256Of } from './manifest.ts';
import { readBody } from './read-body.ts';

/** Bytes. Statements and configurations are smaller; BuildKit reads attestations up to 40 MiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The content of a blob; its digest is verified. Registries may redirect to their storage.
 * @throws EnvironmentError without it, with another digest, and for more than 16 MiB
 */
export async function pullBlob(client: RegistryHttp, { repository }: ImageReference, digest: string): Promise<Buffer> {
  const response = await client.request({ method: 'GET', path: `blobs/${digest}` });
  const what = `the blob ${repository}@${digest}`;
  if (response.status === 404) {
    throw new EnvironmentError(`${what} is missing in the registry`, {
      remedy: 'A manifest names it, so something deleted it. Push the image again.',
    });
  }
  const content = await readBody(response, what, MOST_BYTES);
  if (sha256Of(content) === digest) return content;
  throw new EnvironmentError(`${what} is served with the digest ${sha256Of(content)}`, {
    remedy: 'Something between this machine and the registry changes its answers (a proxy, a cache).',
  });
}

/**
 * Uploads a blob, unless the registry has it.
 * @returns its digest
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export async function pushBlob(client: RegistryHttp, content: Buffer): Promise<string> {
  const digest = sha256Of(content);
  if ((await client.request({ method: 'HEAD', path: `blobs/${digest}` })).ok) return digest;
  const begin: RegistryRequest = { method: 'POST', path: 'blobs/uploads/', headers: { 'content-length': '0' } };
  const begun = await client.request(begin);
  const location = begun.headers.get('location');
  if (!begun.ok || location === null) throw await client.refused(begin, begun);
  const address = new URL(location, begun.url);
  address.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const put: RegistryRequest = { method: 'PUT', path: address.toString(), headers, body: content };
  const stored = await client.request(put);
  if (!stored.ok) throw await client.refused(put, stored);
  return digest;
}
