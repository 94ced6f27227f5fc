import type { INGRESS_KINDS } from '../../config/ingress-schema.ts';
import type { Labelled, Part } from '../labels.ts';
import type { LoginHashes } from './login.ts';

export type IngressKind = (typeof INGRESS_KINDS)[number];

/** Where the certificate comes from. `controller`: the ingress controller, or the Gateway, has it. */
export type Tls =
  | { by: 'nobody' }
  | { by: 'controller' }
  | { by: 'secret'; name: string }
  | { by: 'issuer'; name: string }
  | { by: 'pre-shared'; name: string }
  | { by: 'managed' };

/** The listener of a Gateway that a route attaches to; without `section`, all listeners that accept the route. */
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

/** Who may open the app. It never holds the credentials, because a plan can be printed. */
export interface AccessRules {
  /** Environment variable that holds `name:password`; undefined: visitors need no login. */
  basicAuth: string | undefined;
  /** Networks (CIDR) of the visitors; empty: all networks. */
  allow: readonly string[];
}

/** A process that a Service leads to. */
export interface ExposedProcess extends Part {
  port: number;
  /** Path of the health check; undefined: the port must accept connections. */
  health: string | undefined;
  /** Milliseconds for which a pod keeps serving after it is removed from the Service. */
  drainMs: number;
  /** Host name, in which {host} is the host of the app; undefined: the host of the app. */
  host: string | undefined;
  /** Paths that lead to it from outside; empty: none does. */
  paths: readonly string[];
}

/** The input of the builders of the objects that expose an app. */
export interface ExposedApp extends Labelled {
  /** Only those with a port can be reached. */
  processes: readonly (ExposedProcess | (Omit<ExposedProcess, 'port'> & { port: undefined }))[];
  /** How requests reach the app; undefined: only from inside the cluster. */
  ingress: IngressSpec | undefined;
  /** The login of the visitors, if they need one. */
  login?: LoginHashes | undefined;
}

/** How requests reach an app: the input of the builders of its objects. */
export interface IngressSpec {
  kind: IngressKind;
  /** May hold {address}, which only the cluster knows; empty for a load balancer, which has an address and no name. */
  host: string;
  /** undefined: the default class of the cluster. */
  className: string | undefined;
  /** May hold placeholders, which `appObjects` replaces. */
  annotations: Readonly<Record<string, string>>;
  tls: Tls;
  /** Port in URLs; undefined: the port of the scheme. */
  port: number | undefined;
  /** undefined where the host holds no {address}. */
  address: AddressSource | undefined;
  /** Set for a kind that needs one. */
  gateway: GatewayRef | undefined;
  /** Whether to write GKE's policies; undefined: the class of the Gateway decides. */
  policies: boolean | undefined;
  /** Set for `load-balancer`. */
  internal: 'gke' | 'aws' | 'azure' | 'none' | undefined;
  /** Seconds for which a connection may last, or be silent. */
  timeoutSeconds: number;
  access: AccessRules | undefined;
}

/** In a host: the address of the ingress controller. */
export const ADDRESS = '{address}';

/** The URL; undefined where only the cluster knows the address. */
export function urlOf({ host, tls, port }: IngressSpec): string | undefined {
  if (host === '' || host.includes(ADDRESS)) return undefined;
  return appUrl(host, tls.by !== 'nobody', port);
}

/** Contains the port only where it differs from the port of the scheme. */
function appUrl(host: string, tlsOn: boolean, port: number | undefined): string {
  const usual = tlsOn ? 443 : 80;
  return `${tlsOn ? 'https' : 'http'}://${host}${port === undefined || port === usual ? '' : `:${port}`}`;
}

/** Whether the host is this machine. @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
export function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Whether annotations of an Ingress request a certificate from cert-manager. @see https://cert-manager.io/docs/usage/ingress/ */
export function asksCertManager(annotations: Readonly<Record<string, string>>): boolean {
  return Object.keys(annotations).some((key) => key.startsWith('cert-manager.io/'));
}

/** Whether cert-manager issues the certificate. */
export function asksForCertificate({ tls, annotations }: Pick<IngressSpec, 'tls' | 'annotations'>): boolean {
  return tls.by === 'issuer' || (tls.by !== 'nobody' && asksCertManager(annotations));
}
