import type { KubeObject } from '../../ports.ts';

/** The objects of one persistent environment, as a first rollout writes them. */
export interface EnvironmentObjects {
  environment: string;
  objects: readonly KubeObject[];
}
