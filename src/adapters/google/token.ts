import type { AuthClient } from 'google-auth-library';
import { readAdc } from './adc.ts';
import { exportsOf } from './common-js.ts';
import { translateSignInError } from './translate.ts';

/** Every Google Cloud API; what is really allowed is decided by IAM. */
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** A token is renewed when it has less time left than this: a push or a request begun with it can still finish. */
const RENEW_BEFORE_MS = 60_000;

export interface GoogleToken {
  /** OAuth 2.0 access token. The caller masks it before it is used for the first time. */
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const clients = new Map<string, Promise<AuthClient>>();

/**
 * An access token from Application Default Credentials, valid for at least a minute more (the tokens of a federated
 * identity without a service account live for minutes only, so ask again for every use; it is cached).
 * @param scopes OAuth scopes; default: cloud-platform
 * @throws EnvironmentError that says which of the three parts refused (GitHub, the federation, the service account)
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export async function googleAccessToken(scopes: readonly string[] = [CLOUD_PLATFORM]): Promise<GoogleToken> {
  const client = await googleClient(scopes);
  try {
    const { token } = await client.getAccessToken();
    if (!token) throw new Error('the answer holds no access token');
    return { token, expiresAt: client.credentials.expiry_date ?? Date.now() + RENEW_BEFORE_MS };
  } catch (error) {
    throw await translateSignInError(error, readAdc(), client);
  }
}

/**
 * To be called when a server has refused a token (401) that has not expired by the clock: the next `googleAccessToken`
 * fetches a new one. Nothing happens when the token has been renewed in the meantime.
 */
export async function forgetGoogleToken(refused: string): Promise<void> {
  for (const [key, pending] of clients) {
    const client = await pending.catch(() => undefined);
    if (client?.credentials.access_token === refused) clients.delete(key);
  }
}

/** The client of google-auth-library behind `googleAccessToken`, for Google's own SDKs: they share its token. */
export async function googleClient(scopes: readonly string[] = [CLOUD_PLATFORM]): Promise<AuthClient> {
  const key = scopes.join(' ');
  const known = clients.get(key) ?? createClient(scopes);
  clients.set(key, known);
  try {
    return await known;
  } catch (error) {
    clients.delete(key);
    throw error;
  }
}

async function createClient(scopes: readonly string[]): Promise<AuthClient> {
  const adc = readAdc();
  const { GoogleAuth } = exportsOf(await import('google-auth-library'));
  const auth = new GoogleAuth({
    scopes: [...scopes],
    // Given, so that the library does not look for one: it would run gcloud in a shell and call further APIs.
    projectId: process.env.GOOGLE_CLOUD_PROJECT || 'not-used',
    clientOptions: { eagerRefreshThresholdMillis: RENEW_BEFORE_MS },
  });
  try {
    return await auth.getClient();
  } catch (error) {
    throw await translateSignInError(error, adc);
  }
}
