import type { ExternalAccountClientOptions } from 'google-auth-library';
import { describeAdc } from './adc.ts';
import { exportsOf } from './common-js.ts';
import { translateSignInError } from './translate.ts';

/**
 * Reads objects and images, whatever the identity itself may do. Nodes of GKE pull with it by default.
 * @see https://cloud.google.com/artifact-registry/docs/deploy (access scopes)
 */
export const READ_IMAGES = 'https://www.googleapis.com/auth/devstorage.read_only';

/** Seconds; the shortest lifetime that the library asks for. */
const LIFETIME = 600;

/**
 * An access token that reads images for minutes, from federated credentials. They are written to no file.
 * @throws EnvironmentError that says which of the three parts refused (GitHub, the federation, the service account)
 */
export async function readToken(credentials: Record<string, unknown>): Promise<string> {
  const { GoogleAuth } = exportsOf(await import('google-auth-library'));
  const limited = { ...credentials, service_account_impersonation: { token_lifetime_seconds: LIFETIME } };
  const client = new GoogleAuth({ scopes: [READ_IMAGES] }).fromJSON(limited as unknown as ExternalAccountClientOptions);
  try {
    const { token } = await client.getAccessToken();
    if (!token) throw new Error('the answer holds no access token');
    return token;
  } catch (error) {
    throw await translateSignInError(error, describeAdc('the inputs of this step', credentials), client);
  }
}
