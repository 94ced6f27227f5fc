import type { AuthClient } from 'google-auth-library';
import { readAdc } from './adc.ts';
import { exportsOf } from './common-js.ts';
import { translateSignInError } from './translate.ts';

/** Every Google Cloud API; IAM decides what the identity may do. */
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** Milliseconds. A token with less time left is renewed, so that a push or request that uses it can finish. */
const RENEW_BEFORE_MS = 60_000;

export interface GoogleToken {
  /** OAuth 2.0 access token. The caller masks it before its first use. */
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

const clients = new Map<string, Promise<AuthClient>>();

/**
 * An access token from Application Default Credentials, valid for at least another minute. Ask again for every use: the token
 * is cached, and those of a federated identity without a service account live for minutes only.
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
 * Discards a token that a server has refused (401) before its expiry: the next `googleAccessToken` fetches a new one. Does
 * nothing when a newer token exists.
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
    // Without it, the library runs gcloud in a shell and calls further APIs to find one.
    projectId: process.env.GOOGLE_CLOUD_PROJECT || 'not-used',
    clientOptions: { eagerRefreshThresholdMillis: RENEW_BEFORE_MS },
  });
  try {
    return await auth.getClient();
  } catch (error) {
    throw await translateSignInError(error, adc);
  }
}
