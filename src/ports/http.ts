/** What a URL answered. */
export interface HttpAnswer {
  status: number;
  /** Header `server`, which tells an ingress controller from the app behind it; empty when there is none. */
  server: string;
  /** The first bytes of the body, as text. */
  body: string;
}

export interface HttpRequest {
  /** Milliseconds until the answer counts as missing. */
  timeoutMs: number;
  signal: AbortSignal;
  /** In place of the URL's own host in the Host header: the same server, asked for another site. */
  hostHeader?: string;
  /** Header Authorization. */
  authorization?: string | undefined;
}

/** Why a URL could not be asked. */
export type HttpFailureKind = 'unknown-host' | 'refused' | 'timeout' | 'certificate' | 'other';

/** Thrown when there is no answer at all. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;

  constructor(kind: HttpFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpFailure';
    this.kind = kind;
  }
}

/** Asks URLs, as a visitor would. One implementation: `adapters/http`. */
export interface Http {
  /**
   * GET without following redirects. Host names under .localhost are this machine (RFC 6761, section 6.3).
   * @throws HttpFailure when there is no answer; the signal's reason when it aborts
   */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
}
