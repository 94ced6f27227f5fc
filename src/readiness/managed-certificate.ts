import type { KubeObject } from '../ports.ts';
import { ready, type Verdict } from './verdict.ts';

/**
 * A ManagedCertificate of GKE.
 *
 * Ready when it exists, with a warning until it is active: it needs the load balancer and DNS first, and then up to an hour.
 *
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
    'it is requested',
    `the certificate is ${certificateStatus || 'not processed yet'}${why}: https works once it is Active, up to an hour after the DNS record of the host points to the address of the Ingress`,
  );
}
