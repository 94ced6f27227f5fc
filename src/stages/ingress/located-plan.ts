import { isOpen, urlOf, type Way } from '../../objects/ingress/ingress-spec.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Steps } from '../steps.ts';
import { balancedUrl } from './balanced-url.ts';
import { locate, type WayPorts } from './locate.ts';

/** Nothing of a plain Ingress under a name that is known has to be asked for. */
function asks(way: Way): boolean {
  return isOpen(way) || way.kind === 'gke' || way.kind === 'gateway';
}

/** A way with what only the cluster knows, and the URL that follows; as it is where there is nothing to ask for. */
export async function located(
  way: Way | undefined,
  ports: WayPorts,
  steps: Steps,
): Promise<{ way: Way | undefined; url: string | undefined }> {
  const known = way && asks(way) ? await steps.run('way in', () => locate(way, ports)) : way;
  return { way: known, url: known && urlOf(known) };
}

/** A plan of a rollout, in which the way in is known. Of objects of the team's own only the URL is. */
export async function locatedPlan(plan: RolloutPlan, ports: WayPorts, steps: Steps): Promise<RolloutPlan> {
  const { way, url } = await located(plan.spec.way, ports, steps);
  return { ...plan, spec: { ...plan.spec, way }, url };
}

/** Where people reach what was rolled out: a load balancer has an address once it is ready. */
export async function reachedAt({ spec, url, source }: RolloutPlan, ports: WayPorts): Promise<string | undefined> {
  if (spec.way?.kind !== 'load-balancer' || source.from !== 'config') return url;
  return balancedUrl(spec, ports.cluster);
}
