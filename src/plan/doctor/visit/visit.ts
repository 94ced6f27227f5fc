import type { ShownCertificate } from '../../../ports.ts';
import { certificateProblem } from '../certificate.ts';
import type { Fact } from '../fact.ts';
import { finder } from '../finding.ts';
import type { Finding } from '../report.ts';
import { command } from '../shell.ts';

/** A host name that visitors use. */
export interface VisitedHost {
  /** Its place in slipway.yml. */
  subject: string;
  /** For review environments, that of one pull request. */
  host: string;
  /** The name of the record in DNS: a wildcard for review environments. */
  record: string;
  /** A project of Google Cloud, whose DNS may have the zone. */
  project: string | undefined;
}

/**
 * @param resolved addresses of the host
 * @param ingress addresses of the ingress controller; empty: it has none yet
 */
export function checkDns(
  { subject, host, record, project }: VisitedHost,
  resolved: Fact<string[]>,
  ingress: Fact<string[]>,
): Finding {
  const found = finder('visit.dns', subject);
  return found.of(`the address of ${host}`, resolved, (addresses) => {
    const wanted = ingress.known ? ingress.value : [];
    const [address] = wanted;
    if (addresses.length > 0 && wanted.length === 0) {
      const why = ingress.known ? 'the ingress controller has no address yet' : ingress.why;
      const permission = ingress.known ? undefined : ingress.permission;
      const message = `${host} resolves to ${addresses.join(', ')}, and the address of the ingress controller is not known`;
      return found.unknown(message, { known: false, why, permission });
    }
    if (addresses.some((one) => wanted.includes(one))) return found.ok(`${host} resolves to ${addresses.join(', ')}`);
    const is = addresses.length === 0 ? 'does not resolve' : `resolves to ${addresses.join(', ')}`;
    const message = `${host} ${is}${address === undefined ? '' : `; the ingress controller has ${wanted.join(', ')}`}`;
    if (address === undefined) {
      return found.failed(message, { advice: `Create a record ${record} with the address of the ingress controller.` });
    }
    const type = address.includes(':') ? 'AAAA' : 'A';
    const advice = `Create the ${type} record ${record} with ${address}.`;
    if (project === undefined) return found.failed(message, { advice });
    const verb = addresses.length === 0 ? 'create' : 'update';
    const flags = [`--project=${project}`, '--zone=ZONE', `--type=${type}`, '--ttl=300', `--rrdatas=${address}`];
    const fix = command('gcloud', 'dns', 'record-sets', verb, `${record}.`, ...flags);
    return found.failed(message, { fix, advice: 'Replace ZONE by the zone of the domain in Cloud DNS.' });
  });
}

/** The certificate that visitors of a host get. */
export function checkVisitedTls(
  { subject, host }: Pick<VisitedHost, 'subject' | 'host'>,
  shown: Fact<ShownCertificate>,
  now: number,
): Finding {
  const found = finder('visit.tls', subject);
  const advice = 'Give the ingress controller, or the Gateway, a certificate for this host (docs/ingress.md).';
  return found.of(`the certificate of ${host}`, shown, ({ certificate, untrusted }) => {
    if (certificate === undefined) return found.failed(`visitors of ${host} get no certificate`, { advice });
    const problem = certificateProblem(certificate, host, now);
    if (problem !== undefined) return found.failed(`visitors of ${host}: ${problem}`, { advice });
    if (untrusted !== undefined) {
      return found.failed(`visitors of ${host} do not trust the certificate: ${untrusted}`, { advice });
    }
    return found.ok(`visitors of ${host} get a certificate until ${certificate.validTo.slice(0, 10)}`);
  });
}
