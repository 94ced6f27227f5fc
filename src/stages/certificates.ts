import type { Cluster } from '../ports.ts';
import { certificateProblem } from '../readiness/certificate-problem.ts';
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
  const all = await Promise.all(names.map((name) => problemOf(name, namespace, cluster).catch(() => undefined)));
  return all.filter((problem) => problem !== undefined).map((problem) => neutraliseLine(problem.replace(/\s+/g, ' ')));
}

async function problemOf(name: string, namespace: string, cluster: Reading): Promise<string | undefined> {
  if (!(await cluster.resource(CERTIFICATE))) {
    return `no certificate will be issued for Secret ${name}: cert-manager is not in this cluster`;
  }
  const certificate = await cluster.get({ ...CERTIFICATE, name, namespace });
  if (!certificate) return `Certificate ${name} does not exist yet: check that the controller of cert-manager runs`;
  // Without permission to read them, its own condition must suffice.
  const requests = await cluster.list(REQUEST, { namespace }).catch(() => []);
  const cause = certificateProblem(certificate, requests);
  return cause && `Certificate ${name} is not issued: ${cause}`;
}
