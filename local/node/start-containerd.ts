import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stateDir } from '../paths.ts';
import { cniPlugins, writeCni } from './cni.ts';
import { nodePaths, startContainerd as startWith } from './containerd.ts';

/** The image that the node's containerd takes for each pod's namespaces: always of the same name. */
export const pauseImage = (registry: string): string => `${registry}/slipway/pause:latest`;

export async function startContainerd(registry: string): Promise<void> {
  const paths = nodePaths(cniPlugins());
  await mkdir(paths.cniConfig, { recursive: true });
  await writeCni(paths.cniConfig, join(stateDir, 'leases'));
  await startWith(paths, pauseImage(registry));
}
