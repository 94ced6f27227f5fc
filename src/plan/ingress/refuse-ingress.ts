import type { TlsConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { ADDRESS, type IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { hasHost, INGRESSES } from '../../objects/ingress/kinds.ts';

interface Place {
  /** `review`, or `environments.<name>`. */
  where: string;
  host: string | undefined;
  /** Keys of health checks that slipway.yml lacks. */
  unhealthy: readonly string[];
  tls: TlsConfig | undefined;
}

/** @throws UserError for keys that contradict each other, or that the kind lacks, before anything is built or written */
export function refuseIngress(ingress: IngressSpec, place: Place): void {
  refuseGateway(ingress);
  if (!hasHost(ingress)) refuseHost(ingress, place);
  refuseHealthAndClass(ingress, place);
  refuseTls(ingress, place);
  if (ingress.host.includes(ADDRESS) && ingress.address === undefined) {
    throw refused(
      `${place.where}.host`,
      `slipway.yml does not say where Slipway reads the address for ${ADDRESS}`,
      INGRESSES[ingress.kind].address === 'own'
        ? `Each Ingress of kind: ${ingress.kind} gets its own address: reserve one, name it by an annotation (ingress.annotations), and write it to ingress.address; or use kind: gateway.`
        : 'Set ingress.service (namespace/name of the Service of the ingress controller), ingress.class, or the address itself as ingress.address.',
    );
  }
}

function refuseGateway({ kind, gateway }: IngressSpec): void {
  const { needsGateway } = INGRESSES[kind];
  if (needsGateway && gateway === undefined) {
    throw refused(
      `ingress.kind: ${kind}`,
      'needs the Gateway that the route attaches to',
      'Set ingress.gateway to namespace/name, or namespace/name/listener.',
    );
  }
  if (!needsGateway && gateway) {
    throw refused('ingress.gateway', `has no effect with kind: ${kind}`, 'Set kind: gateway, or leave it out.');
  }
}

/** For a kind without a host. */
function refuseHost({ kind, internal }: IngressSpec, { where, host, tls }: Place): void {
  const { problem, remedy } = INGRESSES[kind].tls;
  if (tls !== undefined && tls !== false) throw refused(`${where}.tls`, problem, remedy);
  if (host !== undefined) {
    throw refused(
      `${where}.host`,
      'a load balancer for TCP has an address, and no host',
      'Leave host out, or choose another ingress.kind.',
    );
  }
  if (internal === undefined) {
    throw refused(
      'ingress.internal',
      'is missing, and without it the load balancer may be open to everybody',
      'Set it to gke, aws or azure for an internal one, or to none (open to everybody, except as your ingress.annotations say).',
    );
  }
}

function refuseHealthAndClass({ kind, className }: IngressSpec, { unhealthy }: Place): void {
  const { needsHealth, classes } = INGRESSES[kind];
  const [missing] = unhealthy;
  if (needsHealth !== undefined && missing !== undefined) {
    throw refused(
      missing,
      `ingress.kind: ${kind} requires it: ${needsHealth}`,
      'Set it to a path that answers 200 without a login.',
    );
  }
  if (classes && className !== undefined && !classes.includes(className)) {
    throw refused(
      'ingress.class',
      `"${className}" is not a class of ingress.kind: ${kind}`,
      `Set class: ${classes.join(' or ')}, or leave it out.`,
    );
  }
}

function refuseTls({ kind, tls, host }: IngressSpec, { where }: Place): void {
  const { sources, problem, remedy } = INGRESSES[kind].tls;
  if (!sources.includes(tls.by)) throw refused(`${where}.tls`, problem, remedy);
  if (tls.by !== 'managed') return;
  if (where === 'review') {
    throw refused(
      'review.tls',
      'a managed certificate of Google takes up to an hour for each new host, and a project has a limited number of them',
      'Use one certificate for all of them: a wildcard, by tls: { preShared: NAME }; or a Gateway that has one (kind: gateway).',
    );
  }
  if (host.includes('*')) {
    throw refused(
      `${where}.tls`,
      'a managed certificate of Google does not support wildcards',
      'Use { preShared: NAME }.',
    );
  }
}

function refused(where: string, what: string, remedy: string): UserError {
  return new UserError(`${where}: ${what}`, { remedy });
}
