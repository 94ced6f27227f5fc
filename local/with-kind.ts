import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyAddon } from './addons/apply.ts';
import { ingressClass, ingressManifest } from './addons/ingress.ts';
import { ingressPort } from './addons/ingress-port.ts';
import { buildBuilder, buildTools } from './build/programs.ts';
import { publish } from './built.ts';
import { docker, usersDocker } from './engine/docker.ts';
import { baseImages } from './engine/images.ts';
import { programImage } from './engine/program-image.ts';
import { kubectl } from './machine/kubectl.ts';
import { StepFailed, step } from './machine/progress.ts';
import { run, succeeds } from './machine/run.ts';
import { logsDir, stateDir, toolsDir } from './paths.ts';
import type { Platform } from './types.ts';

const name = 'slipway';
const registryContainer = 'slipway-registry';
const registry = 'localhost:5000';

/**
 * A cluster by kind, where its node image and the registry's can be pulled. Written from kind's documentation and not
 * executed by this project's own tests, which run where no image can be pulled: there, the cluster is built.
 */
export async function withKind(): Promise<Platform> {
  const engine = await usersDocker();
  if (!engine)
    throw new StepFailed('Find Docker', 'No Docker engine answers.', undefined, 'start it, or set DOCKER_HOST');
  const port = await ingressPort();
  const kubeconfig = join(stateDir, 'kind.kubeconfig');
  const cluster = { kubeconfig, context: `kind-${name}` };
  const env = { DOCKER_HOST: engine.host };
  await mkdir(logsDir, { recursive: true });
  if (!(await succeeds(engine.bin, ['--host', engine.host, 'inspect', registryContainer]))) {
    await docker(engine, [
      'run',
      '--detach',
      '--name',
      registryContainer,
      '--publish',
      '127.0.0.1:5000:5000',
      'registry:2',
    ]);
  }
  const clusters = (await run('kind', ['get', 'clusters'], { env })).stdout.split('\n');
  if (!clusters.includes(name)) {
    const create = ['create', 'cluster', '--name', name, '--kubeconfig', kubeconfig, '--config=-', '--wait=120s'];
    await step('Create the kind cluster', () => run('kind', create, { env, input: kindConfig(port) }));
    await docker(engine, ['network', 'connect', 'kind', registryContainer]).catch(() => {});
  }
  await buildBuilder();
  const tools = await buildTools();
  const skipper = await programImage(engine, registry, tools.skipper);
  await applyAddon(cluster, ingressManifest(skipper, port, 'kind'), 'daemonset/skipper');
  const version = JSON.parse(await kubectl(cluster, ['version', '--output=json'])) as {
    serverVersion: { gitVersion: string };
  };
  return publish({
    ...cluster,
    registry,
    docker: engine,
    ingress: { className: ingressClass, port },
    tools: { dir: toolsDir },
    baseImages: await baseImages(engine, registry),
    kubernetesVersion: version.serverVersion.gitVersion,
    source: 'kind',
  });
}

/** The node takes localhost:5000 from the registry's container, and has the ingress port open on this machine. */
export const kindConfig = (port: number): string => `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
containerdConfigPatches:
- |-
  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."${registry}"]
    endpoint = ["http://${registryContainer}:5000"]
nodes:
- role: control-plane
  extraPortMappings: [{ containerPort: ${port}, hostPort: ${port}, listenAddress: 127.0.0.1 }]
`;

export async function deleteKind(): Promise<void> {
  const engine = await usersDocker();
  if (!engine) return;
  await run('kind', ['delete', 'cluster', '--name', name], { env: { DOCKER_HOST: engine.host } });
  await docker(engine, ['rm', '--force', '--volumes', registryContainer]);
}
