import { kubectl } from '../../../local/machine/kubectl.ts';
import type { Platform } from '../../../local/platform.ts';

const POD = 'postgres-15-0';

/** Databases of ours that the shared server holds, by psql in its pod; none where there is no server. */
export async function databasesOn(platform: Platform, namespace: string): Promise<string[]> {
  const on = (...args: string[]) => kubectl(platform, ['--namespace', namespace, ...args]);
  if ((await on('get', 'pods', POD, '--ignore-not-found', '--output=name')).trim() === '') return [];
  const psql = 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -XqtA -h "$HOSTNAME" -U "$POSTGRES_USER" -d postgres -c "$1"';
  const query = "select datname from pg_database where datname like 'slipway%'";
  const listed = await on('exec', POD, '--', 'sh', '-c', psql, 'sh', query);
  return listed.split('\n').filter((line) => line !== '');
}
