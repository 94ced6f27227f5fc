import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startTraffic, type TrafficReport } from '../../local/demo/traffic.ts';
import { ensurePlatform, type Platform } from '../../local/platform.ts';
import { bundle } from '../build.ts';
import { ENDINGS, type Ending, ServedApp } from './served-app.ts';

const FIRST_ANSWER_MS = 60_000;
const OLD_PODS_GO_MS = 120_000;

interface Soaked extends TrafficReport {
  ending: Ending;
  /** Milliseconds of each update. */
  updates: number[];
}

/**
 * `npm run soak -- rolling`: rolling updates in a row under constant traffic through the ingress.
 * @returns whether no request failed
 */
export async function rolling(args: string[]): Promise<boolean> {
  const options = { updates: { type: 'string' }, rate: { type: 'string' }, only: { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const updates = Number(values.updates ?? 20);
  const rate = Number(values.rate ?? 100);
  const endings = Object.keys(ENDINGS).filter((ending) => values.only?.split(',').includes(ending) ?? true) as Ending[];
  if (!(updates > 0 && rate > 0) || endings.length === 0)
    throw new Error('--updates and --rate take a number, --only graceful or abrupt');
  const platform = await ensurePlatform();
  await bundle();
  const all: Soaked[] = [];
  for (const ending of endings) {
    const soaked = await soak(platform, ending, updates, rate);
    console.error(`${ending}: ${soaked.sent} requests, ${soaked.failed} failed`);
    all.push(soaked);
  }
  console.log(tell(all));
  return all.every(({ failed, sent }) => failed === 0 && sent > 0);
}

async function soak(platform: Platform, ending: Ending, updates: number, rate: number): Promise<Soaked> {
  const app = await ServedApp.create(platform, ending);
  const interrupted = () => void app.remove().finally(() => process.exit(1));
  process.once('SIGINT', interrupted);
  try {
    await app.roll('version 0');
    await untilServed(platform, app.host, 'version 0');
    const traffic = startTraffic(platform.ingress.port, app.host, '/', rate);
    const times: number[] = [];
    try {
      for (let update = 1; update <= updates; update++) {
        const began = performance.now();
        await app.roll(`version ${update}`);
        times.push(performance.now() - began);
        console.error(`${ending}: update ${update} of ${updates} took ${(times.at(-1) ?? 0).toFixed(0)} ms`);
      }
      // The last pods of the version before still serve: they, too, must not fail anybody.
      const end = Date.now() + OLD_PODS_GO_MS;
      while ((await app.pods()).length > 2 && Date.now() < end) await sleep(500);
      await untilServed(platform, app.host, `version ${updates}`);
    } finally {
      await traffic.stop();
    }
    return { ...(await traffic.stop()), ending, updates: times };
  } finally {
    process.removeListener('SIGINT', interrupted);
    await app.remove();
  }
}

async function untilServed(platform: Platform, host: string, text: string): Promise<void> {
  const url = `http://${host}:${platform.ingress.port}/`;
  const end = Date.now() + FIRST_ANSWER_MS;
  let last = '';
  while (Date.now() < end) {
    const answer = await fetch(url).catch((error: unknown) => ({ text: async () => String(error) }));
    last = await answer.text();
    if (last === text) return;
    await sleep(200);
  }
  throw new Error(`${url} does not answer "${text}" but: ${last.slice(0, 200)}`);
}

function tell(all: readonly Soaked[]): string {
  const rows = all.map(({ ending, updates, sent, rate, failed, causes, p99 }) => {
    const seconds = [...updates].sort((a, b) => a - b).map((ms) => (ms / 1000).toFixed(1));
    const spread = `${seconds[Math.floor(seconds.length / 2)]} s (${seconds[0]}–${seconds.at(-1)})`;
    const why = failed > 0 ? `: ${JSON.stringify(causes)}` : '';
    const traffic = `${sent} at ${rate.toFixed(0)} a second`;
    return `| ${ending} | ${updates.length} | ${spread} | ${traffic} | ${p99.toFixed(0)} ms | **${failed}**${why} |`;
  });
  return [
    '| the app ends | updates | each, median (lowest–highest) | requests | p99 | failed |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
