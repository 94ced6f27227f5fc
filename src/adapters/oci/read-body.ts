import { EnvironmentError, messageOf } from '../../errors.ts';

/** Bytes. Registries take manifests up to 4 MiB. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The body of an answer.
 * @param what for messages: "the manifest of …"
 * @param most bytes
 * @throws EnvironmentError for more
 */
export async function readBody(response: Response, what: string, most = MOST_BYTES): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    length += (chunk as Uint8Array).length;
    if (length > most) throw notUnderstood(what, `it is larger than ${most / 1024 / 1024} MiB`);
  }
  return Buffer.concat(chunks);
}

/** The JSON of an answer. @throws EnvironmentError when it is too large, or is no JSON object */
export async function readJson<T extends object>(response: Response, what: string): Promise<T> {
  return parseJson<T>(await readBody(response, what), what);
}

/** @throws EnvironmentError when the content is no JSON object */
export function parseJson<T extends object>(content: Buffer, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw notUnderstood(what, messageOf(cause));
  }
  if (typeof value !== 'object' || value === null) throw notUnderstood(what, 'it is not a JSON object');
  return value as T;
}

/** The error of an answer that is not what a registry gives. */
export function notUnderstood(what: string, why: string): EnvironmentError {
  return new EnvironmentError(`${what} cannot be understood: ${why}`, {
    remedy:
      'Something other than a registry answers (a proxy, a sign-in page), or the registry is broken. Ask its operators.',
  });
}
