import type { AccessConfig, Config, IngressConfig, TlsConfig } from '../../config/schema.ts';
import { routedOf, type WantedProcess } from '../../config/workloads.ts';
import {
  ADDRESS,
  type AddressSource,
  type GatewayRef,
  type IngressSpec,
  isLocal,
  type Tls,
} from '../../objects/ingress/ingress-spec.ts';
import { hasHost, INGRESSES } from '../../objects/ingress/kinds.ts';
import { parseDuration } from '../../text/duration.ts';
import { refuseAccess } from './refuse-access.ts';
import { refuseIngress } from './refuse-ingress.ts';

/** The input of the plan of the ingress of one environment. */
export interface IngressInputs {
  /** Place in slipway.yml, for messages: `review` or `environments.staging`. */
  where: string;
  /** undefined: the environment has no host. */
  host: string | undefined;
  tls: TlsConfig | undefined;
  /** Replaces keys of `ingress`. */
  own: IngressConfig | undefined;
  access: AccessConfig | undefined;
  /** By slipway.yml, the cluster is one of GKE. */
  onGke: boolean;
}

/**
 * The ingress of an environment; undefined: only the cluster reaches the app, or no process has a path.
 * @throws UserError for what this kind of ingress cannot do, and for what it needs and slipway.yml lacks
 */
export function planIngress(
  inputs: IngressInputs,
  config: Pick<Config, 'app' | 'image' | 'images' | 'ingress' | 'deploy'>,
): IngressSpec | undefined {
  const given = { ...config.ingress, ...inputs.own };
  const kind = given.kind ?? 'ingress';
  const { needsGateway, classes, address } = INGRESSES[kind];
  const named = hasHost({ kind });
  const host = named ? inputs.host : '';
  const routed = routedOf(config);
  if (host === undefined || Object.keys(routed).length === 0) return undefined;
  // An environment with another kind does not use the Gateway of `ingress`; a Gateway of its own is a contradiction.
  const attached = needsGateway || inputs.own?.kind === undefined ? given.gateway : inputs.own.gateway;
  const gateway = attached === undefined ? undefined : gatewayRef(attached);
  const ingress: IngressSpec = {
    kind,
    host,
    className: given.class ?? classes?.[0],
    annotations: given.annotations ?? {},
    tls: named ? tlsOf(inputs.tls, host) : { by: 'nobody' },
    port: given.port,
    address: host.includes(ADDRESS) ? addressSource(given, gateway, address === 'shared') : undefined,
    gateway,
    policies: given.policies,
    internal: named ? undefined : (given.internal ?? (inputs.onGke ? 'gke' : undefined)),
    timeoutSeconds: Math.max(1, Math.round(parseDuration(given.timeout ?? '1h', 'ingress.timeout') / 1000)),
    access: inputs.access && { basicAuth: inputs.access.basicAuth, allow: inputs.access.allow ?? [] },
  };
  refuseIngress(ingress, { ...inputs, unhealthy: unhealthy(routed) });
  refuseAccess(ingress);
  return ingress;
}

/** Keys of health checks that are missing. */
function unhealthy(routed: Readonly<Record<string, WantedProcess>>): string[] {
  return Object.entries(routed).flatMap(([where, { health }]) => (health === undefined ? [`${where}.health`] : []));
}

/** By default, no certificate for a host that contains an address: nobody owns the domain. */
function tlsOf(given: TlsConfig | undefined, host: string): Tls {
  if (given === undefined) return { by: isLocal(host) || host.includes(ADDRESS) ? 'nobody' : 'controller' };
  if (typeof given === 'boolean') return { by: given ? 'controller' : 'nobody' };
  if ('secret' in given) return { by: 'secret', name: given.secret };
  if ('issuer' in given) return { by: 'issuer', name: given.issuer };
  if ('preShared' in given) return { by: 'pre-shared', name: given.preShared };
  return { by: 'managed' };
}

function gatewayRef(text: string): GatewayRef {
  const [namespace = '', name = '', section] = text.split('/');
  return { namespace, name, section };
}

function addressSource(
  given: IngressConfig,
  gateway: GatewayRef | undefined,
  shared: boolean,
): AddressSource | undefined {
  if (given.address !== undefined) return { from: 'config', address: given.address };
  if (given.service !== undefined) {
    const [namespace = '', name = ''] = given.service.split('/');
    return { from: 'service', namespace, name };
  }
  if (gateway) return { from: 'gateway', gateway };
  return given.class === undefined || !shared ? undefined : { from: 'class', className: given.class };
}
