import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { network } from '../network.ts';

export const cniNetwork = 'slipway';

/** Where distributions put the network plugins. */
export function cniPlugins(): string {
  return ['/usr/lib/cni', '/opt/cni/bin'].find((folder) => existsSync(join(folder, 'ptp'))) ?? '/usr/lib/cni';
}

/**
 * Each pod has its own link to the node and no bridge in between: all traffic is routed, so service addresses work
 * between pods without the bridge netfilter module, and there is nothing to remove but the pods' own links. No rule of the
 * firewall is for one pod (machine/firewall.ts has one for all): to set and to remove those took longer than the link. So
 * there is no hostPort either.
 */
export function cniConfig(leases: string): string {
  const config = {
    cniVersion: '0.4.0',
    name: cniNetwork,
    plugins: [
      {
        type: 'ptp',
        ipam: {
          type: 'host-local',
          dataDir: leases,
          ranges: [[{ subnet: network.pods }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

export async function writeCni(folder: string, leases: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '10-slipway.conflist'), cniConfig(leases));
}
