/** The answer of a URL. */
export interface HttpAnswer {
  status: number;
  /** Header `server`, which distinguishes an ingress controller from the app behind it; empty without one. */
  server: string;
  /** The first bytes of the body, as text. */
  body: string;
}

export interface HttpRequest {
  /** Milliseconds until the answer counts as missing. */
  timeoutMs: number;
  signal: AbortSignal;
  /** The Host header, in place of the URL's own host: requests another site of the same server. */
  hostHeader?: string;
  /** Header Authorization. */
  authorization?: string | undefined;
}

/** Why a request failed. */
export type HttpFailureKind = 'unknown-host' | 'refused' | 'timeout' | 'certificate' | 'other';

/** The error of a request without an answer. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;

  constructor(kind: HttpFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpFailure';
    this.kind = kind;
  }
}

/** Requests URLs as a visitor does. One implementation: `adapters/http`. */
export interface Http {
  /**
   * GET without following redirects. Host names under .localhost are this machine (RFC 6761, section 6.3).
   * @throws HttpFailure without an answer; the signal's reason when it aborts
   */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
}
