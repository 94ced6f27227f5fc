import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SignInRequest {
  workspace: string;
  /** The runner's token endpoint, and the job's token for it: ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN. */
  oidc: { requestUrl: string; requestToken: string };
  /** projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER */
  provider: string;
  /** Impersonated; without it the federated identity itself is used. */
  serviceAccount?: string;
  project?: string;
}

/**
 * What a step of google-github-actions/auth leaves to the steps after it: a file of Application Default Credentials in
 * the workspace, and the variables that name it. @see https://github.com/google-github-actions/auth
 */
export function signInWithGoogle(request: SignInRequest): Record<string, string> {
  const { oidc, provider, serviceAccount, workspace } = request;
  const subject = new URL(oidc.requestUrl);
  subject.searchParams.set('audience', `https://iam.googleapis.com/${provider}`);
  const credentials = {
    type: 'external_account',
    audience: `//iam.googleapis.com/${provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    credential_source: {
      url: subject,
      headers: { Authorization: `Bearer ${oidc.requestToken}` },
      format: { type: 'json', subject_token_field_name: 'value' },
    },
    ...(serviceAccount
      ? {
          service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
        }
      : {}),
  };
  mkdirSync(workspace, { recursive: true });
  const file = join(workspace, 'gha-creds-0123456789abcdef.json');
  writeFileSync(file, JSON.stringify(credentials), { mode: 0o640 });
  const { project } = request;
  const named = ['CLOUDSDK_CORE_PROJECT', 'CLOUDSDK_PROJECT', 'GCLOUD_PROJECT', 'GCP_PROJECT', 'GOOGLE_CLOUD_PROJECT'];
  return {
    CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: file,
    GOOGLE_APPLICATION_CREDENTIALS: file,
    GOOGLE_GHA_CREDS_PATH: file,
    ...(project ? Object.fromEntries(named.map((name) => [name, project])) : {}),
  };
}
