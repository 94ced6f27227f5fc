/** How to reach one API server, and as whom. */
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
   * The Authorization header. It is asked for before every request; with `renew` after the server answered 401, and then
   * resolves to undefined where it cannot be had anew.
   */
  authorization?: ((renew: boolean) => Promise<string | undefined>) | undefined;
  /** Headers of every request (impersonation). */
  headers?: Record<string, string>;
  /** What to do when nothing answers at `server`, where more is known than the error says. */
  unreachable?: string | undefined;
  /** URL of an HTTP proxy (`proxy-url` of a kubeconfig). */
  proxy?: string | undefined;
}
