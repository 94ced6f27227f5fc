import { UserError } from '../errors.ts';

/** An image reference in its parts. `repository` is host/path, as in slipway.yml. */
export interface ImageReference {
  /** Registry host, with its port where it has one: docker.io, localhost:5000 */
  host: string;
  /** Path inside the registry: library/postgres */
  path: string;
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** @see https://pkg.go.dev/github.com/distribution/reference#pkg-overview */
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;

/** Whether registries accept the tag: at most 128 word characters, dots and dashes; the first is a word character. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether the text is sha256:… with 64 hexadecimal digits. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/**
 * Reads `host[:port]/path[:tag][@sha256:…]` by Docker's rules: without a host it is docker.io, and a single name is
 * library/<name>.
 * @throws UserError that names the wrong part
 */
export function parseReference(text: string): ImageReference {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tag = colon > named.lastIndexOf('/') ? named.slice(colon + 1) : undefined;
  const { host, path } = splitHost(tag === undefined ? named : named.slice(0, colon));
  if (!HOST.test(host)) throw refused(text, `"${host}" is not a registry host`);
  if (!PATH.test(path)) throw refused(text, wrongPath(path));
  if (tag !== undefined && !isTag(tag)) throw refused(text, `"${tag}" is not a tag`);
  if (digest !== undefined && !isDigest(digest)) throw refused(text, `"${digest}" is not sha256: and 64 hex digits`);
  return { host, path, repository: `${host}/${path}`, tag, digest };
}

/** As `parseReference`, but undefined for an invalid reference. */
export function tryReference(text: string): ImageReference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

/** The first part is a host if it has a dot or a port, is localhost or has capitals; else the whole is on docker.io. */
function splitHost(name: string): { host: string; path: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()) {
    const path = name.slice(slash + 1);
    const host = first === 'index.docker.io' ? 'docker.io' : first;
    return { host, path: host === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
  }
  return { host: 'docker.io', path: slash < 0 ? `library/${name}` : name };
}

function wrongPath(full: string): string {
  const path = full.replace(/^library\//, '');
  if (path === '') return 'the repository is missing';
  if (path !== path.toLowerCase()) return `"${path}" must be lower case`;
  return `"${path}" is not a repository`;
}

function refused(text: string, why: string): UserError {
  return new UserError(`"${text}" is not an image reference: ${why}`, {
    remedy: 'Write host[:port]/path[:tag] or host[:port]/path@sha256:…, in lower case.',
  });
}
