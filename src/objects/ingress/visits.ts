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
    const [first = '/'] = process.paths;
    if (url === undefined) return [];
    const { health } = process;
    if (health !== undefined && process.paths.some((path) => isBelow(health, path))) return [{ url, health }];
    return [{ url: first === '/' ? url : `${url}${first}`, health: undefined }];
  });
}

/** By whole elements of the path, as the Prefix of an Ingress. @see https://kubernetes.io/docs/concepts/services-networking/ingress/#examples */
function isBelow(path: string, prefix: string): boolean {
  const bare = prefix.replace(/\/$/, '');
  return path === bare || path.startsWith(`${bare}/`);
}
