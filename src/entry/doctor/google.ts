import type { GoogleSettings } from '../../ports.ts';
import { googleAccessToken } from '../google-access-token.ts';
import type { Around } from './sites.ts';

/** Google Cloud with Application Default Credentials; rejects without them. */
export async function googleSettings({ env, log, signal }: Around): Promise<GoogleSettings> {
  const { createGoogleSettings, endpointsOf } = await import('../../adapters/google/settings.ts');
  const token = async () => {
    const given = await googleAccessToken();
    log.mask(given);
    return given;
  };
  await token();
  return createGoogleSettings({ token, endpoints: endpointsOf(env), signal });
}
