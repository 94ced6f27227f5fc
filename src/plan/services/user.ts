import { fitName } from '../../objects/names.ts';

/** Names of users or databases that servers reserve. */
const RESERVED = /^(pg_.*|root|mysql|mariadb|sys|information_schema|performance_schema)$/;

/**
 * User of an app's database, and name of the database: every engine accepts it.
 * @see https://dev.mysql.com/doc/refman/8.4/en/user-names.html for the 32 characters
 */
export function databaseUser(app: string): string {
  const name = app.replaceAll('-', '_');
  return fitName(RESERVED.test(name) ? `app-${app}` : app, 32).replaceAll('-', '_');
}
