import type { DatabaseEngine } from './database.ts';

/**
 * Shell lines that run inside the database's image. They take everything from variables, so that no value of ours becomes
 * part of a program.
 */

/**
 * Succeeds once a client can work, by a real connection with the password over the pod's own network address: images
 * answer on their socket, and on 127.0.0.1 without a password, while they still initialise.
 */
export function readinessLine(engine: DatabaseEngine): string {
  if (engine === 'postgres') {
    return 'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -Xqt -h "$HOSTNAME" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "select 1"';
  }
  const [client, prefix] = engine === 'mysql' ? ['mysql', 'MYSQL'] : ['mariadb', 'MARIADB'];
  return `MYSQL_PWD="$${prefix}_PASSWORD" exec ${client} -h "$HOSTNAME" -u "$${prefix}_USER" -D "$${prefix}_DATABASE" -e "select 1"`;
}

/** Folder of the seed's files in its Job. */
export const SEED_FOLDER = '/slipway';

/** Loads seed.sql once into a database, ever; the database itself remembers that it did. */
export function seedCommand(engine: DatabaseEngine): string[] {
  if (engine !== 'postgres') return ['sh', '-c', mysqlScript(engine)];
  return ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '--single-transaction', '-f', `${SEED_FOLDER}/load.sql`];
}

/**
 * What psql runs. Mark and data are one transaction: a kill in the middle leaves neither. The mark comes first, so that a
 * file that commits by itself commits the mark with its data; the lock lets a second load wait for the first, and the server
 * notices when the client of a killed one is gone (from PostgreSQL 14; older ones do not know the setting).
 * @param hash of the seed, hexadecimal
 */
export function postgresLoad(hash: string): string {
  return `do $$ begin
  perform set_config('client_connection_check_interval', '2s', false);
exception when others then null;
end $$;
set client_min_messages = warning;
select pg_advisory_xact_lock(hashtext('slipway.seed')) as slipway_lock \\gset
create schema if not exists slipway;
create table if not exists slipway.seed (
  once boolean primary key default true check (once), source text not null, at timestamptz not null default now()
);
select not exists (select from slipway.seed) as slipway_new \\gset
\\if :slipway_new
insert into slipway.seed (source) values ('${hash}');
\\i ${SEED_FOLDER}/seed.sql
\\echo 'the seed is loaded'
\\else
\\echo 'this database was seeded before: nothing to load'
\\endif
`;
}

/**
 * DDL commits by itself in MySQL and MariaDB, so one transaction holds what it can: the mark says `loading` before and
 * `done` with the last commit.
 */
function mysqlScript(engine: 'mysql' | 'mariadb'): string {
  const [client, prefix] = engine === 'mysql' ? ['mysql', 'MYSQL'] : ['mariadb', 'MARIADB'];
  return `set -eu
export MYSQL_PWD="$${prefix}_PASSWORD"
ask() { ${client} -N -B -h "$${prefix}_HOST" -P "$${prefix}_PORT" -u "$${prefix}_USER" -D "$${prefix}_DATABASE" "$@"; }
ask -e 'create table if not exists slipway_seed (once tinyint primary key, source varchar(64) not null, state varchar(8) not null, at timestamp not null default current_timestamp)'
state=$(ask -e 'select state from slipway_seed')
if [ "$state" = done ]; then
  echo 'this database was seeded before: nothing to load'
  exit 0
fi
if [ "$state" = loading ]; then
  echo 'an earlier load was interrupted; what it committed is still there. If this one fails: operation reset-database.'
fi
ask -e "insert ignore into slipway_seed (once, source, state) values (1, '$SEED_HASH', 'loading')"
{
  echo 'start transaction;'
  cat ${SEED_FOLDER}/seed.sql
  echo
  echo ';'
  echo "update slipway_seed set state = 'done' where once = 1; commit;"
} | ask
echo 'the seed is loaded'
`;
}
