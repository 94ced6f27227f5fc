import type { RegistryHttp, RegistryRequest } from './http.ts';

/**
 * Checks the permission to push: begins an upload and cancels it. The registry answers at once, with its reason, while docker
 * tries each layer for most of a minute before it reports a denial.
 * @throws UserError or EnvironmentError with what to do
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export async function checkPush(client: RegistryHttp): Promise<void> {
  const begin: RegistryRequest = { method: 'POST', path: 'blobs/uploads/', headers: { 'content-length': '0' } };
  const begun = await client.request(begin);
  if (!begun.ok) throw await client.refused(begin, begun);
  const upload = begun.headers.get('location');
  if (upload === null || new URL(upload, begun.url).origin !== new URL(begun.url).origin) return;
  // Some registries cannot cancel; they drop an abandoned upload later.
  await client.request({ method: 'DELETE', path: new URL(upload, begun.url).toString() }).catch(() => undefined);
}
