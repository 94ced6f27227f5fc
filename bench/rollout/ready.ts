import { appObjects, serve } from './app.ts';
import type { Bench } from './cluster.ts';
import { type Counts, countRequests } from './counter.ts';
import { Observer } from './observer.ts';
import type { Peers } from './peers.ts';
import { succeed } from './process.ts';
import { makeSite, type Site } from './site.ts';
import { deployWith, TOOLS, type Tool } from './tools.ts';

const TIMEOUT_SECONDS = 120;
const SAYS_READY = /new pods are available/;

/** One rollout that became ready. Milliseconds, bytes. */
export interface ReadyRun {
  /** From the last pod's becoming ready to the end of the last process; negative where the tool ended before. */
  afterMs: number;
  /** The same, to our own line that says so; 0 for the others. */
  toldMs: number;
  totalMs: number;
  peakBytes: number;
}

export interface Ready {
  runs: Record<Tool, ReadyRun[]>;
  requests: Record<Tool, Counts>;
}

/** Rolls the app out again and again with each tool in turn, and looks when its pods were ready. */
export async function measureReady(bench: Bench, peers: Peers, runs: number): Promise<Ready> {
  const { platform } = bench;
  const image = platform.baseImages.debian;
  const places = await Promise.all(
    TOOLS.map(async (tool) => {
      const namespace = await bench.namespace(`ready-${tool}`);
      const site = await makeSite(namespace, image.split('@')[0] ?? '', platform.kubeconfig);
      return { tool, site, observer: new Observer(bench.cluster, namespace) };
    }),
  );
  const roll = async ({ tool, site, observer }: (typeof places)[number], run: string): Promise<ReadyRun> => {
    await site.write(appObjects({ run, image, command: serve }, `${site.namespace}.localhost`));
    const ran = await succeed(deployWith(tool, { site, image, timeoutSeconds: TIMEOUT_SECONDS }, peers));
    const readyAt = await observer.readyAt(run);
    const told = ran.lines.find(({ text }) => SAYS_READY.test(text))?.at ?? readyAt;
    const totalMs = ran.endedAt - ran.startedAt;
    return { afterMs: ran.endedAt - readyAt, toldMs: told - readyAt, totalMs, peakBytes: ran.peakBytes };
  };
  const result: Ready = { runs: byTool(() => []), requests: byTool(() => ({}) as Counts) };
  // The first rollout of each makes everything; from the second on they replace what runs.
  for (const place of places) await roll(place, 'first');
  for (let index = 0; index < runs; index++) {
    for (const place of turned(places, index)) {
      const run = await roll(place, `${index}`);
      result.runs[place.tool].push(run);
      console.error(`ready ${index + 1}/${runs} ${place.tool}: ${run.totalMs.toFixed(0)} ms`);
    }
  }
  for (const place of places) {
    const counted = await counting(bench, place.site, (site) => roll({ ...place, site }, 'counted'));
    result.requests[place.tool] = counted;
    place.observer.close();
    await place.site.remove();
  }
  return result;
}

/** As on a fresh runner: with an empty HOME, without a cache of what the cluster serves. */
async function counting(bench: Bench, site: Site, roll: (site: Site) => Promise<unknown>): Promise<Counts> {
  const counter = await countRequests(bench.connection);
  try {
    const kubeconfig = await bench.kubeconfigFor(`http://127.0.0.1:${counter.port}`, site.folder);
    await roll({ ...site, kubeconfig, home: `${site.home}-fresh` });
    return counter.counts;
  } finally {
    counter.close();
  }
}

export function byTool<T>(make: (tool: Tool) => T): Record<Tool, T> {
  return Object.fromEntries(TOOLS.map((tool) => [tool, make(tool)])) as Record<Tool, T>;
}

/** Another one is the first each time: what the machine does meanwhile hits all of them alike. */
export function turned<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
