import type { INGRESS_KINDS } from '../../config/ingress-schema.ts';
import type { Labelled } from '../labels.ts';
import type { LoginHashes } from './login.ts';

export type IngressKind = (typeof INGRESS_KINDS)[number];

/** Where the certificate comes from. `controller`: whatever the ingress controller, or the Gateway, serves by itself. */
export type Tls =
  | { by: 'nobody' }
  | { by: 'controller' }
  | { by: 'secret'; name: string }
  | { by: 'issuer'; name: string }
  | { by: 'pre-shared'; name: string }
  | { by: 'managed' };

/** The listener of a Gateway that a route attaches to; without `section` to all that fit. */
export interface GatewayRef {
  namespace: string;
  name: string;
  section: string | undefined;
}

/** Where {address} in a host comes from. */
export type AddressSource =
  | { from: 'config'; address: string }
  | { from: 'service'; namespace: string; name: string }
  | { from: 'gateway'; gateway: GatewayRef }
  | { from: 'class'; className: string };

/** Who is let in. The credentials themselves are never here: a plan can be printed. */
export interface AccessRules {
  /** Environment variable that holds `name:password`; undefined: nobody is asked. */
  basicAuth: string | undefined;
  /** Networks (CIDR); empty: from everywhere. */
  allow: readonly string[];
}

/** What the objects that expose an app are made from. */
export interface ExposedApp extends Labelled {
  port: number;
  /** Path of the health check; undefined: the port must accept connections. */
  health: string | undefined;
  /** Milliseconds for which a pod keeps serving after it is removed from the Service. */
  drainMs: number;
  /** How requests reach the app; undefined: only from inside the cluster. */
  ingress: IngressSpec | undefined;
  /** The login that visitors are asked for, if any. */
  login?: LoginHashes | undefined;
}

/** How requests get in to an app: everything that its objects are made from. */
export interface IngressSpec {
  kind: IngressKind;
  /** {address} in it is known once the cluster was asked; empty for a load balancer, which has an address and no name. */
  host: string;
  /** undefined: the default class of the cluster. */
  className: string | undefined;
  annotations: Readonly<Record<string, string>>;
  tls: Tls;
  /** Port in URLs, where it is not that of the scheme. */
  port: number | undefined;
  /** undefined where the host holds no {address}. */
  address: AddressSource | undefined;
  /** Set for `gateway`. */
  gateway: GatewayRef | undefined;
  /** Write GKE's policies; undefined: where the class of the Gateway says that it is GKE's. */
  policies: boolean | undefined;
  /** Set for `load-balancer`. */
  internal: 'gke' | 'aws' | 'azure' | 'none' | undefined;
  /** Seconds that a connection may last, or be silent. */
  timeoutSeconds: number;
  access: AccessRules | undefined;
}

/** In a host: the address of the ingress controller. */
export const ADDRESS = '{address}';

/** Whether the cluster has to be asked before objects can be made. */
export function isOpen({ host, kind, policies }: IngressSpec): boolean {
  return host.includes(ADDRESS) || (kind === 'gateway' && policies === undefined);
}

/** Where people open it; undefined where that is known only once the cluster was asked. */
export function urlOf({ kind, host, tls, port }: IngressSpec): string | undefined {
  if (kind === 'load-balancer' || host.includes(ADDRESS)) return undefined;
  return appUrl(host, tls.by !== 'nobody', port);
}

/** The port only where it is not the scheme's own. */
export function appUrl(host: string, tlsOn: boolean, port: number | undefined): string {
  const usual = tlsOn ? 443 : 80;
  return `${tlsOn ? 'https' : 'http'}://${host}${port === undefined || port === usual ? '' : `:${port}`}`;
}

/** This machine's own name. @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
export function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Whether annotations of an Ingress ask cert-manager for its certificate. @see https://cert-manager.io/docs/usage/ingress/ */
export function asksCertManager(annotations: Readonly<Record<string, string>>): boolean {
  return Object.keys(annotations).some((key) => key.startsWith('cert-manager.io/'));
}

/** Whether cert-manager gets a certificate for it. */
export function asksForCertificate({ tls, annotations }: Pick<IngressSpec, 'tls' | 'annotations'>): boolean {
  return tls.by === 'issuer' || (tls.by !== 'nobody' && asksCertManager(annotations));
}
