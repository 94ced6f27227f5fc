import { fitName, shortHash } from '../../../../objects/names.ts';
import type { Owner } from '../../environment/owner.ts';

/** PostgreSQL cuts longer identifiers off. @see https://www.postgresql.org/docs/17/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
const MAX_BYTES = 63;

/** Whose template it is. */
export type TemplateOwner = Pick<Owner, 'app' | 'repositoryId'>;

/**
 * Name of a pull request's database on a shared server, and of the one role that may connect to it. It is made from ids and
 * numbers and the name of the app, never from a branch; the kind stands before the app, so that no two names can meet.
 */
export function databaseName({ app, repositoryId, number, variant }: Owner): string {
  // A hash, since the name of a variant could go on into that of the app.
  const which = variant === undefined ? '' : `v${shortHash(variant, 10)}`;
  return identifier(repositoryId, `pr${number}${which}`, app);
}

/** The template of an app, and what its making needs. */
export interface TemplateNames {
  /** The database that is copied. Nobody can connect to it. */
  template: string;
  /** A new one while it is built, and the one before until it is dropped. */
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

/** The same name for an object of Kubernetes. */
export function objectName(database: string): string {
  return database.replaceAll('_', '-');
}

function identifier(repositoryId: number, kind: string, app: string): string {
  return fitName(`slipway-r${repositoryId}-${kind}-${app}`, MAX_BYTES).replaceAll('-', '_');
}
