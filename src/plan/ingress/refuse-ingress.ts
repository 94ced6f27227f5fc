import type { TlsConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { ADDRESS, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';

interface Place {
  /** `review`, or `environments.<name>`. */
  where: string;
  host: string | undefined;
  health: string | undefined;
  tls: TlsConfig | undefined;
}

/** @throws UserError for what does not go together, before anything is built or written */
export function refuseIngress(ingress: IngressSpec, place: Place): void {
  if (ingress.kind === 'gateway') refuseGateway(ingress, place);
  else if (ingress.gateway)
    throw refused('ingress.gateway', `says nothing to kind: ${ingress.kind}`, 'Set kind: gateway.');
  if (ingress.kind === 'gke') refuseGke(ingress, place);
  if (ingress.kind === 'load-balancer') refuseLoadBalancer(ingress, place);
  refuseTls(ingress, place);
  if (ingress.host.includes(ADDRESS) && ingress.address === undefined) {
    throw refused(
      `${place.where}.host`,
      `where the address for ${ADDRESS} is to be read is not said`,
      ingress.kind === 'gke'
        ? 'Each Ingress of GKE gets an address of its own: reserve one, name it by an annotation (ingress.annotations), and write it to ingress.address; or use kind: gateway.'
        : 'Give ingress.service (namespace/name of the Service of the ingress controller), ingress.class, or the address itself as ingress.address.',
    );
  }
}

function refuseGateway(ingress: IngressSpec, { where }: Place): void {
  if (ingress.gateway === undefined) {
    throw refused(
      'ingress.kind: gateway',
      'needs the Gateway that the route attaches to',
      'Set ingress.gateway to namespace/name, or namespace/name/listener.',
    );
  }
  if (ingress.tls.by !== 'controller' && ingress.tls.by !== 'nobody') {
    throw refused(
      `${where}.tls`,
      'the certificates of a Gateway are its own (spec.listeners[].tls)',
      'Set tls: true where its listener serves https, or false.',
    );
  }
}

function refuseGke(ingress: IngressSpec, { where, health }: Place): void {
  if (health === undefined) {
    throw refused(
      'deploy.health',
      'is missing, and the load balancer of GKE (ingress.kind: gke) asks a path for its health: without one it asks /, and takes the app for dead where that is not a 200',
      'Give a path that answers 200 without signing in.',
    );
  }
  if (ingress.className !== undefined && !/^gce(-internal)?$/.test(ingress.className)) {
    throw refused(
      'ingress.class',
      `"${ingress.className}" is no class of GKE's`,
      'Set class: gce or gce-internal, or none.',
    );
  }
  if (ingress.tls.by === 'controller') {
    throw refused(
      `${where}.tls`,
      'a load balancer of GKE has no certificate of its own',
      'Name one: tls: { preShared: NAME } (of the project), { secret: NAME } or { managed: true }; or set tls: false.',
    );
  }
}

function refuseLoadBalancer(ingress: IngressSpec, { where, host, tls }: Place): void {
  if (tls !== undefined && tls !== false) {
    throw refused(`${where}.tls`, 'a load balancer for TCP leaves TLS to the app', 'Leave tls out.');
  }
  if (host !== undefined) {
    throw refused(
      `${where}.host`,
      'a load balancer for TCP has an address, and no host',
      'Leave host out, or choose another ingress.kind.',
    );
  }
  if (ingress.internal === undefined) {
    throw refused(
      'ingress.internal',
      'is not said, and without it the load balancer may be open to everybody',
      'Set it to gke, aws or azure for an internal one, or to none (open to everybody, but for your own ingress.annotations).',
    );
  }
}

function refuseTls({ kind, tls, host }: IngressSpec, { where }: Place): void {
  const ofGoogle = tls.by === 'managed' || tls.by === 'pre-shared';
  if (ofGoogle && kind !== 'gke') {
    throw refused(`${where}.tls`, 'certificates of Google need ingress.kind: gke', 'Use { secret } or { issuer }.');
  }
  if (tls.by !== 'managed') return;
  if (where === 'review') {
    throw refused(
      'review.tls',
      'a managed certificate of Google takes up to an hour for each new host, and a project has a limited number of them',
      'Use one certificate for all of them: a wildcard, by tls: { preShared: NAME }; or a Gateway that has one (kind: gateway).',
    );
  }
  if (host.includes('*')) {
    throw refused(`${where}.tls`, 'a managed certificate of Google takes no wildcard', 'Use { preShared: NAME }.');
  }
}

function refused(where: string, what: string, remedy: string): UserError {
  return new UserError(`${where}: ${what}`, { remedy });
}
