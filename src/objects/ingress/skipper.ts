import type { IngressSpec } from './ingress-spec.ts';
import type { LoginHashes } from './login.ts';

const ASK = 'status(401) -> setResponseHeader("WWW-Authenticate", "Basic realm=\\"Review environment\\"") -> <shunt>';

/**
 * Skipper holds visitors to a login by the hash of the header that they must send, and to networks by the address that
 * the connection comes from (a header such as X-Forwarded-For could be anybody's). Who does not fit comes to routes of their
 * own: 401, which makes a browser ask, and 403.
 * @see https://opensource.zalando.com/skipper/reference/predicates/
 * @see https://opensource.zalando.com/skipper/kubernetes/ingress-usage/
 */
export function skipperAnnotations({ access }: IngressSpec, login: LoginHashes | undefined): Record<string, string> {
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
