import type { InspectedCluster } from '../../ports.ts';
import { openKube } from './open.ts';
import type { RestContext } from './rest.ts';

/** Milliseconds for which a server that does not answer is asked again: a person waits. */
const OUTAGE_MS = 10_000;

/** A cluster that is only looked at. */
export function openInspected(context: RestContext, env: NodeJS.ProcessEnv): InspectedCluster {
  const cluster = openKube({ ...context, timing: { outage: OUTAGE_MS, ...context.timing } }, env);
  const { connection } = context;
  return {
    name: cluster.name,
    version: () => cluster.version(),
    get: (ref) => cluster.get(ref),
    list: (kind, selection) => cluster.list(kind, selection),
    allowed: (questions) => cluster.allowed(questions),
    resource: (kind) => cluster.resource(kind),
    username: () => cluster.username(),
    as: (user) => {
      const headers = { ...connection.headers, 'impersonate-user': user };
      return openInspected({ ...context, connection: { ...connection, headers } }, env);
    },
  };
}
