import { fields, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed } from './observed.ts';

/** Whether the ingress controller of Google serves a class. */
export const isGoogle = (name: string) => /^gce(-internal)?$/.test(name);

const OF_GOOGLE = /^(networking\.gke\.io\/|kubernetes\.io\/ingress\.(global-static-ip-name|allow-http)$)/;

/** The class that an Ingress names. */
function namedClass({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.['kubernetes.io/ingress.class'] ?? textOf(fields(spec).ingressClassName);
}

/** The class of an Ingress; empty where it leaves it to the cluster. GKE serves those without a class by its own. */
export function classOf(ingress: KubeObject): string {
  return namedClass(ingress) || (names(ingress).some((key) => OF_GOOGLE.test(key)) ? 'gce' : '');
}

const names = ({ metadata }: KubeObject) => Object.keys(metadata.annotations ?? {});

/** What an Ingress asks of a controller that is not its own, or is retired. */
export function ingressFindings(object: KubeObject, all: Observed): Finding[] {
  if (object.kind !== 'Ingress') return [];
  return [...certificate(object, all), ...staticAddress(object, all), ...foreign(object, all), ...retired(object, all)];
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs#prerequisites */
function certificate(object: KubeObject, all: Observed): Finding[] {
  const managed = object.metadata.annotations?.['networking.gke.io/managed-certificates'];
  const name = classOf(object);
  if (managed === undefined || name === '' || isGoogle(name)) return [];
  return [
    finding('certificate-without-its-controller', {
      where: at(object, all, 'networking.gke.io/managed-certificates'),
      confidence: 'proven',
      seen: `it asks for the ManagedCertificate ${managed}, and its class is ${name}`,
      remedy: 'Use a cert-manager Issuer (`tls.issuer`), or the ingress of Google (`ingress.kind: gke`).',
    }),
  ];
}

/** @see https://cloud.google.com/kubernetes-engine/docs/tutorials/configuring-domain-name-static-ip */
function staticAddress(object: KubeObject, all: Observed): Finding[] {
  const key = 'kubernetes.io/ingress.global-static-ip-name';
  const address = object.metadata.annotations?.[key];
  const name = classOf(object);
  if (address === undefined || name === '' || isGoogle(name)) return [];
  return [
    finding('annotation-of-another-controller', {
      where: at(object, all, key),
      confidence: 'proven',
      seen: `it asks for the global address ${address}, and its class is ${name}: only the ingress of Google reads that`,
      remedy: 'Reserve a regional address, and set it as `loadBalancerIP` of the Service of the controller.',
      key,
    }),
  ];
}

/** Annotations of a controller → the classes that it usually has. */
const OWNERS: readonly { prefix: string; classes: RegExp }[] = [
  { prefix: 'nginx.ingress.kubernetes.io/', classes: /nginx/i },
  { prefix: 'alb.ingress.kubernetes.io/', classes: /alb/i },
  { prefix: 'haproxy.org/', classes: /haproxy/i },
  { prefix: 'traefik.ingress.kubernetes.io/', classes: /traefik/i },
];
/** Classes whose controller is known; another one can be of any controller. */
const KNOWN = /^(gce|gce-internal|alb|traefik|haproxy|nginx|contour|kong|azure-application-gateway)$/;

function foreign(object: KubeObject, all: Observed): Finding[] {
  const name = classOf(object);
  if (!KNOWN.test(name)) return [];
  return OWNERS.flatMap(({ prefix, classes }) => {
    const own = names(object).filter((key) => key.startsWith(prefix));
    const [first] = own;
    if (first === undefined || classes.test(name)) return [];
    return [
      finding('annotation-of-another-controller', {
        where: at(object, all, first),
        confidence: 'likely',
        seen: `${namedClass(object) === '' ? 'it names no class, which on GKE is' : 'its class is'} ${name}, whose controller does not read ${own.join(', ')}`,
        remedy: 'Remove them, or write what they are for as this controller has it.',
        key: prefix,
      }),
    ];
  });
}

/** @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
function retired(object: KubeObject, all: Observed): Finding[] {
  // The controller of F5 has the same class, and other annotations.
  if (classOf(object) !== 'nginx' || names(object).some((key) => /^nginx\.(org|com)\//.test(key))) return [];
  return [
    finding('retired-controller', {
      where: at(object, all, 'nginx'),
      confidence: 'possible',
      seen: 'its class is nginx; ingress-nginx gets no fixes since March 2026',
      remedy: 'Plan the move to the Gateway API (`ingress.kind: gateway`) or to another controller.',
    }),
  ];
}
