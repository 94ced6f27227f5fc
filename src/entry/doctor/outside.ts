import { inspectedRegistry } from '../../adapters/oci/inspected.ts';
import { OciRegistry } from '../../adapters/oci/registry.ts';
import type { ClusterConfig } from '../../config/schema.ts';
import type { IngressSpec } from '../../objects/ingress/ingress-spec.ts';
import type { InspectedRegistry } from '../../ports.ts';
import type { ClusterSite } from '../../stages/doctor/site.ts';
import { isVisited, type Visit } from '../../stages/doctor/visit.ts';
import { googleAccessToken } from '../google-access-token.ts';
import type { Around } from './sites.ts';

/** Registries, with the logins of Docker on this machine. */
export function registryFor({ env, clock, log, signal }: Around): InspectedRegistry {
  return inspectedRegistry(new OciRegistry({ env, clock, log, signal, googleAccessToken, access: 'pull' }), signal);
}

/** The host names of slipway.yml that need a record. */
export function visitedHosts(sites: readonly ClusterSite[]): Visit[] {
  return sites.flatMap(({ view, environments, review }) => {
    const visit = (
      subject: string,
      ingress: IngressSpec | undefined,
      cluster: ClusterConfig | undefined,
      isMany: boolean,
    ) => {
      if (ingress === undefined || !isVisited(ingress)) return [];
      const { host } = ingress;
      const record = isMany ? host.replace(/^[^.]+/, '*') : host;
      const project = cluster && 'gke' in cluster ? cluster.gke.split('/')[1] : undefined;
      return [{ subject, host, record, project, ingress, view }];
    };
    return [
      ...environments.flatMap(({ subject, ingress, cluster }) => visit(subject, ingress, cluster, false)),
      ...(review === undefined ? [] : visit('review', review.ingress, review.cluster, true)),
    ];
  });
}
