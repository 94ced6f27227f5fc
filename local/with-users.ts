import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { publish } from './built.ts';
import { usersDocker } from './engine/docker.ts';
import { baseImages } from './engine/images.ts';
import { kubectl } from './machine/kubectl.ts';
import { StepFailed, step } from './machine/progress.ts';
import { logsDir, toolsDir } from './paths.ts';
import type { Platform } from './types.ts';

export interface UsersCluster {
  kubeconfig: string;
  context: string;
  registry?: string;
}

/** A cluster that the user has, with the user's Docker and a registry that both can reach. */
export async function withUsers({ kubeconfig, context, registry = 'localhost:5000' }: UsersCluster): Promise<Platform> {
  const cluster = { kubeconfig: resolve(kubeconfig), context };
  const remedy = 'check the file and the context (kubectl config get-contexts), and that its API server can be reached';
  const answer = await step('Reach the cluster', () => kubectl(cluster, ['version', '--output=json']), { remedy });
  const version = JSON.parse(answer) as {
    serverVersion: { gitVersion: string };
  };
  const docker = await usersDocker();
  if (!docker)
    throw new StepFailed('Find Docker', 'No Docker engine answers.', undefined, 'start it, or set DOCKER_HOST');
  await mkdir(logsDir, { recursive: true });
  return publish({
    ...cluster,
    registry,
    docker,
    ingress: { className: await defaultIngressClass(cluster), port: 80 },
    tools: { dir: toolsDir },
    baseImages: await baseImages(docker, registry),
    kubernetesVersion: version.serverVersion.gitVersion,
    source: 'user',
  });
}

async function defaultIngressClass(cluster: { kubeconfig: string; context: string }): Promise<string> {
  const answer = JSON.parse(await kubectl(cluster, ['get', 'ingressclasses', '--output=json'])) as {
    items: { metadata: { name: string; annotations?: Record<string, string> } }[];
  };
  const mark = 'ingressclass.kubernetes.io/is-default-class';
  const chosen = answer.items.find(({ metadata }) => metadata.annotations?.[mark] === 'true') ?? answer.items[0];
  if (chosen) return chosen.metadata.name;
  throw new StepFailed(
    'Find an ingress controller',
    'The cluster has no IngressClass.',
    undefined,
    'install an ingress controller',
  );
}
