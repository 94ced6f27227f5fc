import { readFile, rm } from 'node:fs/promises';
import { stopDocker } from './engine/stop-docker.ts';
import { hasNotes, restoreMachine } from './machine/before.ts';
import { daemons, onDemandDaemons, stop } from './machine/daemon.ts';
import { cleanFirewall } from './machine/firewall.ts';
import { removeLink, removePodLinks } from './machine/links.ts';
import { locked } from './machine/lock.ts';
import { unmountBelow } from './machine/mounts.ts';
import { restorePolicy } from './machine/packages.ts';
import { step } from './machine/progress.ts';
import { network } from './network.ts';
import { stopNode } from './node/stop-node.ts';
import { cacheDir, platformFile, runDir, stateDir } from './paths.ts';
import type { Platform } from './types.ts';
import { removeFromDocker } from './with-docker.ts';

/** Ends what `up` has started and removes every trace but the cache; with `purge` the cache as well. */
export async function takeDown(purge: boolean): Promise<void> {
  await locked(async () => {
    const platform = await described();
    await rm(platformFile, { force: true });
    if (platform?.source === 'kind' || platform?.source === 'k3d') await removeFromDocker(platform.source);
    if (hasNotes()) await stopBuilt();
    await remove(stateDir);
    if (purge) await step('Remove the cache', () => remove(cacheDir));
  });
}

async function described(): Promise<Platform | undefined> {
  const text = await readFile(platformFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Platform);
}

async function stopBuilt(): Promise<void> {
  const ownDocker = (await daemons()).includes('dockerd');
  await Promise.all((await onDemandDaemons()).map((name) => stop(name, 500)));
  // Whoever would start a pod again goes first.
  await step('Stop the cluster', () =>
    Promise.all(['kubelet', 'kube-proxy', 'kube-controller-manager'].map((name) => stop(name))),
  );
  await step('Stop Docker', stopDocker);
  await step('Stop the node', stopNode);
  // The API server would wait for its watchers, and etcd's data is not kept.
  await step('Stop the rest', async () => Promise.all((await daemons()).map((name) => stop(name, 500))));
  await step('Remove mounts, links and rules', async () => {
    await unmountBelow([runDir, stateDir, cacheDir]);
    await removePodLinks(network.pods);
    await removeLink(network.link);
    await cleanFirewall(ownDocker);
    await restoreMachine();
    await restorePolicy();
    await remove(runDir);
  });
}

const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
