import type { RenderContext, Rendered, Renderer } from '../../../ports.ts';
import type { Connection } from '../connection.ts';
import { readDocuments } from './documents.ts';
import { renderChart } from './helm.ts';
import { readManifests } from './manifests.ts';
import { outputOf } from './program.ts';

/**
 * @param env the environment of the programs
 * @param connection the cluster that charts ask for versions, kinds and live objects
 */
export function createRenderer(env: NodeJS.ProcessEnv, connection: Connection): Renderer {
  return {
    async render(source, context) {
      if (source.from === 'manifests') return readManifests(source.path, context.log);
      if (source.from === 'kustomize') return kustomize(source.path, env, context);
      return renderChart(source, { env, connection }, context);
    },
  };
}

async function kustomize(path: string, env: NodeJS.ProcessEnv, { signal }: RenderContext): Promise<Rendered[]> {
  const install = 'Install kubectl (GitHub’s own runners have it), which brings kustomize with it.';
  return readDocuments(await outputOf('kubectl', ['kustomize', '--', path], { env, signal, install }), 'kustomize');
}
