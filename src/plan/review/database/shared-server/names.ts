import { fitName, shortHash } from '../../../../objects/names.ts';
import type { Owner } from '../../environment/owner.ts';

/** PostgreSQL truncates longer identifiers. @see https://www.postgresql.org/docs/17/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
const MAX_BYTES = 63;

/** Owner of a template. */
export type TemplateOwner = Pick<Owner, 'app' | 'repositoryId'>;

/**
 * Name of a pull request's database on a shared server, and of the one role that may connect to it. It consists of ids,
 * numbers and the name of the app, never of a branch. The kind precedes the app, so no two names are equal.
 */
export function databaseName({ app, repositoryId, number, variant }: Owner): string {
  // A hash: the name of a variant could continue in the name of the app.
  const which = variant === undefined ? '' : `v${shortHash(variant, 10)}`;
  return identifier(repositoryId, `pr${number}${which}`, app);
}

/** The template of an app, and the databases and the role of its build. */
export interface TemplateNames {
  /** The database that is copied. Nobody can connect to it. */
  template: string;
  /** The new template while it is built, and the previous one until it is dropped. */
  building: string;
  before: string;
  /**
   * Role that builds it and owns what is in it; it can sign in only while it builds. The objects of a copy are given to the role
   * of its pull request. It has the name of the database that it builds, as every role has.
   */
  builder: string;
}

export function templateNames({ app, repositoryId }: TemplateOwner): TemplateNames {
  const name = (kind: string) => identifier(repositoryId, kind, app);
  return {
    template: name('template'),
    building: name('building'),
    before: name('before'),
    builder: name('building'),
  };
}

/** The name of a database as the name of a Kubernetes object. */
export function objectName(database: string): string {
  return database.replaceAll('_', '-');
}

function identifier(repositoryId: number, kind: string, app: string): string {
  return fitName(`slipway-r${repositoryId}-${kind}-${app}`, MAX_BYTES).replaceAll('-', '_');
}
