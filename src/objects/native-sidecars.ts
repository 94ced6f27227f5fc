import { UserError } from '../errors.ts';
import { type Container, type PodSpec, sameRepository } from './pod-template.ts';

/** Images of proxies to a database, by the end of their name. */
const DATABASE_PROXY =
  /\/(cloud-sql-proxy|gce-proxy|alloydb-auth-proxy|pgbouncer|pgpool|proxysql|cloudsql-proxy)(:|@|-|$)/;

/** Init containers that run beside the others. @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
export function nativeSidecars({ initContainers }: Pick<PodSpec, 'initContainers'>): Container[] {
  const all = Array.isArray(initContainers) ? initContainers : [];
  return all.filter((container) => container?.restartPolicy === 'Always');
}

/**
 * Refuses a plain sidecar that is a proxy to the database. A migration runs in a pod without plain sidecars, which would never end,
 * and without the proxy it cannot connect.
 * @throws UserError for such a proxy
 */
export function refusePlainProxy(spec: PodSpec, image: string, workload: string): void {
  const proxy = spec.containers.find(
    (container) =>
      typeof container?.image === 'string' &&
      !sameRepository(container.image, image) &&
      DATABASE_PROXY.test(`/${container.image}`),
  );
  if (proxy === undefined) return;
  throw new UserError(
    `deploy.migrate: ${workload} reaches its database by the container ${proxy.name}, which would keep the Job of the migration from ending`,
    {
      details: ['nothing was written'],
      remedy: `Make ${proxy.name} a native sidecar: move it to initContainers, with restartPolicy: Always and a startupProbe (Kubernetes 1.29 or newer). Then it runs beside the migration as well.`,
    },
  );
}
