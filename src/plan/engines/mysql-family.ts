import type { SeedLoader } from './engine.ts';

/** What MySQL and MariaDB, whose images and clients differ in names alone, have in common. */
export interface MysqlFamily {
  /** Client program. */
  client: string;
  /** Prefix of the image's variables. */
  prefix: string;
}

/** Succeeds once a client can work (`DatabaseSpec.readiness`). */
export function readiness({ client, prefix }: MysqlFamily): string {
  return `MYSQL_PWD="$${prefix}_PASSWORD" exec ${client} -h "$HOSTNAME" -u "$${prefix}_USER" -D "$${prefix}_DATABASE" -e "select 1"`;
}

/**
 * Data goes by two numbers (8.4); a tag such as `8` says one of them.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysql-releases.html
 */
export function major(tag: string): string | undefined {
  return /^\d+(?:\.\d+)?/.exec(tag)?.[0];
}

export function dataFolder(path: string) {
  return { args: [`--datadir=${path}`], env: {} };
}

/**
 * Removes what only an administrator may load, and what belongs to the server of the dump: its GTIDs, and the definers of its
 * views, triggers and routines, which are the app's own here (as with `pg_restore --no-owner`). Changes only lines that begin
 * as those of the dump programs do: data has its line breaks escaped.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html#option_mysqldump_set-gtid-purged
 * @see https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html
 */
const OWN = String.raw`own() {
  LC_ALL=C sed -E '
    1s/^\xEF\xBB\xBF//
    /^SET @@SESSION\.SQL_LOG_BIN *=/s/.*//
    /^SET @@GLOBAL\.GTID_PURGED *=/{
      :gtid
      /;[[:space:]]*$/!{
        N
        b gtid
      }
      s/[^\n]+//g
    }
    s#^((/\*M?![0-9]+ CREATE\*/ )?/\*M?![0-9]+ |CREATE )DEFINER=\x60[^\x60]*\x60(@\x60[^\x60]*\x60)?#\1#
  '
}`;

/**
 * DDL commits by itself in MySQL and MariaDB, so one transaction holds what it can: the mark says `loading` before and `done`
 * with the last commit. The encoding is an argument of the client, which takes files for Latin-1 where no locale is set. The file
 * begins on the client's first line, so that messages give the file's own lines.
 */
export function seedLoader({ client, prefix }: MysqlFamily): SeedLoader {
  const script = `set -eu
export MYSQL_PWD="$${prefix}_PASSWORD"
ask() { ${client} --default-character-set=utf8mb4 -N -B -h "$${prefix}_HOST" -P "$${prefix}_PORT" -u "$${prefix}_USER" -D "$${prefix}_DATABASE" "$@"; }
read_file() {
  case $(od -A n -t x1 -N 2 "$SEED_DUMP" | tr -d ' \\n') in
    1f8b) gunzip -c "$SEED_DUMP" ;;
    *) cat "$SEED_DUMP" ;;
  esac
}
${OWN}
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
  printf 'start transaction; '
  { read_file || unreadable; } | own || unreadable
  echo
  echo ';'
  echo "update slipway_seed set state = 'done' where once = 1; commit;"
} | ask || { echo "the lines that are named above are those of $SEED_NAME" >&2; exit 1; }
echo 'the seed is loaded'
`;
  return { command: ['sh', '-c', script], files: {} };
}
