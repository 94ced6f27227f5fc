import type { Renderer } from '../../../ports.ts';
import type { Connection } from '../connection.ts';
import { renderChart } from './helm.ts';
import { renderKustomization } from './kustomize.ts';
import { readManifests } from './manifests.ts';

/**
 * @param env the environment of the programs
 * @param connection the cluster that charts ask for versions, kinds and live objects
 */
export function createRenderer(env: NodeJS.ProcessEnv, connection: Connection): Renderer {
  return {
    async render(source, context) {
      if (source.from === 'manifests') return readManifests(source.path, context.log);
      if (source.from === 'kustomize') return renderKustomization(source.path, env, context);
      return renderChart(source, { env, connection }, context);
    },
  };
}
