import type { Cluster, KubeObject } from '../ports.ts';
import { certificateProblem, isIssued } from '../readiness/certificate-problem.ts';
import { neutraliseLine } from '../text/neutralise.ts';

const CERTIFICATE = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' };
const REQUEST = { apiVersion: 'cert-manager.io/v1', kind: 'CertificateRequest' };

type Reading = Pick<Cluster, 'get' | 'list' | 'resource'>;

/**
 * A sentence for each of these Certificates that is not issued, with its cause. Certificates decide nothing about a rollout, so
 * it never rejects: what the account may not read is left out.
 */
export async function certificateProblems(
  names: readonly string[],
  namespace: string,
  cluster: Reading,
): Promise<string[]> {
  let requests: Promise<KubeObject[]> | undefined;
  // Without permission to read them, the condition of the Certificate must suffice.
  const readRequests = () => (requests ??= cluster.list(REQUEST, { namespace }).catch(() => []));
  const problem = (name: string) => problemOf({ name, namespace }, readRequests, cluster).catch(() => undefined);
  const all = await Promise.all(names.map(problem));
  return all.filter((one) => one !== undefined).map((one) => neutraliseLine(one.replace(/\s+/g, ' ')));
}

/** @param readRequests the CertificateRequests of the namespace, for a Certificate that is not issued */
async function problemOf(
  { name, namespace }: { name: string; namespace: string },
  readRequests: () => Promise<KubeObject[]>,
  cluster: Reading,
): Promise<string | undefined> {
  if (!(await cluster.resource(CERTIFICATE))) {
    return `no certificate will be issued for Secret ${name}: cert-manager is not in this cluster`;
  }
  const certificate = await cluster.get({ ...CERTIFICATE, name, namespace });
  if (!certificate) return `Certificate ${name} does not exist yet: check that the controller of cert-manager runs`;
  if (isIssued(certificate)) return undefined;
  const cause = certificateProblem(certificate, await readRequests());
  return cause && `Certificate ${name} is not issued: ${cause}`;
}
