import type { Renderer } from '../../../ports.ts';
import { HIDDEN } from '../../../text/hide-secrets.ts';
import { renderConfinedChart } from './confined/chart.ts';
import { renderKustomization } from './kustomize.ts';
import { readManifests } from './manifests.ts';

/**
 * Renders without a cluster: manifests and kustomizations as a rollout does, charts by `helm template`. There `lookup` finds
 * nothing, definitions in `crds/` are left out, and each value of `deploy.helm.variables` is `***`.
 * @param env the environment of kubectl; Helm gets nothing of it but the programs and the proxies
 * @param checkout absolute folder of the checkout: a chart outside of it is refused
 * @param version of Kubernetes, such as v1.34.0
 */
export function createOfflineRenderer(env: NodeJS.ProcessEnv, checkout: string, version: string): Renderer {
  return {
    async render(source, context) {
      if (source.from === 'manifests') return readManifests(source.path, context.log);
      if (source.from === 'kustomize') return renderKustomization(source.path, env, context);
      const hidden = Object.fromEntries(Object.keys(source.variables).map((path) => [path, HIDDEN]));
      const chart = { ...source, set: { ...source.set, ...hidden }, variables: {}, crds: false };
      return renderConfinedChart(chart, env, { ...context, checkout, version, apiVersions: [] });
    },
  };
}
