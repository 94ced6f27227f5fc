import type { AccessConfig, Config, IngressConfig, TlsConfig } from '../../config/schema.ts';
import {
  ADDRESS,
  type AddressSource,
  type GatewayRef,
  type IngressSpec,
  isLocal,
  type Tls,
} from '../../objects/ingress/ingress-spec.ts';
import { parseDuration } from '../../text/duration.ts';
import { refuseAccess } from './refuse-access.ts';
import { refuseIngress } from './refuse-ingress.ts';

/** What the way in to one environment is planned from. */
export interface IngressInputs {
  /** Place in slipway.yml, for messages: `review` or `environments.staging`. */
  where: string;
  /** undefined: the environment has no host. */
  host: string | undefined;
  tls: TlsConfig | undefined;
  /** In place of keys of `ingress`. */
  own: IngressConfig | undefined;
  access: AccessConfig | undefined;
  /** The cluster is GKE's by what slipway.yml says. */
  onGke: boolean;
}

/**
 * The way in to an environment; undefined where nothing outside of the cluster gets in.
 * @throws UserError for what this kind of way cannot do, and what it needs and has not
 */
export function planIngress(
  inputs: IngressInputs,
  config: Pick<Config, 'ingress' | 'deploy'>,
): IngressSpec | undefined {
  const given = { ...config.ingress, ...inputs.own };
  const kind = given.kind ?? 'ingress';
  const host = kind === 'load-balancer' ? '' : inputs.host;
  if (host === undefined) return undefined;
  // Another kind of one's own leaves the Gateway of `ingress`; one that is said beside it is a contradiction.
  const attached = kind === 'gateway' || inputs.own?.kind === undefined ? given.gateway : inputs.own.gateway;
  const gateway = attached === undefined ? undefined : gatewayRef(attached);
  const ingress: IngressSpec = {
    kind,
    host,
    className: given.class ?? (kind === 'gke' ? 'gce' : undefined),
    annotations: given.annotations ?? {},
    tls: kind === 'load-balancer' ? { by: 'nobody' } : tlsOf(inputs.tls, host),
    port: given.port,
    address: host.includes(ADDRESS) ? addressSource(given, gateway) : undefined,
    gateway,
    policies: given.policies,
    internal: kind === 'load-balancer' ? (given.internal ?? (inputs.onGke ? 'gke' : undefined)) : undefined,
    timeoutSeconds: Math.max(1, Math.round(parseDuration(given.timeout ?? '1h', 'ingress.timeout') / 1000)),
    access: inputs.access && { basicAuth: inputs.access.basicAuth, allow: inputs.access.allow ?? [] },
  };
  refuseIngress(ingress, { ...inputs, health: config.deploy.health });
  refuseAccess(ingress);
  return ingress;
}

/** A name of an address is nobody's domain: there is no certificate for it but one that is asked for. */
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

function addressSource(given: IngressConfig, gateway: GatewayRef | undefined): AddressSource | undefined {
  if (given.address !== undefined) return { from: 'config', address: given.address };
  if (given.service !== undefined) {
    const [namespace = '', name = ''] = given.service.split('/');
    return { from: 'service', namespace, name };
  }
  if (given.kind === 'gateway' && gateway) return { from: 'gateway', gateway };
  return given.class === undefined || given.kind === 'gke' ? undefined : { from: 'class', className: given.class };
}
