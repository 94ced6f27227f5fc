import { resolve } from 'node:path';
import type { ClusterConfig } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { ClusterInputs } from '../inputs/common.ts';

/** The cluster of a run, and the source of that choice. */
export type ClusterChoice =
  | { by: 'kubeconfig'; files: string; context: string | undefined }
  /** projects/…/locations/…/clusters/…, and which of its addresses; undefined: the best one. */
  | { by: 'gke'; path: string; endpoint: GkeEndpointConfig };

type GkeEndpointConfig = Extract<ClusterConfig, { gke: string }>['endpoint'];

/**
 * The cluster of a run: inputs, then slipway.yml, then KUBECONFIG of the environment. Never reads ~/.kube/config by default: a
 * pipeline must not write to the current context of a developer.
 * @param what names the place in slipway.yml for messages, e.g. environments.staging.cluster
 * @throws UserError if nothing names a cluster, or if inputs contradict each other
 */
export function chooseCluster(
  inputs: ClusterInputs,
  configured: ClusterConfig | undefined,
  kubeconfigOfEnv: string | undefined,
  workingDirectory: string,
  what: string,
): ClusterChoice {
  if (inputs.cluster !== undefined) {
    if (inputs.kubeconfig === undefined && inputs.context === undefined) {
      const same = configured && 'gke' in configured && configured.gke === inputs.cluster;
      return { by: 'gke', path: inputs.cluster, endpoint: same ? configured.endpoint : undefined };
    }
    throw new UserError('inputs `cluster` and `kubeconfig` or `context` are both given', {
      remedy: 'Give `cluster` for GKE, or `kubeconfig` and `context` for any other cluster.',
    });
  }
  if (inputs.kubeconfig?.includes('\n')) {
    throw new UserError('input `kubeconfig` is the content of a kubeconfig, not a path', {
      remedy:
        'Write it to a file under $RUNNER_TEMP in a step before, and give the path; the root action also has `kubeconfig-content`.',
    });
  }
  const named = configured && 'context' in configured ? configured : undefined;
  const file = inputs.kubeconfig ?? named?.kubeconfig;
  if (inputs.kubeconfig === undefined && inputs.context === undefined && configured && 'gke' in configured) {
    return { by: 'gke', path: configured.gke, endpoint: configured.endpoint };
  }
  const files = file === undefined ? kubeconfigOfEnv : resolve(workingDirectory, file);
  if (!files) {
    throw new UserError('no cluster is set', {
      remedy: `Set ${what} in slipway.yml (gke: projects/…/locations/…/clusters/…, or context: …), the input \`kubeconfig\` or \`cluster\`, or KUBECONFIG of the step. Slipway never uses ~/.kube/config by default.`,
    });
  }
  return { by: 'kubeconfig', files, context: inputs.context ?? named?.context };
}
