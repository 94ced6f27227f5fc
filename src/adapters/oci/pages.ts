import { EnvironmentError } from '../../errors.ts';
import type { RegistryHttp } from './http.ts';

/** Pages to read at most: a registry that names the same page again must not hold the run. */
const MOST_PAGES = 10_000;

/**
 * The answers of a listing, page by page. The registry names the next page in `Link`; it may give fewer entries than requested.
 * @param accept statuses that are an answer, beside success and 404; such an answer is the last one
 * @throws EnvironmentError for a next page at another address, or for more than 10,000 pages
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export async function* pagesOf(
  client: RegistryHttp,
  path: string,
  accept: readonly number[] = [],
): AsyncGenerator<Response> {
  let next: string | undefined = path;
  for (let page = 0; next !== undefined; page++) {
    if (page >= MOST_PAGES) throw endless(path);
    const response = await client.request({ method: 'GET', path: next, accept });
    const { url } = response;
    next = response.ok ? nextPage(response) : undefined;
    if (next !== undefined && new URL(next).origin !== new URL(url).origin) throw endless(path);
    yield response;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8288#section-3 */
function nextPage(response: Response): string | undefined {
  const header = response.headers.get('link') ?? '';
  const relation = header.search(/\brel="?next\b/i);
  const [from, to] = [header.lastIndexOf('<', relation), header.lastIndexOf('>', relation)];
  return relation < 0 || from < 0 || to < from
    ? undefined
    : new URL(header.slice(from + 1, to), response.url).toString();
}

function endless(path: string): EnvironmentError {
  return new EnvironmentError(`the registry does not end its list ${path}`, {
    remedy: 'It names a next page again and again, or one at another address. Ask the operators of the registry.',
  });
}
