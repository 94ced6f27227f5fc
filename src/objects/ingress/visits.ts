import type { KubeObject } from '../../ports.ts';
import { type ExposedApp, type IngressSpec, urlOf } from './ingress-spec.ts';
import { hostOf, routedProcesses } from './routes.ts';

/** What a visitor asks to see whether a process answers. */
export interface Visit {
  /** Without the health path. */
  url: string;
  /** Path of the health check, where requests from outside reach it; undefined: any answer of the process counts. */
  health: string | undefined;
}

/** One visit for each process that requests from outside reach; none while only the cluster knows the host. */
export function visits(app: Pick<ExposedApp, 'processes'>, ingress: IngressSpec): Visit[] {
  return routedProcesses(app).flatMap((process): Visit[] => {
    const url = urlOf({ ...ingress, host: hostOf(process, ingress) });
    return url === undefined ? [] : [visitAt(url, process.paths, process.health)];
  });
}

/**
 * One visit for each Service that a live route leads the host of a URL to.
 * @param healthOf the health path of the pods behind a Service, as their probe has it
 */
export function routeVisits(
  route: KubeObject,
  url: string,
  healthOf: (service: string) => string | undefined,
): Visit[] {
  const services = new Map<string, string[]>();
  for (const { path, service } of leads(route, new URL(url).hostname)) {
    services.set(service, [...(services.get(service) ?? []), path]);
  }
  return [...services].map(([service, paths]) => visitAt(url, paths, healthOf(service)));
}

function visitAt(url: string, paths: readonly string[], health: string | undefined): Visit {
  if (health !== undefined && paths.some((path) => isBelow(health, path))) return { url, health };
  const [first = '/'] = paths;
  return { url: first === '/' ? url : `${url}${first}`, health: undefined };
}

interface RouteView {
  spec?: {
    hostnames?: string[];
    rules?: {
      host?: string;
      http?: { paths?: { path?: string; backend?: { service?: { name?: string } } }[] };
      matches?: { path?: { value?: string } }[];
      backendRefs?: { name?: string }[];
    }[];
  };
}

/** The paths of a host in an Ingress or an HTTPRoute, and the Services that they lead to. */
function leads(route: KubeObject, host: string): { path: string; service: string }[] {
  const { hostnames = [], rules = [] } = (route as unknown as RouteView).spec ?? {};
  return rules.flatMap(({ host: own, http, matches = [], backendRefs = [] }) => {
    if (own !== undefined && own !== host) return [];
    if (own === undefined && hostnames.length > 0 && !hostnames.includes(host)) return [];
    const ofIngress = (http?.paths ?? []).map(({ path = '/', backend }) => ({ path, service: backend?.service?.name }));
    const ofRoute = matches.map(({ path }) => ({ path: path?.value ?? '/', service: backendRefs[0]?.name }));
    return [...ofIngress, ...ofRoute].flatMap(({ path, service }) =>
      service === undefined ? [] : [{ path, service }],
    );
  });
}

/** By whole elements of the path, as the Prefix of an Ingress. @see https://kubernetes.io/docs/concepts/services-networking/ingress/#examples */
function isBelow(path: string, prefix: string): boolean {
  const bare = prefix.replace(/\/$/, '');
  return path === bare || path.startsWith(`${bare}/`);
}
