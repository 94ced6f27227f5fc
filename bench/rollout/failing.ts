import type { KubeObject } from '../../src/ports.ts';
import { appObjects, serve, type Version } from './app.ts';
import type { Bench } from './cluster.ts';
import { Observer } from './observer.ts';
import type { Peers } from './peers.ts';
import { lastLines, runAll, succeed } from './process.ts';
import { makeSite } from './site.ts';
import { deployWith, TOOLS, type Tool } from './tools.ts';

/** What the peers are told to wait: they do not know a failure by its cause. */
export const PEERS_WAIT_SECONDS = 30;

export const CASES = ['missing image', 'crash loop'] as const;
export type Case = (typeof CASES)[number];
/** Ours is measured without and with going back to the version before. */
export type Variant = Tool | 'slipway, rolled back';
export const VARIANTS: readonly Variant[] = ['slipway', 'slipway, rolled back', 'kubectl', 'helm', 'kapp'];

/** Milliseconds from the kubelet's first proof of failure to the end of the process. */
export type Failing = Record<Case, Record<Variant, number[]>>;

/**
 * Rolls out what cannot work. The peers wait side by side; ours runs alone, several times. Each case has namespaces of its
 * own: after a failed upgrade Helm compares with the release before it, and a container that the failed one added stays.
 */
export async function measureFailing(bench: Bench, peers: Peers, runs: number): Promise<Failing> {
  const result: Failing = { 'missing image': perVariant(), 'crash loop': perVariant() };
  for (const kind of CASES) result[kind] = await measureCase(kind, bench, peers, runs);
  return result;
}

async function measureCase(kind: Case, bench: Bench, peers: Peers, runs: number): Promise<Record<Variant, number[]>> {
  const times = perVariant();
  const fail = async (place: Place, run: string, onFailure: 'leave' | 'rollback') => {
    const { site, observer, tool } = place;
    const good: Version = { run, image: place.image, command: serve };
    await site.write(broken(good, kind, bench, `${site.namespace}.localhost`));
    const timeoutSeconds = tool === 'slipway' ? 120 : PEERS_WAIT_SECONDS;
    const ran = await runAll(deployWith(tool, { site, image: place.image, timeoutSeconds, onFailure }, peers));
    if (ran.exitCode === 0) throw new Error(`${tool}: a rollout with a ${kind} passed\n${lastLines(ran)}`);
    return ran.endedAt - (await observer.failedAt(run));
  };
  const places = await Promise.all(TOOLS.map((tool) => open(bench, tool, kind)));
  await Promise.all(places.map((place) => deployGood(place, peers)));
  for (const place of places.filter(({ tool }) => tool === 'slipway')) {
    for (let index = 0; index < runs; index++) {
      times.slipway.push(await fail(place, `${kind} ${index} left`, 'leave'));
      await deployGood(place, peers);
      times['slipway, rolled back'].push(await fail(place, `${kind} ${index} back`, 'rollback'));
      console.error(`failing ${index + 1}/${runs} ${kind}`);
    }
  }
  const waiting = places.filter(({ tool }) => tool !== 'slipway');
  await Promise.all(waiting.map(async (place) => times[place.tool].push(await fail(place, `${kind} 0`, 'leave'))));
  for (const { site, observer } of places) {
    observer.close();
    await site.remove();
    await bench.removeNamespace(site.namespace);
  }
  return times;
}

type Place = Awaited<ReturnType<typeof open>>;

async function open(bench: Bench, tool: Tool, kind: Case) {
  const { platform, cluster } = bench;
  const image = platform.baseImages.debian;
  const namespace = await bench.namespace(`failing-${tool}-${kind.replace(' ', '-')}`);
  const site = await makeSite(namespace, image.split('@')[0] ?? '', platform.kubeconfig);
  return { tool, site, image, observer: new Observer(cluster, namespace) };
}

async function deployGood({ tool, site, image }: Place, peers: Peers): Promise<void> {
  const version = { run: `good ${Date.now()}`, image, command: serve };
  await site.write(appObjects(version, `${site.namespace}.localhost`));
  await succeed(deployWith(tool, { site, image, timeoutSeconds: 120 }, peers));
}

/**
 * The image that is missing is that of a second container: of the one that is rolled out, Slipway asks the registry before it
 * writes anything, and there would be nothing to measure.
 */
function broken(version: Version, kind: Case, { platform }: Bench, host: string): KubeObject[] {
  if (kind === 'crash loop') {
    return appObjects({ ...version, command: ['sh', '-c', 'echo no database; exit 3'] }, host);
  }
  const sidecar = { name: 'sidecar', image: `${platform.registry}/bench/missing:1` };
  return appObjects(version, host).map((object) =>
    object.kind === 'Deployment' ? withContainer(object, sidecar) : object,
  );
}

function withContainer(deployment: KubeObject, container: object): KubeObject {
  const spec = structuredClone(deployment.spec) as { template: { spec: { containers: object[] } } };
  spec.template.spec.containers.push(container);
  return { ...deployment, spec };
}

function perVariant(): Record<Variant, number[]> {
  return Object.fromEntries(VARIANTS.map((variant) => [variant, []])) as unknown as Record<Variant, number[]>;
}
