import { getOctokit } from '@actions/github';
import type { Clock, Log } from '../../ports.ts';
import { answerOf } from './failures.ts';
import { isPullList, slimPulls } from './pull-list.ts';
import { isRepeatable, waitBefore } from './retry.ts';
import { WritePace } from './write-pace.ts';

export type Octokit = ReturnType<typeof getOctokit>;

export interface ClientOptions {
  token: string;
  /** GITHUB_API_URL: https://api.github.com, or that of a GitHub Enterprise Server. */
  apiUrl: string;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** One request may take this long, then it counts as lost. */
const REQUEST_MS = 30_000;

/** Octokit that obeys GitHub's limits: writes one after the other, waits as long as it is asked to, and can be aborted. */
export function createClient({ token, apiUrl, clock, log, signal }: ClientOptions): Octokit {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const octokit = getOctokit(token, { baseUrl: apiUrl.replace(/\/$/, ''), userAgent: 'slipway', log: silent });
  const pace = new WritePace(clock);
  octokit.hook.wrap('request', async (request, options) => {
    const settings = { ...options.request };
    if (isPullList(options.url)) settings.fetch = slimPulls(settings.fetch ?? fetch);
    const write = options.method !== 'GET' && options.method !== 'HEAD';
    const send = async () => {
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
          const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
          // Set in place: where hooks are chained, the toolkit gives these options to the next one, and not its argument.
          options.request = { ...settings, signal: limit };
          return await request(options);
        } catch (error) {
          signal.throwIfAborted();
          const wait = waitBefore(answerOf(error), attempt, isRepeatable(options), clock.now());
          if (wait === undefined) throw error;
          if (wait > 2_000) log.info(`GitHub asks to wait ${Math.ceil(wait / 1_000)} s (${answerOf(error).message})`);
          await clock.sleep(wait, signal);
        }
      }
    };
    return write ? pace.run(send, signal) : send();
  });
  return octokit;
}
