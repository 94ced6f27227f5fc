import { MANY_KINDS, manyObjects } from './app.ts';
import type { Bench } from './cluster.ts';
import { putFurtherAway } from './distance.ts';
import type { Peers } from './peers.ts';
import { type Ran, succeed } from './process.ts';
import { turned } from './ready.ts';
import { makeSite } from './site.ts';
import { applyWith } from './tools.ts';

export const OBJECTS = 500;
/** Milliseconds that are added to each round trip. */
export const DISTANCES = [0, 30] as const;
export const APPLIERS = ['slipway', 'kubectl'] as const;
export type Applier = (typeof APPLIERS)[number];

/** Objects that are new, and the same once more. */
export type Many = Record<Applier, { distance: number; first: Ran; again: Ran }[]>;

/** Writes many objects into a fresh namespace, from near and from far. */
export async function measureMany(bench: Bench, peers: Peers, runs: number): Promise<Many> {
  const result: Many = { slipway: [], kubectl: [] };
  for (let index = 0; index < runs; index++) {
    for (const distance of DISTANCES) {
      for (const tool of turned(APPLIERS, index)) {
        const measured = await applyFrom(distance, tool, `many-${tool}-${distance}-${index}`, bench, peers);
        result[tool].push(measured);
        const ms = measured.first.endedAt - measured.first.startedAt;
        console.error(`many ${index + 1}/${runs} at ${distance} ms ${tool}: ${ms.toFixed(0)} ms`);
      }
    }
  }
  return result;
}

async function applyFrom(distance: number, tool: Applier, purpose: string, bench: Bench, peers: Peers) {
  const { platform, connection } = bench;
  const { hostname, port } = new URL(connection.server);
  const way = await putFurtherAway(hostname, Number(port), distance);
  const namespace = await bench.namespace(purpose);
  const image = platform.baseImages.debian;
  const site = await makeSite(namespace, image.split('@')[0] ?? '', platform.kubeconfig);
  try {
    const kubeconfig = await bench.kubeconfigFor(`https://127.0.0.1:${way.port}`, site.folder);
    await site.write(manyObjects(OBJECTS, image));
    const commands = applyWith(tool, { site: { ...site, kubeconfig }, image, timeoutSeconds: 600 }, peers);
    const first = await succeed(commands);
    await expectAll(bench, namespace);
    return { distance, first, again: await succeed(commands) };
  } finally {
    way.close();
    await site.remove();
    await bench.removeNamespace(namespace);
  }
}

/** A tool that writes less would be faster. */
async function expectAll({ cluster }: Bench, namespace: string): Promise<void> {
  const selection = { namespace, labelSelector: 'app=bench' };
  const lists = await Promise.all(MANY_KINDS.map((kind) => cluster.list(kind, selection)));
  const count = lists.flat().length;
  if (count !== OBJECTS) throw new Error(`${count} of ${OBJECTS} objects are there`);
}
