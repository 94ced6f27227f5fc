import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { start, untilReady } from '../machine/daemon.ts';
import { which } from '../machine/which.ts';
import { cacheDir, containerdSocket, runDir, stateDir } from '../paths.ts';
import { answersKubelet } from './runtime.ts';

export interface NodePaths {
  root: string;
  state: string;
  socket: string;
  cniPlugins: string;
  cniConfig: string;
}

export const nodePaths = (cniPlugins: string): NodePaths => ({
  root: join(cacheDir, 'containerd'),
  state: join(runDir, 'containerd'),
  socket: containerdSocket,
  cniPlugins,
  cniConfig: join(stateDir, 'cni'),
});

/** `pause` is the reference of the image that holds each pod's namespaces. */
export async function startContainerd(paths: NodePaths, pause: string): Promise<void> {
  const config = join(stateDir, 'containerd.toml');
  await mkdir(stateDir, { recursive: true });
  await mkdir(runDir, { recursive: true, mode: 0o711 });
  await writeFile(config, containerdConfig(paths, pause));
  await start({ name: 'containerd', program: which('containerd') ?? 'containerd', args: ['--config', config] });
  await untilReady('containerd', () => answersKubelet(paths.socket));
}

/**
 * The score that the kernel's out-of-memory killer sees is never lowered (restrict_oom_score_adj): in a container or
 * a restricted machine that is not permitted. Network namespaces are mounted under our own folder.
 */
export function containerdConfig(paths: NodePaths, pause: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${paths.root}"
state = "${paths.state}"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing"]

[grpc]
address = "${paths.socket}"

[plugins."io.containerd.internal.v1.opt"]
path = "${paths.root}/opt"

[${cri}]
sandbox_image = "${pause}"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
stream_server_address = "127.0.0.1"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false

[${cri}.cni]
bin_dir = "${paths.cniPlugins}"
conf_dir = "${paths.cniConfig}"
`;
}
