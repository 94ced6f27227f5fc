import { retryAfter } from '../http/retry-after.ts';
/** The Status of a refusal. @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#status-v1-meta */
export interface Status {
  message: string;
  /** NotFound, Forbidden, Conflict, Invalid, AlreadyExists, … */
  reason: string;
  causes: { reason?: string; message?: string; field?: string }[];
}

/** A refusal of the API server. Stays inside `adapters/kube`: `translate.ts` makes it an error for people. */
export class ApiFailure extends Error {
  readonly httpStatus: number;
  readonly status: Status;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** The answer to a repeated request: the first attempt may have succeeded. */
  repeated = false;
  /** A 401 to a credential that was accepted before. */
  wasAccepted = false;

  constructor(httpStatus: number, status: Status, retryAfterMs?: number) {
    super(status.message || `HTTP ${httpStatus}`);
    this.name = 'ApiFailure';
    this.httpStatus = httpStatus;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Reads the body of a refusal: a Status object, or the text of a proxy in front of the server. */
export function failureOf(httpStatus: number, body: string, header: string | undefined): ApiFailure {
  return new ApiFailure(httpStatus, statusOf(body), retryAfter(header, Date.now()));
}

/** No credential for a request: the sign-in failed, or its token file is missing. */
export class NoCredential extends Error {
  readonly wasAccepted: boolean;

  constructor(cause: unknown, wasAccepted: boolean) {
    super('no credential', { cause });
    this.name = 'NoCredential';
    this.wasAccepted = wasAccepted;
  }
}

/** The Status in a body, or its first line as the message. */
export function statusOf(body: string): Status {
  try {
    const parsed = JSON.parse(body) as { message?: string; reason?: string; details?: { causes?: Status['causes'] } };
    return { message: parsed.message ?? '', reason: parsed.reason ?? '', causes: parsed.details?.causes ?? [] };
  } catch {
    return { message: body.trim().split('\n')[0]?.slice(0, 300) ?? '', reason: '', causes: [] };
  }
}

/** Worth a retry: the network, throttling, and a server (or a webhook behind it) with a passing error. */
export function isTransient(error: unknown): boolean {
  if (isRefused(error)) return true;
  if (error instanceof NoCredential) return false;
  if (error instanceof ApiFailure) return [429, 500, 502, 503, 504].includes(error.httpStatus) && !isRefusal(error);
  const code = codeOf(error);
  return code !== undefined && TRANSIENT_CODES.has(code);
}

/** A credential that was accepted before is refused: it has expired, or the authenticator is restarting. */
export function isRefused(error: unknown): boolean {
  if (error instanceof NoCredential) return error.wasAccepted;
  return error instanceof ApiFailure && error.httpStatus === 401 && error.wasAccepted;
}

/** Words of a 500 whose cause is the object: an invalid quantity, a field of the wrong type. */
const REFUSALS = /unable to convert|failed to convert|failed to create typed|unable to parse|quantities must match/;

export function isRefusal(error: ApiFailure): boolean {
  return error.httpStatus === 500 && REFUSALS.test(error.message);
}

/** Node's code of a failed connection, e.g. ECONNREFUSED; of the first cause that has one. */
export function codeOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = (e as NodeJS.ErrnoException).code;
    if (typeof code === 'string') return code;
    const [inner] = e instanceof AggregateError ? e.errors : [];
    if (inner !== undefined) return codeOf(inner);
  }
  return undefined;
}

const TRANSIENT_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
]);
