import { kubectl } from '../machine/kubectl.ts';
import { step } from '../machine/progress.ts';
import type { Platform } from '../types.ts';
import { applied, untilAvailable } from './apply.ts';
import { dnsManifest } from './dns.ts';
import { ingressManifest } from './ingress.ts';
import { storageManifest } from './storage.ts';

/** A List of objects, as far as it matters here. */
export interface Objects {
  items: {
    kind: string;
    metadata: { name: string; generation?: number };
    spec?: { template?: { spec: { containers: { image: string }[] } } };
  }[];
}

/**
 * A platform that an earlier clone brought up gets the addons as this one writes them, with the programs that it has. Where
 * that changes nothing, nothing is waited for.
 */
export async function withCurrentAddons(platform: Platform): Promise<Platform> {
  if (platform.source === 'user') return platform;
  await step(
    'Bring the addons up to date',
    async () => {
      const query = ['--namespace=kube-system', 'get', 'deployments,daemonsets', '--output=json'];
      const before = JSON.parse(await kubectl(platform, query)) as Objects;
      const manifests = addonsOf(platform, before);
      if (manifests.length === 0) return;
      // Of a single object kubectl tells just that, and no List.
      const told = JSON.parse(await applied(platform, manifests)) as Partial<Objects>;
      const after = { items: told.items ?? [told as Objects['items'][number]] };
      await Promise.all(changed(before, after).map((workload) => untilAvailable(platform, workload)));
    },
    { quiet: true },
  );
  return platform;
}

/**
 * Manifests of the addons of a platform; of the user's cluster none.
 * @param live the workloads that it has, whose images they keep; an addon whose workload is missing is left out
 */
export function addonsOf({ source, ingress }: Platform, live: Objects): string[] {
  if (source === 'user') return [];
  const imageOf = (name: string) =>
    live.items.find(({ metadata }) => metadata.name === name)?.spec?.template?.spec.containers[0]?.image;
  const [dns, controller] = [imageOf('coredns'), imageOf('skipper')];
  return [
    // Clusters of kind and k3d have their own storage and DNS.
    ...(source === 'built' ? [storageManifest] : []),
    ...(source === 'built' && dns ? [dnsManifest(dns)] : []),
    ...(controller ? [ingressManifest(controller, ingress.port, source)] : []),
  ];
}

/** Workloads of another generation than before: `deployment/coredns`. */
export function changed(before: Objects, after: Objects): string[] {
  const generations = new Map(
    before.items.map(({ kind, metadata }) => [`${kind}/${metadata.name}`, metadata.generation]),
  );
  return after.items.flatMap(({ kind, metadata }) => {
    const generation = generations.get(`${kind}/${metadata.name}`);
    return generation === undefined || generation === metadata.generation
      ? []
      : [`${kind.toLowerCase()}/${metadata.name}`];
  });
}
