import { http } from '../adapters/http/http.ts';
import { createRenderer } from '../adapters/kube/render/renderer.ts';
import type { Cluster } from '../ports.ts';
import type { DeliveryPorts } from '../stages/rollout/ports.ts';
import type { Run } from './context.ts';
import { gitHubOf } from './github.ts';
import { registryOf } from './registry.ts';

/** What a rollout to an environment of this cluster works with. */
export function deliveryPorts(run: Run, cluster: Cluster): DeliveryPorts {
  const { clock, log, signal, env } = run;
  const renderer = createRenderer(env);
  return { clock, log, signal, cluster, http, renderer, registry: registryOf(run), github: gitHubOf(run) };
}
