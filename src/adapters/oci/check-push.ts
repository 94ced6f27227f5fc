import type { RegistryHttp, RegistryRequest } from './http.ts';

/**
 * May we push to this repository? Begins an upload and cancels it. Docker tries each layer for most of a minute before it
 * tells that it was denied; the registry's answer to this says it at once, and why.
 * @throws UserError or EnvironmentError with what to do
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export async function checkPush(client: RegistryHttp): Promise<void> {
  const begin: RegistryRequest = { method: 'POST', path: 'blobs/uploads/', headers: { 'content-length': '0' } };
  const begun = await client.request(begin);
  if (!begun.ok) throw await client.refused(begin, begun);
  const upload = begun.headers.get('location');
  if (upload === null || new URL(upload, begun.url).origin !== new URL(begun.url).origin) return;
  // Not every registry can cancel; an upload that is left alone ends by itself.
  await client.request({ method: 'DELETE', path: new URL(upload, begun.url).toString() }).catch(() => undefined);
}
