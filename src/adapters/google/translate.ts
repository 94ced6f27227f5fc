import { EnvironmentError, SlipwayError } from '../../errors.ts';
import { neutralise } from '../../text/neutralise.ts';
import type { Adc } from './adc.ts';
import { shownClaims } from './claims.ts';
import { type TokenRefusal, tokenRefusalOf } from './token-refusal.ts';

/**
 * Makes an error for people of a failed sign-in to Google: no credentials, or a refusal by GitHub's token endpoint, Google's
 * Security Token Service or the impersonation of the service account.
 * @param client the failed client; the error shows the claims of its identity token
 */
export async function translateSignInError(error: unknown, adc: Adc, client?: object): Promise<SlipwayError> {
  if (error instanceof SlipwayError) return error;
  const refusal = tokenRefusalOf(error);
  const { subject, sts, impersonation } = adc.urls;
  if (adc.file === undefined && refusal.status === undefined) return noCredentials(refusal);
  if (refusal.url !== undefined && refusal.status !== undefined) {
    if (refusal.url === subject?.split('?')[0]) return refusedByGitHub(refusal);
    if (refusal.url === sts) return refusedByFederation(refusal, adc, await claimsOf(client));
    if (refusal.url === impersonation) return refusedImpersonation(refusal, adc);
  }
  const where = refusal.url ? ` at ${refusal.url}` : '';
  return new EnvironmentError(`Google gave no access token${where}: ${refusal.message}`, {
    cause: error,
    details: [`credentials: ${adc.file ?? 'the metadata server'} (${adc.type ?? 'none'})`],
    remedy: refusal.status === undefined ? 'Check the network of the runner, and proxies.' : undefined,
  });
}

function noCredentials(refusal: TokenRefusal): EnvironmentError {
  return new EnvironmentError('there are no Google credentials (Application Default Credentials)', {
    details: [refusal.message],
    remedy:
      'Give the job `permissions: id-token: write` and put google-github-actions/auth (with ' +
      '`workload_identity_provider`) after checkout and before this step; on your own machine: `gcloud auth ' +
      'application-default login`. docs/google-cloud.md has the whole set-up. No key file is needed.',
  });
}

function refusedByGitHub(refusal: TokenRefusal): EnvironmentError {
  return new EnvironmentError(`GitHub gave no identity token (HTTP ${refusal.status}): ${refusal.message}`, {
    remedy:
      'The job needs `permissions: id-token: write`; runs for pull requests from forks never get it. A token request ' +
      'is valid within its own job only: run google-github-actions/auth in this very job.',
  });
}

function refusedByFederation(refusal: TokenRefusal, adc: Adc, claims: string[]): EnvironmentError {
  return new EnvironmentError(`Workload Identity Federation refused this job's identity: ${refusal.message}`, {
    details: [`provider: ${adc.provider}`, ...claims.map((claim) => `claim ${claim}`)],
    remedy: federationRemedy(refusal),
  });
}

function federationRemedy({ code, message, reason }: TokenRefusal): string {
  if (reason === 'SERVICE_DISABLED') return 'Enable the API: `gcloud services enable sts.googleapis.com`.';
  if (code === 'invalid_target') {
    return (
      'Correct `workload_identity_provider`: projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/' +
      'PROVIDER, with the number of the project and not its id; pool and provider must exist and be enabled.'
    );
  }
  if (message.includes('127 bytes')) {
    return 'Map google.subject to something shorter than `assertion.sub`, as docs/google-cloud.md does.';
  }
  return (
    'Compare the claims with the provider’s attribute condition. Conditions on names or on `sub` break: since July ' +
    '2026 new and renamed repositories have `repo:owner@id/name@id:…` as their `sub`. Use repository_id, ' +
    'repository_owner_id, ref and environment: docs/google-cloud.md.'
  );
}

function refusedImpersonation(refusal: TokenRefusal, adc: Adc): EnvironmentError {
  const account = adc.serviceAccount ?? 'the service account';
  const disabled = refusal.reason === 'SERVICE_DISABLED';
  return new EnvironmentError(`this job may not act as ${account}: ${refusal.message}`, {
    details: [`provider: ${adc.provider}`],
    remedy: disabled
      ? 'Enable the API: `gcloud services enable iamcredentials.googleapis.com`.'
      : `Does ${account} exist? Give roles/iam.workloadIdentityUser on it to the principalSet:// of this repository and ` +
        'environment (docs/google-cloud.md), and wait some minutes: changes of IAM take a while.',
  });
}

/** The claims of the refused identity token. A second token of the same job has the same claims. */
async function claimsOf(client: object | undefined): Promise<string[]> {
  if (client === undefined || !('retrieveSubjectToken' in client)) return [];
  const { retrieveSubjectToken } = client;
  if (typeof retrieveSubjectToken !== 'function') return [];
  try {
    return shownClaims(String(await retrieveSubjectToken.call(client))).flatMap(neutralise);
  } catch {
    return [];
  }
}
