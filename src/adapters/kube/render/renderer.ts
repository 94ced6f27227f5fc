import type { RenderContext, Rendered, Renderer, RenderSource } from '../../../ports.ts';
import { readDocuments } from './documents.ts';
import { readManifests } from './manifests.ts';
import { outputOf } from './program.ts';

/**
 * @param env the environment of the programs
 */
export function createRenderer(env: NodeJS.ProcessEnv): Renderer {
  return {
    async render(source, context) {
      if (source.from === 'manifests') return readManifests(source.path);
      if (source.from === 'kustomize') return kustomize(source.path, env, context);
      return helm(source, env, context);
    },
  };
}

async function kustomize(path: string, env: NodeJS.ProcessEnv, { signal }: RenderContext): Promise<Rendered[]> {
  const install = 'Install kubectl (GitHub’s own runners have it), which brings kustomize with it.';
  return readDocuments(await outputOf('kubectl', ['kustomize', '--', path], { env, signal, install }), 'kustomize');
}

/** Without hooks: they belong to `helm install`. Helm itself writes nothing, so there is no release that could get stuck. */
async function helm(
  source: Extract<RenderSource, { from: 'helm' }>,
  env: NodeJS.ProcessEnv,
  { namespace, kubernetesVersion, signal }: RenderContext,
): Promise<Rendered[]> {
  const args = [
    'template',
    `--namespace=${namespace}`,
    `--kube-version=${kubernetesVersion}`,
    '--include-crds',
    '--no-hooks',
    ...source.values.map((file) => `--values=${file}`),
    // JSON keeps the type: a version "1.10" stays text.
    ...Object.entries(source.set).map(([key, value]) => `--set-json=${key}=${JSON.stringify(value)}`),
    '--',
    source.release,
    source.chart,
  ];
  const install = 'Install Helm 3.10 or later (GitHub’s own runners have it; elsewhere azure/setup-helm).';
  return readDocuments(await outputOf('helm', args, { env, signal, install }), `helm template ${source.release}`);
}
