import { fields, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { type LiveEnvironment, ofKind } from './facts.ts';

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs#limitations */
const OF_AN_INGRESS = 15;
/** @see https://letsencrypt.org/docs/rate-limits/ */
const A_WEEK = { ofADomain: 50, ofTheSameNames: 5 };
/** The share of a limit from which it is said. */
const NEAR = 0.8;
const WEEK_MS = 7 * 86_400_000;
const MANAGED = 'networking.gke.io/managed-certificates';

/** Limits of certificates that are within reach. @param now milliseconds since the epoch */
export function certificateFindings(live: LiveEnvironment, now: number): Finding[] {
  return [...managedFindings(live), ...issuedFindings(live, now)];
}

/** Google Cloud serves a number of certificates at one load balancer. */
function managedFindings({ environment, own }: LiveEnvironment): Finding[] {
  return ofKind(own, 'Ingress').flatMap(({ metadata }) => {
    const names = (metadata.annotations?.[MANAGED] ?? '').split(',').filter((name) => name.trim() !== '');
    if (names.length < OF_AN_INGRESS * NEAR) return [];
    return [
      finding('certificate-limit', {
        where: { environment, object: `Ingress ${metadata.name}` },
        confidence: names.length >= OF_AN_INGRESS ? 'proven' : 'likely',
        seen: `it has ${names.length} of at most ${OF_AN_INGRESS} managed certificates`,
        remedy: 'Use a certificate with a wildcard of Certificate Manager, or a second Ingress.',
      }),
    ];
  });
}

/** Certificates that cert-manager asked of Let's Encrypt within a week. */
function issuedFindings({ shared }: LiveEnvironment, now: number): Finding[] {
  const certificates = new Map(ofKind(shared, 'Certificate').map((one) => [keyOf(one, one.metadata.name), one]));
  const names = ofKind(shared, 'CertificateRequest')
    .filter(({ metadata }) => now - Date.parse(metadata.creationTimestamp ?? '') < WEEK_MS)
    .flatMap((request) => {
      const of = request.metadata.annotations?.['cert-manager.io/certificate-name'] ?? '';
      const certificate = certificates.get(keyOf(request, of));
      const dnsNames = fields(certificate?.spec).dnsNames;
      return certificate !== undefined && asksLetsEncrypt(certificate, shared) && Array.isArray(dnsNames)
        ? [dnsNames.map(String).sort()]
        : [];
    });
  const domains = counted(names.flatMap((all) => [...new Set(all.map(domainOf))]));
  const same = counted(names.map((all) => all.join(', ')));
  return [
    ...[...domains].flatMap(([domain, count]) => near(domain, count, A_WEEK.ofADomain, `certificates below ${domain}`)),
    ...[...same].flatMap(([all, count]) => near(all, count, A_WEEK.ofTheSameNames, `certificates for exactly ${all}`)),
  ];
}

const keyOf = ({ metadata }: KubeObject, name: string) => `${metadata.namespace ?? ''}/${name}`;

/** Issuers of other authorities have other limits. */
function asksLetsEncrypt({ metadata, spec }: KubeObject, shared: LiveEnvironment['shared']): boolean {
  const { kind = 'Issuer', name } = fields(fields(spec).issuerRef);
  const issuer = ofKind(shared, textOf(kind)).find(
    (one) => one.metadata.name === name && (kind === 'ClusterIssuer' || one.metadata.namespace === metadata.namespace),
  );
  return textOf(fields(fields(issuer?.spec).acme).server).startsWith('https://acme-v02.api.letsencrypt.org/');
}

/** The last two labels. A public suffix of two labels, such as co.uk, counts as one domain. */
function domainOf(name: string): string {
  return name.split('.').slice(-2).join('.');
}

function near(key: string, count: number, most: number, what: string): Finding[] {
  if (count < most * NEAR) return [];
  return [
    finding('certificate-limit', {
      where: { object: `Certificate ${key}` },
      confidence: count >= most ? 'likely' : 'possible',
      seen: `cert-manager asked Let's Encrypt for ${count} ${what} within a week; it issues ${most}`,
      remedy:
        "Give review environments one certificate with a wildcard (`tls.secret`), or use the staging server of Let's Encrypt for them.",
      key,
    }),
  ];
}

function counted(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}
