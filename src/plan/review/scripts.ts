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

/** Loads $SEED_FILE once into a database, ever; says in the database itself that it did. */
export function seedScript(engine: DatabaseEngine): string {
  return engine === 'postgres' ? POSTGRES : mysqlScript(engine);
}

/**
 * Mark and data are one transaction: a kill in the middle leaves neither. The mark comes first, so that of two seeds at
 * once the second waits for it, and so that a file that commits by itself commits the mark with its data.
 */
const POSTGRES = `set -eu
export PGOPTIONS='-c client_min_messages=warning'
ask() { psql -X -q -t -A -v ON_ERROR_STOP=1 "$@"; }
ask -c 'create schema if not exists slipway' \\
    -c 'create table if not exists slipway.seed (once boolean primary key default true check (once), source text not null, at timestamptz not null default now())'
if [ "$(ask -c 'select count(*) from slipway.seed')" = 1 ]; then
  echo 'this database was seeded before: nothing to load'
  exit 0
fi
psql -X -q -v ON_ERROR_STOP=1 -v source="$SEED_HASH" --single-transaction -f /slipway/mark.sql -f "$SEED_FILE"
echo 'the seed is loaded'
`;

/** Beside the seed, for PostgreSQL: -c does not replace psql's variables, a file does. */
export const POSTGRES_MARK = "insert into slipway.seed (source) values (:'source');\n";

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
  echo 'an earlier load was interrupted; what it committed is still there. If this one fails: operation down, then up.'
fi
ask -e "insert ignore into slipway_seed (once, source, state) values (1, '$SEED_HASH', 'loading')"
{
  echo 'start transaction;'
  cat "$SEED_FILE"
  echo
  echo ';'
  echo "update slipway_seed set state = 'done' where once = 1; commit;"
} | ask
echo 'the seed is loaded'
`;
}
