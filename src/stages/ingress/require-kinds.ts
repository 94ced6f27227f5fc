import { EnvironmentError } from '../../errors.ts';
import { GOOGLE_KINDS } from '../../objects/ingress/google.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import { INGRESSES } from '../../objects/ingress/kinds.ts';
import type { Cluster, Kind } from '../../ports.ts';

/** @throws EnvironmentError that names all kinds that the cluster does not serve */
export async function requireKinds(ingress: IngressSpec, cluster: Cluster): Promise<void> {
  const { kinds, remedy } = INGRESSES[ingress.kind].requires(ingress);
  const found = await Promise.all(kinds.map((kind) => cluster.resource(kind)));
  const missing = kinds.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return;
  const names = missing.map(({ apiVersion, kind }) => `${kind} (${apiVersion})`).join(', ');
  const onlyPolicies = missing.every((kind) => POLICIES.includes(kind));
  throw new EnvironmentError(`ingress.kind: ${ingress.kind}: cluster ${cluster.name} has no ${names}`, {
    details: ['nothing was written'],
    remedy: onlyPolicies ? 'Set ingress.policies: false if the Gateway is not one of GKE.' : remedy,
  });
}

const POLICIES: readonly Kind[] = [GOOGLE_KINDS.healthCheckPolicy, GOOGLE_KINDS.backendPolicy];
