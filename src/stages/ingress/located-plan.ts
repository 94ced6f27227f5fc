import { ADDRESS, type IngressSpec, urlOf } from '../../objects/ingress/ingress-spec.ts';
import { hasHost, INGRESSES } from '../../objects/ingress/kinds.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { Steps } from '../steps.ts';
import { balancedUrl } from './balanced-url.ts';
import { locateIngress } from './locate.ts';
import type { IngressPorts } from './ports.ts';

/** Whether the plan lacks what only the cluster knows. A plain Ingress with a known host is complete. */
function isIncomplete(ingress: IngressSpec): boolean {
  return ingress.host.includes(ADDRESS) || INGRESSES[ingress.kind].requires(ingress).kinds.length > 0;
}

/** The ingress with what only the cluster knows, and its URL. A complete ingress stays as it is. */
export async function located(
  ingress: IngressSpec | undefined,
  ports: IngressPorts,
  steps: Steps,
): Promise<{ ingress: IngressSpec | undefined; url: string | undefined }> {
  const retired = ingress && INGRESSES[ingress.kind].retired;
  if (retired !== undefined) ports.log.warning(retired);
  const known =
    ingress && isIncomplete(ingress) ? await steps.run('ingress', () => locateIngress(ingress, ports)) : ingress;
  return { ingress: known, url: known && urlOf(known) };
}

/** The plan of a rollout with a complete ingress; for objects of the team, with the URL alone. */
export async function locatedPlan(plan: RolloutPlan, ports: IngressPorts, steps: Steps): Promise<RolloutPlan> {
  const { ingress, url } = await located(plan.spec.ingress, ports, steps);
  return { ...plan, spec: { ...plan.spec, ingress }, url };
}

/** The URL of the release: a load balancer has an address once it is ready. */
export async function reachedAt({ spec, url, source }: RolloutPlan, ports: IngressPorts): Promise<string | undefined> {
  if (spec.ingress === undefined || hasHost(spec.ingress) || source.from !== 'config') return url;
  return balancedUrl(spec, ports.cluster);
}
