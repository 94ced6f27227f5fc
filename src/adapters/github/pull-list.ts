type Fetch = typeof fetch;

const [QUOTE, BACKSLASH] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)];
const OPENING = new Set([...'[{'].map((char) => char.charCodeAt(0)));
const CLOSING = new Set([...']}'].map((char) => char.charCodeAt(0)));

/** Whether this is the address of a list of pull requests, as a template or filled in. */
export function isPullList(url: string): boolean {
  return /\/pulls(\?|$)/.test(url);
}

/**
 * A fetch for lists of pull requests that keeps only the fields that are read. A hundred pull requests are 2 MB of text; each is
 * parsed and dropped by itself, so their objects are never in memory together.
 */
export function slimPulls(inner: Fetch): Fetch {
  return async (...request) => {
    const response = await inner(...request);
    if (!response.ok) return response;
    const { status, statusText } = response;
    const headers = new Headers(response.headers);
    // These headers describe the text as it was received.
    for (const name of ['content-length', 'content-encoding']) headers.delete(name);
    const text = await response.text();
    const slim = text.startsWith('[') ? `[${itemsOf(text).map(slimPull).join(',')}]` : text;
    return new Response(slim, { status, statusText, headers });
  };
}

function slimPull(text: string): string {
  const { number, state, head } = JSON.parse(text) as {
    number: number;
    state: string;
    head: { sha: string; ref: string; repo: { id: number } | null };
  };
  const { sha, ref, repo } = head;
  return JSON.stringify({ number, state, head: { sha, ref, repo: repo && { id: repo.id } } });
}

/** The text of each item of a JSON array of objects. */
export function itemsOf(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(char)) {
      depth += 1;
      if (depth === 2) from = at;
    } else if (CLOSING.has(char)) {
      depth -= 1;
      if (depth === 1) items.push(text.slice(from, at + 1));
    }
  }
  return items;
}

/** Index of the quote that ends the string which begins at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
