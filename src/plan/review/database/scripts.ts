import type { DatabaseEngine } from './database.ts';
import type { LoadedSeed } from './seed.ts';

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

/** Folder of the seed's files in its Job, and of a dump that comes out of an image. */
export const SEED_FOLDER = '/slipway';
export const DUMP_FOLDER = '/slipway-dump';

/** Loads the seed once into a database, ever; the database itself remembers that it did. */
export function seedCommand(engine: DatabaseEngine, kind: LoadedSeed['kind']): string[] {
  if (engine !== 'postgres') return ['sh', '-c', mysqlScript(engine, kind)];
  if (kind === 'file') return ['sh', '-c', POSTGRES_FILE];
  return ['psql', ...PSQL, '-f', `${SEED_FOLDER}/load.sql`];
}

/** The text files that the command works with. */
export function seedFiles(seed: LoadedSeed): Record<string, string> {
  const load = postgresLoad(seed.hash);
  return seed.kind === 'sql'
    ? { 'seed.sql': seed.sql, 'load.sql': `${load}${INCLUDE}` }
    : { 'begin.sql': `${load}${QUIT}` };
}

const PSQL = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '--single-transaction'];

/**
 * How a load begins. Mark and data are one transaction: a kill in the middle leaves neither. The mark comes first, so that a
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
`;
}

const SEEDED_BEFORE = `\\else
\\echo 'this database was seeded before: nothing to load'
`;
const INCLUDE = `\\i ${SEED_FOLDER}/seed.sql
\\echo 'the seed is loaded'
${SEEDED_BEFORE}\\endif
`;
/** What follows comes from a pipe: the rest of it is not read where there is nothing to load. */
const QUIT = `${SEEDED_BEFORE}\\quit
\\endif
`;

/** The file's own format, by its first bytes: read to its end, on standard output. */
const READ_FILE = `read_file() {
  case $(od -A n -t x1 -N 5 "$SEED_DUMP" | tr -d ' \\n') in
    5047444d50) pg_restore --no-owner --no-privileges --exclude-schema=slipway -f - "$SEED_DUMP" ;;
    1f8b*) gunzip -c "$SEED_DUMP" ;;
    *) cat "$SEED_DUMP" ;;
  esac
}`;

/**
 * A file that cannot be read to its end must not look like the end of a transaction: what is written then is an error both
 * for SQL and, where it comes in the middle of rows, after their end.
 */
const POSTGRES_FILE = `set -eu
${READ_FILE}
{
  cat ${SEED_FOLDER}/begin.sql
  read_file || printf '\\n\\\\.\\nthe file could not be read to its end;\\n'
  printf '\\n\\\\echo %s\\n' "'the seed is loaded'"
} | psql ${PSQL.join(' ')} -o /dev/null -f -
`;

/**
 * What only an administrator may load, and what belongs to the server that a dump comes from: its GTIDs, and the definers of
 * its views, triggers and routines, which are the app's own here (as `pg_restore --no-owner` has it). Only lines that begin
 * as those of the dump programs are touched, and data never does: it has its line breaks escaped.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html#option_mysqldump_set-gtid-purged
 * @see https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html
 */
const OWN = String.raw`own() {
  LC_ALL=C sed -E '
    /^SET @@SESSION\.SQL_LOG_BIN *=/d
    /^SET @@GLOBAL\.GTID_PURGED *=/{
      :gtid
      /;[[:space:]]*$/d
      N
      b gtid
    }
    s#^((/\*M?![0-9]+ CREATE\*/ )?/\*M?![0-9]+ |CREATE )DEFINER=\x60[^\x60]*\x60(@\x60[^\x60]*\x60)?#\1#
  '
}`;

/**
 * DDL commits by itself in MySQL and MariaDB, so one transaction holds what it can: the mark says `loading` before and
 * `done` with the last commit. The client is told the encoding: where no locale is set, it takes files for Latin-1.
 */
function mysqlScript(engine: 'mysql' | 'mariadb', kind: LoadedSeed['kind']): string {
  const [client, prefix] = engine === 'mysql' ? ['mysql', 'MYSQL'] : ['mariadb', 'MARIADB'];
  return `set -eu
export MYSQL_PWD="$${prefix}_PASSWORD"
ask() { ${client} --default-character-set=utf8mb4 -N -B -h "$${prefix}_HOST" -P "$${prefix}_PORT" -u "$${prefix}_USER" -D "$${prefix}_DATABASE" "$@"; }
${kind === 'sql' ? `read_file() { cat ${SEED_FOLDER}/seed.sql; }\nown() { cat; }` : `${READ_FILE}\n${OWN}`}
unreadable() { printf '\\n;\\nthe file could not be read to its end;\\n'; }
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
  { read_file || unreadable; } | own || unreadable
  echo
  echo ';'
  echo "update slipway_seed set state = 'done' where once = 1; commit;"
} | ask
echo 'the seed is loaded'
`;
}
