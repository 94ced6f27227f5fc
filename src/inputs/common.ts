import { resolve } from 'node:path';
import type { Inputs } from './read.ts';

/** Inputs that every action has. */
export interface CommonInputs {
  /** Path of slipway.yml, relative to the working directory. */
  config: string;
  /** Absolute folder of the application. */
  workingDirectory: string;
  githubToken: string | undefined;
}

export function commonInputs(inputs: Inputs, workspace: string): CommonInputs {
  return {
    config: inputs.text('config') ?? 'slipway.yml',
    workingDirectory: resolve(workspace, inputs.text('working-directory') ?? '.'),
    githubToken: inputs.text('github-token'),
  };
}

/** Inputs of the actions that use a cluster; they override slipway.yml. */
export interface ClusterInputs {
  /** Path of a kubeconfig. */
  kubeconfig: string | undefined;
  context: string | undefined;
  /** projects/…/locations/…/clusters/… of GKE. */
  cluster: string | undefined;
  namespace: string | undefined;
}

export function clusterInputs(inputs: Inputs): ClusterInputs {
  return {
    kubeconfig: inputs.text('kubeconfig'),
    context: inputs.text('context'),
    cluster: inputs.text('cluster'),
    namespace: inputs.text('namespace'),
  };
}
