import { fitName } from '../../objects/names.ts';

/** Names that the servers keep to themselves, as users or as databases. */
const RESERVED = /^(pg_.*|root|mysql|mariadb|sys|information_schema|performance_schema)$/;

/**
 * The user of an app's database, which has the same name: one that every engine takes.
 * @see https://dev.mysql.com/doc/refman/8.4/en/user-names.html for the 32 characters
 */
export function userOf(app: string): string {
  const name = app.replaceAll('-', '_');
  return fitName(RESERVED.test(name) ? `app-${app}` : app, 32).replaceAll('-', '_');
}
