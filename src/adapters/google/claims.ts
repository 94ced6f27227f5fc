/** Claims of GitHub's OIDC token by which Workload Identity Federation decides. None of them is a secret. */
const SHOWN = [
  'sub',
  'aud',
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'environment',
  'event_name',
  'job_workflow_ref',
] as const;

/**
 * The claims of a JSON Web Token that help to see why it was refused, as `name: value` lines. The signature is not
 * checked: this is for a message only. An empty list when the text is no such token.
 * @see https://docs.github.com/actions/reference/security/oidc
 */
export function shownClaims(jwt: string): string[] {
  const payload = jwt.split('.')[1];
  if (payload === undefined) return [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return [];
    const values = new Map<string, unknown>(Object.entries(claims));
    return SHOWN.filter((name) => typeof values.get(name) === 'string').map((name) => `${name}: ${values.get(name)}`);
  } catch {
    return [];
  }
}
