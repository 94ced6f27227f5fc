import { type RequestOptions, request } from 'node:https';
import type { Raw } from './https-front.ts';
import type { LocalCluster } from './local-cluster.ts';
import type { Tokens } from './tokens.ts';

/**
 * The front end of GKE's DNS-based endpoints (*.gke.goog): it has a public certificate, wants a Google token and passes on
 * to the control plane, here the real API server of the local cluster.
 */
export function apiFront(cluster: LocalCluster, tokens: Tokens): Raw {
  return (incoming, outgoing) => {
    if (!tokens.of(incoming.headers.authorization)) {
      outgoing.writeHead(401, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 401 }));
      return;
    }
    const { method, url: path } = incoming;
    // Node checks the certificate against this header.
    const headers = { ...incoming.headers, host: `${cluster.host}:${cluster.port}` };
    const ca = Buffer.from(cluster.ca, 'base64');
    const options: RequestOptions = { host: cluster.host, port: cluster.port, ca, method, path, headers };
    const inner = request(options, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    inner.on('error', () => outgoing.destroy());
    outgoing.on('close', () => inner.destroy());
    incoming.pipe(inner);
  };
}
