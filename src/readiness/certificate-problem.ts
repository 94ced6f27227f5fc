import type { KubeObject } from '../ports.ts';
import { type Condition, condition } from './verdict.ts';

type Conditions = { status?: { conditions?: Condition[] } };

/**
 * Why a Certificate of cert-manager is not issued; undefined if it is. Its own condition only says that it is being issued:
 * the cause is in its newest CertificateRequest.
 * @param requests the CertificateRequests of its namespace
 * @see https://cert-manager.io/docs/troubleshooting/
 */
export function certificateProblem(certificate: KubeObject, requests: readonly KubeObject[]): string | undefined {
  if (isIssued(certificate)) return undefined;
  const own = readyOf(certificate);
  const [newest] = requests.filter((request) => isOwned(request, certificate)).sort(newestFirst);
  const denied = newest && condition((newest as Conditions).status?.conditions, 'Denied');
  const cause = denied?.status === 'True' ? denied : newest && readyOf(newest);
  return cause?.message ?? own?.message ?? 'cert-manager has not processed it: check that its controller runs';
}

export function isIssued(certificate: KubeObject): boolean {
  return readyOf(certificate)?.status === 'True';
}

function readyOf(object: KubeObject): Condition | undefined {
  return condition((object as Conditions).status?.conditions, 'Ready');
}

function isOwned({ metadata }: KubeObject, { metadata: { uid } }: KubeObject): boolean {
  return uid !== undefined && (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

function newestFirst(a: KubeObject, b: KubeObject): number {
  return (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '');
}
