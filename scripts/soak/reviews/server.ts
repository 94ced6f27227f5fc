import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Platform, platformEnv } from '../../../local/platform.ts';

const run = promisify(execFile);

/** Databases of ours that the shared server holds, by psql in its pod; none where there is no server. */
export async function databasesOn(platform: Platform, namespace: string): Promise<string[]> {
  const { kubeconfig, context, tools } = platform;
  const kubectl = (...args: string[]) =>
    run(
      join(tools.dir, 'kubectl'),
      ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace, ...args],
      { env: { HOME: process.env.HOME, ...platformEnv(platform) } },
    );
  const pods = await kubectl('get', 'pods', 'postgres-15-0', '--ignore-not-found', '--output=name');
  if (pods.stdout.trim() === '') return [];
  const psql = 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -XqtA -h "$HOSTNAME" -U "$POSTGRES_USER" -d postgres -c "$1"';
  const query = "select datname from pg_database where datname like 'slipway%'";
  const { stdout } = await kubectl('exec', 'postgres-15-0', '--', 'sh', '-c', psql, 'sh', query);
  return stdout.split('\n').filter((line) => line !== '');
}
