import type { Kind, KubeObject } from '../../ports.ts';
import type { ExposedApp, IngressSpec, Tls } from './ingress-spec.ts';

/** A kind of object that leads host names to a Service. */
export interface Route extends Kind {
  /** The host names of an object of this kind. */
  hosts(object: KubeObject): string[];
}

/** The Ingresses, HTTPRoutes and load balancers of Slipway differ in this alone. */
export interface IngressTraits {
  /** The route that the objects contain; undefined: TCP to a load balancer of the app, with an address and without a host. */
  route: Route | undefined;
  /** `shared`: all routes of an ingress class, or of a Gateway, have one address. `own`: each app has its own. */
  address: 'shared' | 'own';
  /** The route attaches to `ingress.gateway`. */
  needsGateway: boolean;
  /** The first is the default; undefined: any class, by default that of the cluster. */
  classes: readonly string[] | undefined;
  /** Why `deploy.health` is required; undefined: it is not. */
  needsHealth: string | undefined;
  /** Sources of certificates; `problem` and `remedy` are the message for any other. */
  tls: { sources: readonly Tls['by'][]; problem: string; remedy: string };
  /** Keys of `review.access`; `remedy` is the message for any other. */
  access: { keys: readonly ('basicAuth' | 'allow')[]; remedy: string };
  /** Warning about a controller that gets no more fixes; absent for others. */
  retired?: string;
  /** Warning for review environments. */
  reviewWarning: string | undefined;
  /** The objects of an app, without its Service. */
  objects(spec: ExposedApp, ingress: IngressSpec): KubeObject[];
  serviceAnnotations(service: string, ingress: IngressSpec): Record<string, string>;
  /** The kinds among the objects that a cluster may not serve, and how to install them. */
  requires(ingress: IngressSpec): { kinds: readonly Kind[]; remedy: string };
}

/** The sources of certificates that any ingress controller supports. */
export const COMMON_TLS: IngressTraits['tls'] = {
  sources: ['nobody', 'controller', 'secret', 'issuer'],
  problem: 'certificates of Google need ingress.kind: gke',
  remedy: 'Use { secret } or { issuer }.',
};

/** The objects are an Ingress alone, which every cluster serves. */
export const NOTHING_ELSE: Pick<IngressTraits, 'serviceAnnotations' | 'requires'> = {
  serviceAnnotations: () => ({}),
  requires: () => ({ kinds: [], remedy: '' }),
};
