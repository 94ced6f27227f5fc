import { rename, writeFile } from 'node:fs/promises';
import { applyAddon } from './addons/apply.ts';
import { dnsManifest } from './addons/dns.ts';
import { ingressClass, ingressManifest } from './addons/ingress.ts';
import { ingressPort } from './addons/ingress-port.ts';
import { storageManifest } from './addons/storage.ts';
import { buildBuilder, buildKubernetes, buildTools, type KubernetesPrograms } from './build/programs.ts';
import { startControlPlane, startNode } from './cluster.ts';
import { type Docker, startDocker, usersDocker } from './engine/docker.ts';
import { baseImages } from './engine/images.ts';
import { programImage } from './engine/program-image.ts';
import { startRegistry } from './engine/registry.ts';
import { noteMachine } from './machine/before.ts';
import { builtCluster } from './machine/kubectl.ts';
import { prepareMachine } from './machine/prepare.ts';
import { step } from './machine/progress.ts';
import { startContainerd } from './node/start-containerd.ts';
import { platformFile, toolsDir } from './paths.ts';
import type { Platform } from './types.ts';

/** Everything on this machine, from source and packages: each part where it is not there already. */
export async function built(): Promise<Platform> {
  const users = await usersDocker();
  await prepareMachine(users);
  await noteMachine();
  const programs = buildKubernetes();
  const engine = startEngine(users);
  // Compilers come one after the other, beside what waits for the network.
  const builder = programs.then(buildBuilder);
  const tools = builder.then(buildTools);
  const images = engine.then(({ docker, registry }) => baseImages(docker, registry, builder));
  const cluster = startCluster(programs, engine);
  const addons = Promise.all([cluster, engine, tools]).then(([, { docker, registry }, { coredns, skipper }]) =>
    startAddons(docker, registry, coredns, skipper),
  );
  const [kubernetes, { docker, registry }, references, port] = await Promise.all([programs, engine, images, addons]);
  return publish({
    ...builtCluster,
    registry,
    docker,
    ingress: { className: ingressClass, port },
    tools: { dir: toolsDir },
    baseImages: references,
    kubernetesVersion: kubernetes.version,
    source: 'built',
  });
}

async function startEngine(users: Docker | undefined): Promise<{ docker: Docker; registry: string }> {
  const registry = await step('Start the registry', startRegistry, { quiet: true });
  await step('Start containerd', () => startContainerd(registry), { quiet: true });
  const docker = users ?? (await step('Start Docker', startDocker, { quiet: true }));
  return { docker, registry };
}

async function startCluster(
  programs: Promise<KubernetesPrograms>,
  engine: Promise<{ docker: Docker; registry: string }>,
): Promise<void> {
  const { kube, pause } = await programs;
  await step('Start the control plane', () => startControlPlane(kube));
  const { docker, registry } = await engine;
  await step('Start the node', () => startNode(kube, () => programImage(docker, registry, pause, 'latest')));
  await applyAddon(builtCluster, storageManifest);
}

async function startAddons(docker: Docker, registry: string, coredns: string, skipper: string): Promise<number> {
  const port = await ingressPort();
  await step('Start cluster DNS and the ingress controller', async () => {
    const dns = programImage(docker, registry, coredns).then((image) =>
      applyAddon(builtCluster, dnsManifest(image), 'deployment/coredns'),
    );
    const ingress = programImage(docker, registry, skipper).then((image) =>
      applyAddon(builtCluster, ingressManifest(image, port), 'daemonset/skipper'),
    );
    await Promise.all([dns, ingress]);
  });
  return port;
}

/** The description appears in one piece, when everything in it is up. */
export async function publish(platform: Platform): Promise<Platform> {
  await writeFile(`${platformFile}.part`, `${JSON.stringify(platform, null, 2)}\n`);
  await rename(`${platformFile}.part`, platformFile);
  return platform;
}
