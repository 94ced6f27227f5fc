import { messageOf } from '../../errors.ts';
import type { Clock, Http, Log } from '../../ports.ts';

const TIMEOUT_MS = 5_000;
/** An ingress controller needs a moment to learn of new pods; until then it answers 502, 503 or 504 itself. */
const LEARNS_WITHIN_MS = 5_000;
const PAUSE_MS = 500;

/**
 * Requests the URL and reports the answer. The answer decides nothing: a runner that cannot reach production is no reason
 * to doubt a rollout that the cluster reports as healthy.
 */
export async function lookAtUrl(
  url: string | undefined,
  { http, log, clock, signal }: { http: Http; log: Log; clock: Clock; signal: AbortSignal },
): Promise<void> {
  if (url === undefined) return;
  if (url.startsWith('tcp:')) return log.info(`it is reached at ${url}`);
  const until = clock.now() + LEARNS_WITHIN_MS;
  try {
    for (;;) {
      const { status } = await http.get(url, { timeoutMs: TIMEOUT_MS, signal });
      if (status < 502 || clock.now() > until) return log.info(`${url} answers ${status}`);
      await clock.sleep(PAUSE_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return;
    log.info(`${url} was not reached from this runner, which says nothing about the rollout: ${messageOf(error)}`);
  }
}
