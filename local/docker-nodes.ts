import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Docker, docker } from './engine/docker.ts';
import { run } from './machine/run.ts';
import { stateDir } from './paths.ts';

/** Name of the cluster. */
export const CLUSTER = 'slipway';
export const REGISTRY_CONTAINER = 'slipway-registry';
export const REGISTRY = 'localhost:5000';
const WAIT = '120s';

/** A program that makes a cluster whose only node is a container of the user's Docker. */
export interface Distribution {
  /** Context of the kubeconfig that it writes. */
  context: string;
  /** Network of Docker in which the node is. */
  network: string;
  exists(env: NodeJS.ProcessEnv): Promise<boolean>;
  /** @param port of the ingress controller, which becomes one of this machine's own address */
  create(port: number, kubeconfig: string, engine: Docker, env: NodeJS.ProcessEnv): Promise<void>;
  remove(env: NodeJS.ProcessEnv): Promise<void>;
}

/** The node opens the ingress port on this machine only. */
export const kindConfig = (port: number): string => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
containerdConfigPatches:
- |-
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
nodes:
- role: control-plane
  extraPortMappings: [{ containerPort: ${port}, hostPort: ${port}, listenAddress: 127.0.0.1 }]
`;

/** `localhost` in the node is the node itself. */
const registryHosts = `[host."http://${REGISTRY_CONTAINER}:5000"]\n`;

export const kind: Distribution = {
  context: `kind-${CLUSTER}`,
  network: 'kind',
  exists: async (env) => (await run('kind', ['get', 'clusters'], { env })).stdout.split('\n').includes(CLUSTER),
  create: async (port, kubeconfig, engine, env) => {
    const args = ['--name', CLUSTER, '--kubeconfig', kubeconfig, '--config=-', `--wait=${WAIT}`];
    await run('kind', ['create', 'cluster', ...args], { env, input: kindConfig(port) });
    // https://kind.sigs.k8s.io/docs/user/local-registry/
    const folder = `/etc/containerd/certs.d/${REGISTRY}`;
    const node = `${CLUSTER}-control-plane`;
    await docker(engine, ['exec', node, 'mkdir', '-p', folder]);
    await docker(engine, ['exec', '--interactive', node, 'cp', '/dev/stdin', `${folder}/hosts.toml`], {
      input: registryHosts,
    });
  },
  remove: async (env) => {
    await run('kind', ['delete', 'cluster', '--name', CLUSTER], { env });
  },
};

/** K3s without its ingress controller and its load balancer: the demo brings one controller for every platform. */
export const k3dConfig = (port: number): string => `apiVersion: k3d.io/v1alpha5
kind: Simple
metadata: { name: ${CLUSTER} }
servers: 1
ports:
- { port: "127.0.0.1:${port}:${port}", nodeFilters: ["server:0:direct"] }
registries:
  config: |
    mirrors: { "${REGISTRY}": { endpoint: ["http://${REGISTRY_CONTAINER}:5000"] } }
options:
  k3d: { wait: true, timeout: ${WAIT}, disableLoadbalancer: true }
  k3s:
    extraArgs:
    - { arg: --disable=traefik, nodeFilters: ["server:*"] }
    - { arg: --disable=servicelb, nodeFilters: ["server:*"] }
  kubeconfig: { updateDefaultKubeconfig: false, switchCurrentContext: false }
`;

export const k3d: Distribution = {
  context: `k3d-${CLUSTER}`,
  network: `k3d-${CLUSTER}`,
  exists: async (env) => {
    const { stdout } = await run('k3d', ['cluster', 'list', '--output=json'], { env });
    return (JSON.parse(stdout) as { name: string }[]).some(({ name }) => name === CLUSTER);
  },
  create: async (port, kubeconfig, _engine, env) => {
    await mkdir(stateDir, { recursive: true });
    const config = join(stateDir, 'k3d.yaml');
    await writeFile(config, k3dConfig(port));
    await run('k3d', ['cluster', 'create', '--config', config], { env });
    const { stdout } = await run('k3d', ['kubeconfig', 'get', CLUSTER], { env });
    await writeFile(kubeconfig, stdout, { mode: 0o600 });
  },
  remove: async (env) => {
    await run('k3d', ['cluster', 'delete', CLUSTER], { env });
  },
};
