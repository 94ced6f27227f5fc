import type { Log } from '../../ports.ts';
import { CLOUD_PLATFORM, forgetGoogleToken, googleAccessToken } from '../google/token.ts';

/**
 * With userinfo.email the API server knows a service account by its e-mail address, as role bindings name it; without, by
 * its numeric id. @see https://cloud.google.com/kubernetes-engine/docs/how-to/role-based-access-control
 */
export const GKE_SCOPES = [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/userinfo.email'] as const;

/** Milliseconds after a renewal. Within them, a refusal concerns the previous token. */
const RENEWED_MS = 5_000;

/** Authorization headers for the API server. Masks every new token before its first use. */
export class BearerTokens {
  private readonly log: Pick<Log, 'mask'>;
  private last = '';
  private renewedAt = 0;
  private renewal: Promise<void> | undefined;

  constructor(log: Pick<Log, 'mask'>) {
    this.log = log;
  }

  /**
   * A token with at least a minute left.
   * @param renew the server has answered 401; of many requests refused at once, only the first fetches a new token
   */
  async header(renew: boolean): Promise<string> {
    if (renew) {
      this.renewal ??= this.fetchAnew().finally(() => {
        this.renewal = undefined;
      });
      await this.renewal;
    }
    const { token } = await googleAccessToken(GKE_SCOPES);
    if (token !== this.last) this.log.mask(token);
    this.last = token;
    return `Bearer ${token}`;
  }

  private async fetchAnew(): Promise<void> {
    if (Date.now() - this.renewedAt < RENEWED_MS) return;
    await forgetGoogleToken(this.last);
    this.renewedAt = Date.now();
  }
}
