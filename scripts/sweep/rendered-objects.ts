import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../src/adapters/docker/process.ts';
import { readKubeYaml } from '../../src/adapters/kube/yaml/read.ts';
import { tryReference } from '../../src/objects/image-reference.ts';
import { containersOf, podTemplateOf } from '../../src/objects/pod-template.ts';
import type { KubeObject } from '../../src/ports.ts';

/** What a user knows of the own files, and writes into slipway.yml. */
export interface Known {
  /** Repository of the image of the first workload. */
  repository: string | undefined;
  /** The namespace that the objects name, if it is one. */
  namespace: string | undefined;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod', 'Rollout', 'Service'];

/** Renders a set without a cluster, and reads what a user would know of it. */
export async function renderedObjects(
  { folder, source, app }: { folder: string; source: 'helm' | 'kustomize' | 'manifests'; app: string },
  env: NodeJS.ProcessEnv,
): Promise<Known> {
  const objects = objectsIn(await textOf(folder, source, app, env));
  const sorted = objects
    .filter(({ kind }) => WORKLOADS.includes(kind))
    .sort((a, b) => WORKLOADS.indexOf(a.kind) - WORKLOADS.indexOf(b.kind));
  const images = sorted.flatMap((object) => {
    const template = podTemplateOf(object);
    return template ? containersOf(template).map(({ image }) => String(image)) : [];
  });
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []));
  return {
    repository: images.map((image) => tryReference(image)?.repository).find((found) => found !== undefined),
    namespace: namespaces.size === 1 ? [...namespaces][0] : undefined,
  };
}

/** Objects of YAML documents; nothing where they are no objects. */
export function objectsIn(text: string): KubeObject[] {
  const values = readKubeYaml(text).documents.map(({ value }) => value as KubeObject | null);
  return values.filter((value): value is KubeObject => typeof value?.kind === 'string');
}

async function textOf(folder: string, source: string, app: string, env: NodeJS.ProcessEnv): Promise<string> {
  const at = { cwd: folder, env };
  if (source === 'helm') return (await runProgram('helm', ['template', app, '.'], at)).stdout;
  if (source === 'kustomize') return (await runProgram('kubectl', ['kustomize', '.'], at)).stdout;
  const names = (await readdir(folder)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n---\n');
}
