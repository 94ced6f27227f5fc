import { type IngressSpec, isOpen, urlOf } from '../../objects/ingress/ingress-spec.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Steps } from '../steps.ts';
import { balancedUrl } from './balanced-url.ts';
import { locateIngress } from './locate.ts';
import type { IngressPorts } from './ports.ts';

/** Nothing of a plain Ingress under a name that is known has to be asked for. */
function asks(ingress: IngressSpec): boolean {
  return isOpen(ingress) || ingress.kind === 'gke' || ingress.kind === 'gateway';
}

/** A way with what only the cluster knows, and the URL that follows; as it is where there is nothing to ask for. */
export async function located(
  ingress: IngressSpec | undefined,
  ports: IngressPorts,
  steps: Steps,
): Promise<{ ingress: IngressSpec | undefined; url: string | undefined }> {
  const known = ingress && asks(ingress) ? await steps.run('way in', () => locateIngress(ingress, ports)) : ingress;
  return { ingress: known, url: known && urlOf(known) };
}

/** A plan of a rollout, in which the way in is known. Of objects of the team's own only the URL is. */
export async function locatedPlan(plan: RolloutPlan, ports: IngressPorts, steps: Steps): Promise<RolloutPlan> {
  const { ingress, url } = await located(plan.spec.ingress, ports, steps);
  return { ...plan, spec: { ...plan.spec, ingress }, url };
}

/** Where people reach what was rolled out: a load balancer has an address once it is ready. */
export async function reachedAt({ spec, url, source }: RolloutPlan, ports: IngressPorts): Promise<string | undefined> {
  if (spec.ingress?.kind !== 'load-balancer' || source.from !== 'config') return url;
  return balancedUrl(spec, ports.cluster);
}
