import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/**
 * A ManagedCertificate of GKE takes up to an hour, and needs the load balancer and DNS before: nothing to wait for in a
 * rollout, and a thing to know.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs
 */
export function managedCertificate(object: KubeObject): Verdict {
  const { certificateStatus = '', domainStatus = [] } = (object.status ?? {}) as {
    certificateStatus?: string;
    domainStatus?: { domain?: string; status?: string }[];
  };
  if (certificateStatus === 'Active') return ready('it is active');
  const bad = domainStatus
    .filter(({ status }) => status?.startsWith('Failed'))
    .map((one) => `${one.domain}: ${one.status}`);
  const why = bad.length > 0 ? ` (${bad.join(', ')})` : '';
  return ready(
    'it is asked for',
    `the certificate is ${certificateStatus || 'not looked at yet'}${why}: https works once it is Active, up to an hour after the DNS record of the host leads to the address of the Ingress`,
  );
}
