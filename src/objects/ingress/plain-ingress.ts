import { INGRESS, ingressObject } from './ingress.ts';
import { COMMON_TLS, type IngressTraits, NOTHING_ELSE } from './traits.ts';

/** `ingress.kind: ingress`: an Ingress for any controller. */
export const plainIngress: IngressTraits = {
  ...NOTHING_ELSE,
  route: INGRESS,
  address: 'shared',
  needsGateway: false,
  classes: undefined,
  needsHealth: undefined,
  tls: COMMON_TLS,
  access: {
    keys: [],
    remedy: 'Set ingress.kind to nginx or skipper: controllers have no common annotation for it.',
  },
  reviewWarning: undefined,
  objects: (spec, ingress) => [ingressObject(spec, ingress, {})],
};
