import { getOctokit } from '@actions/github';
import type { Clock, Log } from '../../ports.ts';
import { answerOf } from './answer.ts';
import { isPullList, slimPulls } from './pull-list.ts';
import { isIdempotent, isQuery, waitBefore, waitWords } from './retry.ts';
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

/** A request without an answer counts as lost after this time. */
const REQUEST_MS = 30_000;

/** Octokit that obeys GitHub's rate limits, sends writes one after the other, and stops when the run is cancelled. */
export function createClient({ token, apiUrl, clock, log, signal }: ClientOptions): Octokit {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const octokit = getOctokit(token, { baseUrl: apiUrl.replace(/\/$/, ''), userAgent: 'slipway', log: silent });
  const pace = new WritePace(clock);
  octokit.hook.wrap('request', async (request, options) => {
    const settings = { ...options.request };
    if (isPullList(options.url)) settings.fetch = slimPulls(settings.fetch ?? fetch);
    const isWrite = options.method !== 'GET' && options.method !== 'HEAD' && !isQuery(options.url);
    const send = async () => {
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
          const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
          // Set in place: the toolkit passes these options to the next hook and ignores the argument of `request`.
          options.request = { ...settings, signal: limit };
          return await request(options);
        } catch (error) {
          signal.throwIfAborted();
          const wait = waitBefore(answerOf(error), attempt, isIdempotent(options), clock.now());
          if (wait === undefined) throw error;
          if (wait > 2_000) log.info(waitWords(answerOf(error), wait));
          await clock.sleep(wait, signal);
        }
      }
    };
    return isWrite ? pace.run(send, signal) : send();
  });
  return octokit;
}
