import { fields, list, textOf } from '../../../objects/fields.ts';
import type { Certificate, KubeObject } from '../../../ports.ts';
import { certificateProblem } from '../certificate.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import type { Kubectl } from './target.ts';

export interface IssuerFacts {
  /** The cluster serves cert-manager.io. */
  served: Fact<boolean>;
  issuer: Fact<KubeObject | undefined>;
  /** Names of the ClusterIssuers; empty: not known. */
  others: readonly string[];
}

/** The ClusterIssuer that `tls.issuer` names. */
export function checkIssuer(subject: string, name: string, { served, issuer, others }: IssuerFacts): Finding {
  const found = finder('cluster.issuer', subject);
  return found.of('cert-manager', served, (there) => {
    if (!there) {
      return found.failed('the cluster does not have cert-manager', {
        advice:
          'Install it (https://cert-manager.io/docs/installation/), or use another source of certificates (docs/ingress.md).',
      });
    }
    return found.of(`ClusterIssuer ${name}`, issuer, (object) => {
      if (object === undefined) {
        const advice =
          others.length > 0 ? `Set tls.issuer to one of ${others.join(', ')}, or create it.` : 'Create it.';
        return found.failed(`ClusterIssuer ${name} does not exist`, { advice });
      }
      const ready = list(fields(object.status).conditions).find(({ type }) => type === 'Ready');
      if (ready?.status === 'True') return found.ok(`ClusterIssuer ${name} is ready`);
      return found.failed(`ClusterIssuer ${name} is not ready`, {
        evidence: [textOf(ready?.message) || 'it has no condition Ready: does the controller of cert-manager run?'],
        advice: 'Correct the issuer as its message says.',
      });
    });
  });
}

/** A TLS Secret, and the certificate in it. */
export interface TlsSecret {
  exists: boolean;
  type: string;
  /** undefined: there is none that can be read. */
  certificate: Certificate | undefined;
}

/** @param host a certificate for it is wanted */
export function checkTlsSecret(
  subject: string,
  secret: { name: string; namespace: string },
  host: string,
  looked: Fact<TlsSecret>,
  now: number,
  kubectl: Kubectl,
): Finding {
  const found = finder('cluster.certificate', subject);
  const name = `TLS Secret ${secret.name} in namespace ${secret.namespace}`;
  const at = ['--namespace', secret.namespace];
  const create = kubectl.run('create', 'secret', 'tls', secret.name, ...at, '--cert=tls.crt', '--key=tls.key');
  const replace = `${kubectl.run('delete', 'secret', secret.name, ...at)} && ${create}`;
  const advice = `tls.crt and tls.key are a certificate for ${host} and its key.`;
  return found.of(name, looked, ({ exists, type, certificate }) => {
    if (!exists) return found.failed(`${name} does not exist`, { fix: create, advice });
    if (type !== 'kubernetes.io/tls' || certificate === undefined) {
      return found.failed(`${name} holds no certificate`, { fix: replace, advice, evidence: [`type ${type}`] });
    }
    const problem = certificateProblem(certificate, host, now);
    if (problem !== undefined) return found.failed(`${name}: ${problem}`, { fix: replace, advice });
    return found.ok(`${name} is valid for ${host} until ${certificate.validTo.slice(0, 10)}`);
  });
}
