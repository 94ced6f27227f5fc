import { HOST } from '../../config/process-schema.ts';
import type { ExposedApp, ExposedProcess, IngressSpec } from './ingress-spec.ts';

/** One path of one host, and the process that answers there. */
export interface ProcessRoute {
  host: string;
  path: string;
  process: ExposedProcess;
}

/** The processes that have a Service. */
export function exposedProcesses({ processes }: Pick<ExposedApp, 'processes'>): ExposedProcess[] {
  return processes.filter((process): process is ExposedProcess => process.port !== undefined);
}

/** The processes that requests from outside reach. */
export function routedProcesses(app: Pick<ExposedApp, 'processes'>): ExposedProcess[] {
  return exposedProcesses(app).filter(({ paths }) => paths.length > 0);
}

/** The host name of a process. */
export function hostOf({ host }: Pick<ExposedProcess, 'host'>, ingress: Pick<IngressSpec, 'host'>): string {
  return host === undefined ? ingress.host : host.replaceAll(HOST, ingress.host);
}

/**
 * The routes of an app, by host, the longest path first: a controller that reads rules in their order then reaches `/api`
 * before `/`. The host of the app comes first.
 */
export function routesOf(app: Pick<ExposedApp, 'processes'>, ingress: Pick<IngressSpec, 'host'>): ProcessRoute[] {
  const all = routedProcesses(app).flatMap((process) =>
    process.paths.map((path) => ({ host: hostOf(process, ingress), path, process })),
  );
  const hosts = [ingress.host, ...all.map(({ host }) => host)];
  return all.sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host) || b.path.length - a.path.length);
}

/** The same routes, by their host. */
export function routesByHost(routes: readonly ProcessRoute[]): Map<string, ProcessRoute[]> {
  const hosts = new Map<string, ProcessRoute[]>();
  for (const route of routes) hosts.set(route.host, [...(hosts.get(route.host) ?? []), route]);
  return hosts;
}
