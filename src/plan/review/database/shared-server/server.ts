import type { DatabaseConfig } from '../../../../config/schema.ts';
import { UserError } from '../../../../errors.ts';
import { DATABASES } from '../../../engines/engines.ts';
import type { Owner } from '../../environment/owner.ts';
import type { PlannedDatabase } from '../database.ts';
import { databaseName, templateNames } from './names.ts';

/** Namespace of the servers that Slipway runs. */
export const DEFAULT_NAMESPACE = 'slipway-databases';

/**
 * Applies `mode` to a planned database: on a shared server it is named after the pull request.
 * @throws UserError for an engine that cannot copy databases, and for keys of the other mode
 */
export function withMode(planned: PlannedDatabase, config: DatabaseConfig, owner: Owner): PlannedDatabase {
  const { mode = 'isolated', server, engine } = config;
  if (mode === 'isolated') {
    if (server === undefined) return planned;
    throw new UserError('review.database.server: belongs to `mode: shared`', {
      remedy: 'Set `mode: shared`, or leave out `server`.',
    });
  }
  if (!DATABASES[engine].copies) {
    throw new UserError(
      `review.database.mode: shared needs an engine that can copy a database, as PostgreSQL; ${engine} cannot`,
      {
        remedy: 'Leave out `mode`: each environment then has a server of its own.',
      },
    );
  }
  return { ...planned, user: databaseName(owner), server: planServer(planned, config, owner) };
}

/** There is one server for each major version: a volume fits only one. */
function planServer(planned: PlannedDatabase, config: DatabaseConfig, app: Pick<Owner, 'app' | 'repositoryId'>) {
  const { server, storage } = config;
  const own = server?.secret === undefined;
  const name = server?.secret ?? serverName(planned.major);
  return {
    namespace: server?.namespace ?? DEFAULT_NAMESPACE,
    name,
    secret: name,
    own,
    storage: storage ?? '20Gi',
    memory: server?.memory ?? '2Gi',
    template: templateNames(app),
  };
}

function serverName(major: string | undefined): string {
  return major === undefined ? 'postgres' : `postgres-${major}`;
}
