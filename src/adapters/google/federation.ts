/** Where a job of GitHub asks for its identity token: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
export interface IdentityRequest {
  url: string;
  token: string;
}

/**
 * Application Default Credentials of a job by Workload Identity Federation, as a file of google-auth-library contains them: it
 * asks GitHub for the job's token, and Google's Security Token Service for its own. They hold no key.
 * @param provider projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER
 * @param serviceAccount e-mail of the account to impersonate; undefined: the federated identity itself
 * @see https://google.aip.dev/auth/4117 (external account credentials)
 */
export function federatedCredentials(
  provider: string,
  serviceAccount: string | undefined,
  identity: IdentityRequest,
): Record<string, unknown> {
  const subject = new URL(identity.url);
  subject.searchParams.set('audience', `https://iam.googleapis.com/${provider}`);
  return {
    type: 'external_account',
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: {
      url: subject.toString(),
      headers: { Authorization: `Bearer ${identity.token}` },
      format: { type: 'json', subject_token_field_name: 'value' },
    },
    ...(serviceAccount === undefined
      ? {}
      : {
          service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
        }),
  };
}
