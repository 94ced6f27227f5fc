import { INGRESS, ingressObject } from './ingress.ts';
import type { IngressSpec } from './ingress-spec.ts';
import type { LoginHashes } from './login.ts';
import { COMMON_TLS, type IngressTraits, NOTHING_ELSE } from './traits.ts';

const ASK = 'status(401) -> setResponseHeader("WWW-Authenticate", "Basic realm=\\"Review environment\\"") -> <shunt>';

/** `ingress.kind: skipper`: an Ingress of Skipper. */
export const skipper: IngressTraits = {
  ...NOTHING_ELSE,
  route: INGRESS,
  address: 'shared',
  needsGateway: false,
  classes: undefined,
  needsHealth: undefined,
  tls: COMMON_TLS,
  access: { keys: ['basicAuth', 'allow'], remedy: '' },
  reviewWarning: undefined,
  objects: (spec, ingress) => [ingressObject(spec, ingress, skipperAnnotations(ingress, spec.login))],
};

/**
 * Skipper compares the login with the hash of the header that a visitor sends, and networks with the address of the
 * connection (a client may forge a header such as X-Forwarded-For). Two more routes answer all other requests: 401, after
 * which a browser asks for the login, and 403.
 * @see https://opensource.zalando.com/skipper/reference/predicates/
 * @see https://opensource.zalando.com/skipper/kubernetes/ingress-usage/
 */
function skipperAnnotations({ access }: IngressSpec, login: LoginHashes | undefined): Record<string, string> {
  if (access === undefined) return {};
  const from = access.allow.length > 0 ? `ClientIP(${access.allow.map((cidr) => `"${cidr}"`).join(', ')})` : undefined;
  const known = access.basicAuth === undefined ? undefined : `HeaderSHA256("Authorization", "${login?.sha256 ?? ''}")`;
  const ask = `${from ?? '*'} -> ${ASK}`;
  const refuse = '* -> status(403) -> <shunt>';
  const routes = [...(known ? [`ask: ${ask}`] : []), ...(from ? [`refuse: ${refuse}`] : [])];
  return {
    'zalando.org/skipper-predicate': [from, known].filter((one) => one !== undefined).join(' && '),
    'zalando.org/skipper-routes': `${routes.join('; ')};`,
  };
}
