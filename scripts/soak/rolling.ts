import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startTraffic, type TrafficReport } from '../../local/demo/traffic.ts';
import { ensurePlatform, type Platform } from '../../local/platform.ts';
import { bundle } from '../build.ts';
import type { Served } from './rolling/served.ts';
import { ServedApp } from './rolling/served-app.ts';
import { ServedShop } from './rolling/served-shop.ts';

const FIRST_ANSWER_MS = 60_000;
const OLD_PODS_GO_MS = 120_000;

/** What is rolled, by name. */
const APPS: Record<string, (platform: Platform) => Promise<Served>> = {
  graceful: (platform) => ServedApp.create(platform, 'graceful'),
  abrupt: (platform) => ServedApp.create(platform, 'abrupt'),
  shop: (platform) => ServedShop.create(platform),
};

interface Soaked extends TrafficReport {
  name: string;
  /** Milliseconds of each update. */
  updates: number[];
  violations: string[];
}

/**
 * `npm run soak -- rolling`: rolling updates in a row under constant traffic through the ingress.
 * @returns whether no request failed, and nothing else was lost
 */
export async function rolling(args: string[]): Promise<boolean> {
  const options = { updates: { type: 'string' }, rate: { type: 'string' }, only: { type: 'string' } } as const;
  const { values } = parseArgs({ args, options });
  const updates = Number(values.updates ?? 20);
  const rate = Number(values.rate ?? 100);
  const names = Object.keys(APPS).filter((name) => values.only?.split(',').includes(name) ?? true);
  if (!(updates > 0 && rate > 0) || names.length === 0)
    throw new Error(`--updates and --rate take a number, --only some of ${Object.keys(APPS).join(', ')}`);
  const platform = await ensurePlatform();
  await bundle();
  const all: Soaked[] = [];
  for (const name of names) {
    const soaked = await soak(platform, name, updates, rate);
    console.error(`${name}: ${soaked.sent} requests, ${soaked.failed} failed`);
    for (const violation of soaked.violations) console.error(`${name}: VIOLATION: ${violation}`);
    all.push(soaked);
  }
  console.log(tell(all));
  return all.every(({ failed, sent, violations }) => failed === 0 && sent > 0 && violations.length === 0);
}

async function soak(platform: Platform, name: string, updates: number, rate: number): Promise<Soaked> {
  const app = await APPS[name]?.(platform);
  if (!app) throw new Error(`there is no app ${name}`);
  const interrupted = () => void app.remove().finally(() => process.exit(1));
  process.once('SIGINT', interrupted);
  try {
    await app.roll(0);
    await untilServed(platform, app, 0);
    const traffic = startTraffic(platform.ingress.port, app.host, app.paths, rate);
    const use = app.use();
    const times: number[] = [];
    let violations: string[] = [];
    try {
      for (let update = 1; update <= updates; update++) {
        const began = performance.now();
        await app.roll(update);
        times.push(performance.now() - began);
        console.error(`${name}: update ${update} of ${updates} took ${(times.at(-1) ?? 0).toFixed(0)} ms`);
      }
      // The last pods of the version before still serve: they, too, must not fail anybody.
      const end = Date.now() + OLD_PODS_GO_MS;
      while ((await app.pods()).length > app.podCount && Date.now() < end) await sleep(500);
      await untilServed(platform, app, updates);
    } finally {
      violations = await use.stop();
      await traffic.stop();
    }
    return { ...(await traffic.stop()), name, updates: times, violations };
  } finally {
    process.removeListener('SIGINT', interrupted);
    await app.remove();
  }
}

async function untilServed(platform: Platform, app: Served, version: number): Promise<void> {
  const url = `http://${app.host}:${platform.ingress.port}${app.paths[0]}`;
  const end = Date.now() + FIRST_ANSWER_MS;
  let last = '';
  while (Date.now() < end) {
    const answer = await fetch(url).catch((error: unknown) => ({ text: async () => String(error) }));
    last = await answer.text();
    if (app.isOf(version, last)) return;
    await sleep(200);
  }
  throw new Error(`${url} does not answer version ${version} but: ${last.slice(0, 200)}`);
}

function tell(all: readonly Soaked[]): string {
  const rows = all.map(({ name, updates, sent, rate, failed, causes, p99 }) => {
    const seconds = [...updates].sort((a, b) => a - b).map((ms) => (ms / 1000).toFixed(1));
    const spread = `${seconds[Math.floor(seconds.length / 2)]} s (${seconds[0]}–${seconds.at(-1)})`;
    const why = failed > 0 ? `: ${JSON.stringify(causes)}` : '';
    const traffic = `${sent} at ${rate.toFixed(0)} a second`;
    return `| ${name} | ${updates.length} | ${spread} | ${traffic} | ${p99.toFixed(0)} ms | **${failed}**${why} |`;
  });
  return [
    '| app | updates | each, median (lowest–highest) | requests | p99 | failed |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
