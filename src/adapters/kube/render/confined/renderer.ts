import type { ConfinedRenderer } from '../../../../ports.ts';
import { readManifests } from '../manifests.ts';
import { renderConfinedChart } from './chart.ts';
import { checkoutAt, requireInside } from './inside.ts';
import { renderConfinedKustomization } from './kustomization.ts';

/** @param env the environment of the step: programs are found by it, and get nothing else of it */
export function createConfinedRenderer(env: NodeJS.ProcessEnv): ConfinedRenderer {
  return {
    async render(source, context) {
      if (source.from === 'helm') return renderConfinedChart(source, env, context);
      if (source.from === 'kustomize') return renderConfinedKustomization(source.path, env, context);
      await requireInside(source.path, 'manifests', await checkoutAt(context.checkout, env));
      return readManifests(source.path, context.log);
    },
  };
}
