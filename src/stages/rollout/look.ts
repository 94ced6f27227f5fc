import { messageOf } from '../../errors.ts';
import type { Http, Log } from '../../ports.ts';

const TIMEOUT_MS = 5_000;

/**
 * Asks the URL once, to tell. It decides nothing: a runner that cannot reach production is no reason to doubt a rollout
 * that the cluster itself has found healthy.
 */
export async function lookAtUrl(
  url: string | undefined,
  { http, log, signal }: { http: Http; log: Log; signal: AbortSignal },
): Promise<void> {
  if (url === undefined || signal.aborted) return;
  try {
    const { status } = await http.get(url, { timeoutMs: TIMEOUT_MS, signal });
    log.info(`${url} answers ${status}`);
  } catch (error) {
    if (!signal.aborted)
      log.info(`${url} was not reached from this runner, which says nothing about the rollout: ${messageOf(error)}`);
  }
}
