import { EnvironmentError } from '../../errors.ts';
import type { IngressKind, IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import type { Cluster, Kind } from '../../ports.ts';

export const GATEWAY_API =
  'Install the Gateway API (GKE: gcloud container clusters update CLUSTER --gateway-api=standard), or choose another ingress.kind.';
const GKE = 'They come with GKE (add-on HttpLoadBalancing): on another cluster choose another ingress.kind.';

/** Kinds that no cluster has by itself. */
function kindsOf({ kind, tls, policies }: IngressSpec): Kind[] {
  const google = (name: string): Kind => ({ apiVersion: 'networking.gke.io/v1', kind: name });
  const certificates = tls.by === 'managed' ? [google('ManagedCertificate')] : [];
  if (kind === 'gke') return [{ apiVersion: 'cloud.google.com/v1', kind: 'BackendConfig' }, ...certificates];
  if (kind !== 'gateway') return certificates;
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
  return [route, ...(policies ? [google('HealthCheckPolicy'), google('GCPBackendPolicy')] : [])];
}

const REMEDIES: Partial<Record<IngressKind, string>> = { gateway: GATEWAY_API };

/** @throws EnvironmentError that names all kinds that the cluster does not serve */
export async function requireKinds(ingress: IngressSpec, cluster: Cluster): Promise<void> {
  const kinds = kindsOf(ingress);
  const found = await Promise.all(kinds.map((kind) => cluster.resource(kind)));
  const missing = kinds.filter((_, index) => found[index] === undefined);
  const [first] = missing;
  if (first === undefined) return;
  const names = missing.map(({ apiVersion, kind }) => `${kind} (${apiVersion})`).join(', ');
  const policies = first.apiVersion === 'networking.gke.io/v1' && ingress.kind === 'gateway';
  throw new EnvironmentError(`ingress.kind: ${ingress.kind}: cluster ${cluster.name} has no ${names}`, {
    details: ['nothing was written'],
    remedy: policies
      ? 'Set ingress.policies: false where the Gateway is not one of GKE.'
      : (REMEDIES[ingress.kind] ?? GKE),
  });
}
