import { messageOf } from '../../errors.ts';
import { neutralise } from '../../text/neutralise.ts';

/** The answer of Google, or of GitHub's token endpoint, in place of a token. */
export interface TokenRefusal {
  /** Address of the request, without its query. */
  url: string | undefined;
  /** HTTP status; undefined when nothing answered. */
  status: number | undefined;
  /** OAuth error code (`invalid_target`) or canonical status (`PERMISSION_DENIED`). */
  code: string | undefined;
  message: string;
  /** Machine-readable reason of google.rpc.ErrorInfo, e.g. `SERVICE_DISABLED`. */
  reason: string | undefined;
}

/**
 * Reads an error of google-auth-library, whose own message is useless for a body in Google's error format ("Error code
 * [object Object]").
 * @see https://cloud.google.com/apis/design/errors and RFC 6749, section 5.2
 */
export function tokenRefusalOf(error: unknown): TokenRefusal {
  const response = field(error, 'response');
  const data = bodyOf(field(response, 'data'));
  const google = field(data, 'error');
  const isGoogle = typeof google === 'object' && google !== null;
  const said = isGoogle ? text(field(google, 'message')) : text(field(data, 'error_description'));
  return {
    url: withoutQuery(field(field(error, 'config'), 'url')),
    status: number(field(response, 'status')),
    code: isGoogle ? text(field(google, 'status')) : text(google),
    message: neutralise(said ?? messageOf(error)).join(' '),
    reason: isGoogle ? reasonOf(field(google, 'details')) : undefined,
  };
}

/** The library leaves a body without a JSON content type as text. */
function bodyOf(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function reasonOf(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  return details.map((detail) => text(field(detail, 'reason'))).find((reason) => reason !== undefined);
}

function withoutQuery(url: unknown): string | undefined {
  if (!(url instanceof URL) && typeof url !== 'string') return undefined;
  return String(url).split('?')[0];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
