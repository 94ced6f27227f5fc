import type { KubeObject } from '../../ports.ts';
import { gateway } from './gateway.ts';
import { gke } from './gke.ts';
import type { ExposedApp, IngressKind } from './ingress-spec.ts';
import { loadBalancer } from './load-balancer.ts';
import { nginx } from './nginx.ts';
import { plainIngress } from './plain-ingress.ts';
import { routedProcesses } from './routes.ts';
import { skipper } from './skipper.ts';
import type { IngressTraits, Route } from './traits.ts';

export const INGRESSES: Readonly<Record<IngressKind, IngressTraits>> = {
  ingress: plainIngress,
  nginx,
  skipper,
  gke,
  gateway,
  'load-balancer': loadBalancer,
};

/** Each kind of route that Slipway writes, once. */
export const ROUTES: readonly Route[] = [...new Set(Object.values(INGRESSES).flatMap(({ route }) => route ?? []))];

/** Whether requests reach the app under a host name; false: at an address. */
export function hasHost({ kind }: { kind: IngressKind }): boolean {
  return INGRESSES[kind].route !== undefined;
}

/** The objects through which requests reach an app, without its Service; none for an app without an ingress. */
export function ingressObjects(spec: ExposedApp): KubeObject[] {
  const { ingress } = spec;
  return ingress === undefined || routedProcesses(spec).length === 0
    ? []
    : INGRESSES[ingress.kind].objects(spec, ingress);
}
