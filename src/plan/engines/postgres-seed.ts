import { SEED_FOLDER, type SeedLoader, type Statement } from './engine.ts';
import { sqlStatements } from './sql-statements.ts';

/** What takes a load out of the app's database: a connection to another one, or a database of its own. */
const LEAVES = /^(?:\\c(?:onnect)?(?:\s|$)|(?:create|drop)\s+database\s)/i;

/** The first statement of an SQL file that leaves the app's database, as a dump of a whole cluster does. */
export function leavesDatabase(sql: string): Statement | undefined {
  for (const statement of sqlStatements(sql)) if (LEAVES.test(statement.text)) return statement;
  return undefined;
}

/**
 * Loads the file and the mark in one transaction: a kill in the middle leaves neither. A file may commit by itself: the mark,
 * which comes first, then says that the load is not complete, until its end. The lock makes a second load wait for the first,
 * and the server notices when the client of a killed one is gone (from PostgreSQL 14; older ones do not know the setting).
 * The end asks whether the file has left the session or taken back what it did: psql's exit code says nothing of that.
 */
const LOAD = `\\set slipway_hash \`printenv SEED_HASH\`
\\set slipway_name \`printenv SEED_NAME\`
do $$ begin
  perform set_config('client_connection_check_interval', '2s', false);
exception when others then null;
end $$;
set client_min_messages = warning;
select pg_advisory_xact_lock(hashtext('slipway.seed')) as slipway_lock, pg_backend_pid() as slipway_session \\gset
create schema if not exists slipway;
create table if not exists slipway.seed (
  once boolean primary key default true check (once), source text not null, at timestamptz not null default now()
);
alter table slipway.seed add column if not exists complete boolean not null default true;
select coalesce((select case when complete then 'complete' else 'part' end from slipway.seed), 'new') as slipway_state \\gset
select :'slipway_state' = 'new' as slipway_new, :'slipway_state' = 'part' as slipway_part \\gset
\\if :slipway_new
insert into slipway.seed (source, complete) values (:'slipway_hash', false);
\\i :slipway_name
\\set ON_ERROR_STOP on
reset client_encoding;
reset role;
select pg_catalog.pg_backend_pid() = :slipway_session as slipway_stayed,
  pg_catalog.to_regclass('slipway.seed') is not null as slipway_marked \\gset
\\if :slipway_stayed
\\if :slipway_marked
with marked as (update slipway.seed set complete = true where source = :'slipway_hash' returning true)
  select exists (select from marked) as slipway_marked \\gset
\\endif
\\else
\\warn :slipway_name connects to another session or database: what it loads there is not in the database of the app
\\set slipway_marked false
\\endif
\\if :slipway_marked
\\echo 'the seed is loaded'
\\else
\\warn :slipway_name does not end in the transaction or session that it began in (ROLLBACK, \\\\connect)
do $$ begin raise exception 'the seed was not loaded'; end $$;
\\endif
\\elif :slipway_part
\\warn an earlier load committed a part of its file and failed: start again with operation reset-database
do $$ begin raise exception 'the seed was loaded in part'; end $$;
\\else
\\echo 'this database was seeded before: nothing to load'
\\endif
`;

/** Writes the file as SQL to standard output; its first bytes say its format. */
const READ = `read_file() {
  case $(od -A n -t x1 -N 5 "$SEED_DUMP" | tr -d ' \\n') in
    5047444d50) pg_restore --no-owner --no-privileges --exclude-schema=slipway -f - "$SEED_DUMP" ;;
    1f8b*) gunzip -c "$SEED_DUMP" ;;
    *) cat "$SEED_DUMP" ;;
  esac
}`;

/**
 * psql reads the file from a pipe that has its name, so that messages give the file's own name and lines. A file that cannot be
 * read to its end must not look like the end of a transaction: what is written then is an error both for SQL and, in the
 * middle of rows, after their end. Only an image holds a dump of a cluster unseen: it is searched before anything is loaded.
 */
const SCRIPT = `set -eu
export PGCLIENTENCODING=UTF8
${READ}
case $(od -A n -t x1 -N 2 "$SEED_DUMP" | tr -d ' \\n') in
  fffe | feff)
    echo "$SEED_NAME is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)" >&2
    exit 1
    ;;
esac
found=$(read_file 2> /dev/null | grep -a -n -m 1 -E '^(-- PostgreSQL database cluster dump|\\\\connect[[:space:]])' || true)
if [ -n "$found" ]; then
  echo "$SEED_NAME:$found" >&2
  echo 'This is a dump of a whole server: it connects to databases of its own. Dump one database: pg_dump --no-owner <database>' >&2
  exit 1
fi
cd "$(mktemp -d)"
mkdir -p "$(dirname "$SEED_NAME")"
mkfifo "$SEED_NAME"
{ read_file || printf '\\n\\\\.\\nthe file could not be read to its end;\\n'; } > "$SEED_NAME" &
writer=$!
status=0
psql -X -q -v ON_ERROR_STOP=1 --single-transaction -o /dev/null -f ${SEED_FOLDER}/load.sql || status=$?
kill "$writer" 2> /dev/null || true
wait "$writer" 2> /dev/null || true
[ "$status" -ne 0 ] || exit 0
by=$(read_file 2> /dev/null | grep -a -m 1 -E '^-- Dumped by pg_dump version' | sed 's/^-- Dumped by //' || true)
if [ -n "$by" ]; then
  server=$(psql -XqtA -c 'show server_version' || true)
  echo "$SEED_NAME was dumped by $by, and the server is PostgreSQL $server." >&2
  echo 'Where the dump is newer, set review.database.version to its major version, or dump with the pg_dump of the server.' >&2
fi
exit "$status"
`;

export const seedLoader: SeedLoader = { command: ['sh', '-c', SCRIPT], files: { 'load.sql': LOAD } };
