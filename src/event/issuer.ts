/** GitHub's issuer of identity tokens on github.com. */
export const ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * Who signs the identity tokens of a GitHub; its keys are below this address.
 * @param server GITHUB_SERVER_URL
 * @see https://docs.github.com/enterprise-server/actions/reference/security/oidc and /enterprise-cloud@latest/…
 */
export function issuerOf(server: string): string {
  const { origin, host } = new URL(server);
  if (host === 'github.com') return ISSUER;
  if (host.endsWith('.ghe.com')) return `https://token.actions.${host}`;
  return `${origin}/_services/token`;
}

/**
 * Whether a token or a provider names this issuer: as it is, or with the name of an enterprise behind it, which the enterprise can
 * ask for (`include_enterprise_slug`). The keys are the same, and so is the meaning of the ids in a token.
 * @see https://docs.github.com/enterprise-cloud@latest/actions/reference/security/oidc
 */
export function isIssuer(named: string, issuer: string): boolean {
  if (named === issuer) return true;
  const ofCloud = !issuer.endsWith('/_services/token');
  return (
    ofCloud && named.startsWith(`${issuer}/`) && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(named.slice(issuer.length + 1))
  );
}
