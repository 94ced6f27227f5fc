import { EnvironmentError, messageOf, PermissionMissing } from '../../errors.ts';
import { neutraliseLine } from '../../text/neutralise.ts';

export interface GoogleRest {
  /** An access token; masked before its first use. */
  token(): Promise<string>;
  signal: AbortSignal;
}

/** Milliseconds. */
const TIMEOUT_MS = 15_000;

/** An answer that is no success. */
export class GoogleRefusal extends Error {
  readonly status: number;
  readonly retryAfter: string | null;
  /** For people. */
  readonly error: EnvironmentError;

  constructor(status: number, retryAfter: string | null, error: EnvironmentError) {
    super(error.message, { cause: error });
    this.status = status;
    this.retryAfter = retryAfter;
    this.error = error;
  }
}

/**
 * Asks an API of Google once.
 * @returns undefined for 404
 * @throws GoogleRefusal for another refusal, EnvironmentError where the API cannot be reached
 */
export async function askGoogle<T>(
  { token, signal }: GoogleRest,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: object,
): Promise<T | undefined> {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const init = { method, headers, signal: limit, redirect: 'error' as const };
  const host = new URL(url).host;
  const answer = await fetch(url, body === undefined ? init : { ...init, body: JSON.stringify(body) }).catch(
    (cause) => {
      signal.throwIfAborted();
      throw new EnvironmentError(`${host} cannot be reached: ${messageOf(cause)}`, { cause });
    },
  );
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as T;
  if (answer.status === 404) return undefined;
  throw new GoogleRefusal(answer.status, answer.headers.get('retry-after'), refused(host, answer.status, text));
}

interface Refusal {
  error?: { message?: string; details?: { reason?: string; metadata?: Record<string, string> }[] };
}

/** @see https://cloud.google.com/apis/design/errors */
function refused(host: string, status: number, text: string): EnvironmentError {
  const { error } = parsed(text);
  const said = neutraliseLine(error?.message ?? `HTTP ${status}`);
  const details = error?.details ?? [];
  if (details.some(({ reason }) => reason === 'SERVICE_DISABLED')) {
    return new EnvironmentError(said, { remedy: `Enable the API: gcloud services enable ${host}` });
  }
  if (status !== 403) return new EnvironmentError(`${host}: ${said}`);
  const named = details.map(({ metadata }) => metadata?.permission).find((permission) => permission !== undefined);
  const permission = named ?? /Permission '([\w.]{1,100})'/.exec(said)?.[1];
  return new PermissionMissing(said, permission === undefined ? {} : { permission });
}

function parsed(text: string): Refusal {
  try {
    return JSON.parse(text) as Refusal;
  } catch {
    return {};
  }
}
