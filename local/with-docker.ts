import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyAddon } from './addons/apply.ts';
import { ingressClass, ingressManifest } from './addons/ingress.ts';
import { ingressPort } from './addons/ingress-port.ts';
import { moduleFolder } from './build/module.ts';
import { moduleVersion } from './build/versions.ts';
import { publish } from './built.ts';
import { type Distribution, k3d, kind, REGISTRY, REGISTRY_CONTAINER } from './docker-nodes.ts';
import { docker, usersDocker } from './engine/docker.ts';
import { baseImages } from './engine/images.ts';
import { kubectl } from './machine/kubectl.ts';
import { StepFailed, step } from './machine/progress.ts';
import { succeeds } from './machine/run.ts';
import { logsDir, stateDir, toolsDir } from './paths.ts';
import type { Platform } from './types.ts';

const DISTRIBUTIONS = { kind, k3d } as const;
type Source = keyof typeof DISTRIBUTIONS;

/**
 * A cluster whose node is a container, where Docker can pull images; nothing is compiled. Written from the documentation of
 * kind and k3d and not executed by this project's own tests, which run where no image can be pulled.
 */
export async function withDocker(source: Source): Promise<Platform> {
  const distribution: Distribution = DISTRIBUTIONS[source];
  const engine = await usersDocker();
  if (!engine)
    throw new StepFailed('Find Docker', 'No Docker engine answers.', undefined, 'start it, or set DOCKER_HOST');
  const port = await ingressPort();
  const kubeconfig = join(stateDir, `${source}.kubeconfig`);
  const cluster = { kubeconfig, context: distribution.context };
  const env = { DOCKER_HOST: engine.host };
  await mkdir(logsDir, { recursive: true });
  if (!(await succeeds(engine.bin, ['--host', engine.host, 'inspect', REGISTRY_CONTAINER]))) {
    const publish = ['--publish', '127.0.0.1:5000:5000'];
    await step('Start the registry', () =>
      docker(engine, ['run', '--detach', '--name', REGISTRY_CONTAINER, ...publish, 'registry:2']),
    );
  }
  if (!(await distribution.exists(env))) {
    await step(`Create the cluster with ${source}`, () => distribution.create(port, kubeconfig, engine, env));
  }
  await docker(engine, ['network', 'connect', distribution.network, REGISTRY_CONTAINER]).catch((error: unknown) => {
    if (!String(error).includes('already exists')) throw error;
  });
  await step('Start the ingress controller', async () =>
    applyAddon(cluster, ingressManifest(await publishedSkipper(), port, source), 'daemonset/skipper'),
  );
  const version = JSON.parse(await kubectl(cluster, ['version', '--output=json'])) as {
    serverVersion: { gitVersion: string };
  };
  return publish({
    ...cluster,
    registry: REGISTRY,
    docker: engine,
    ingress: { className: ingressClass, port },
    tools: { dir: toolsDir },
    baseImages: await baseImages(engine, REGISTRY),
    kubernetesVersion: version.serverVersion.gitVersion,
    source,
  });
}

/** The image of its authors, in the version that is built elsewhere. */
async function publishedSkipper(): Promise<string> {
  const goMod = await readFile(join(moduleFolder('tools'), 'go.mod'), 'utf8');
  return `ghcr.io/zalando/skipper:${moduleVersion(goMod, 'github.com/zalando/skipper')}`;
}

export async function removeFromDocker(source: Source): Promise<void> {
  const engine = await usersDocker();
  if (!engine) return;
  await DISTRIBUTIONS[source].remove({ DOCKER_HOST: engine.host });
  await docker(engine, ['rm', '--force', '--volumes', REGISTRY_CONTAINER]);
}
