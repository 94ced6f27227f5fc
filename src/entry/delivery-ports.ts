import { http } from '../adapters/http/http.ts';
import type { KubeCluster } from '../adapters/kube/kube-cluster.ts';
import { createRenderer } from '../adapters/kube/render/renderer.ts';
import { OciReferrers } from '../adapters/oci/referrers.ts';
import type { GitHub } from '../ports.ts';
import type { CheckEvidence } from '../stages/evidence/require.ts';
import type { DeliveryPorts } from '../stages/rollout/ports.ts';
import type { Run } from './context.ts';
import { gitHubOf } from './github.ts';
import { registryForQuestion, registryOf } from './registry.ts';
import { stepVariables } from './step-variables.ts';

/** The ports of a rollout to this cluster. GitHub is the whole client; each action uses a part. */
export function deliveryPorts(
  run: Run,
  cluster: KubeCluster,
  checkEvidence: CheckEvidence | undefined,
): DeliveryPorts & { github: GitHub | undefined } {
  const { clock, log, signal, env, afterwards } = run;
  const renderer = createRenderer(env, cluster.connection);
  const variables = stepVariables(run);
  const ports = { clock, log, signal, cluster, http, renderer, variables, afterwards };
  const apis = () => new OciReferrers(registryForQuestion(run).clients);
  return { ...ports, checkEvidence, registry: registryOf(run), apis, github: gitHubOf(run) };
}
