/** The address of one API server, and the identity for it. */
export interface Connection {
  /** For messages: the context of the kubeconfig, or the resource path of GKE. */
  name: string;
  /** https://host[:port][/prefix], without a slash at the end. */
  server: string;
  /** PEM; undefined: the certificate authorities that Node trusts. */
  ca?: string | undefined;
  /** Name in the server's certificate where it is not the host of `server`. */
  serverName?: string | undefined;
  /** The kubeconfig says insecure-skip-tls-verify. */
  insecure?: boolean;
  /** PEM of a client certificate and its key. */
  cert?: string | undefined;
  key?: string | undefined;
  /**
   * The Authorization header of the next request. With `renew`, after a 401, it resolves to undefined when it cannot be
   * renewed.
   */
  authorization?: ((renew: boolean) => Promise<string | undefined>) | undefined;
  /** Headers of every request (impersonation). */
  headers?: Record<string, string>;
  /** The remedy when nothing answers at `server`, if more is known than the error says. */
  unreachable?: string | undefined;
  /** URL of an HTTP proxy (`proxy-url` of a kubeconfig). */
  proxy?: string | undefined;
}
