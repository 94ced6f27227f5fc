#!/bin/sh
# Starts PostgreSQL; on an empty PGDATA creates the cluster, the user and the database first.
#   POSTGRES_PASSWORD (required, or POSTGRES_HOST_AUTH_METHOD=trust), POSTGRES_USER, POSTGRES_DB,
#   POSTGRES_INITDB_ARGS, PGDATA; each of them may be given as NAME_FILE instead;
#   /docker-entrypoint-initdb.d/*.sql, *.sql.gz and *.sh run once, in order.
set -eu

say() { echo "entrypoint: $*" >&2; }

# NAME or the contents of the file NAME_FILE.
setting() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  # shellcheck disable=SC2154 # eval has set both
  if [ -n "$file" ]; then cat "$file"; else printf '%s' "$value"; fi
}

psql_here() {
  PGPASSWORD="$password" psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --host /var/run/postgresql --username "$user" --dbname "$@"
}

literal() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"; }
identifier() { printf '"%s"' "$(printf '%s' "$1" | sed 's/"/""/g')"; }

# What makes a new cluster this one; each statement ends with an empty line.
statements() {
  printf 'UPDATE pg_authid SET rolname = %s WHERE oid = 10;\n\n' "$(literal "$user")"
  [ -z "$password" ] || printf 'ALTER ROLE %s PASSWORD %s;\n\n' "$(identifier "$user")" "$(literal "$password")"
  [ "$database" = postgres ] || printf 'CREATE DATABASE %s;\n\n' "$(identifier "$database")"
}

run_init_files() {
  # shellcheck disable=SC1090 # files that are given at run time
  for f in /docker-entrypoint-initdb.d/*; do
    case "$f" in
      *.sh) say "running $f"; . "$f" ;;
      *.sql) say "running $f"; psql_here "$database" --file "$f" ;;
      *.sql.gz) say "running $f"; gunzip --stdout "$f" | psql_here "$database" ;;
    esac
  done
}

create_cluster() {
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$password" ] && [ "$method" != trust ]; then
    say "POSTGRES_PASSWORD is not set, and an empty database needs one (or POSTGRES_HOST_AUTH_METHOD=trust)"
    exit 1
  fi
  # An interrupted creation leaves no half cluster that a later start would take for a whole one.
  new=$PGDATA/.new
  rm -rf "$new" && mkdir -m 0700 "$new"
  case "${POSTGRES_INITDB_ARGS:-}" in
    '' | --no-sync) (umask 077 && cp -R /usr/share/postgresql/new-cluster/. "$new") ;;
    *)
      # shellcheck disable=SC2086
      initdb --pgdata "$new" --username postgres --auth trust --encoding UTF8 --no-instructions \
        ${POSTGRES_INITDB_ARGS} > /dev/null
      ;;
  esac
  # By a process that nobody else can reach; it ends with the first error.
  statements | postgres --single -j -D "$new" -c exit_on_error=true -F postgres > /dev/null
  echo "host all all all $method" >> "$new/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$new/postgresql.auto.conf"

  if [ -n "$(ls /docker-entrypoint-initdb.d)" ]; then
    # Not reachable over the network until it is complete.
    pg_ctl --pgdata "$new" --silent --wait -o "-c listen_addresses='' -k /var/run/postgresql" start
    run_init_files
    pg_ctl --pgdata "$new" --silent --wait --mode fast stop
  fi
  # PG_VERSION last: it is what says that the cluster is complete.
  for f in "$new"/* "$new"/.[!.]*; do
    [ ! -e "$f" ] || [ "$f" = "$new/PG_VERSION" ] || mv "$f" "$PGDATA/"
  done
  mv "$new/PG_VERSION" "$PGDATA/"
  rmdir "$new"
}

if [ "${1:-}" = postgres ] || [ "${1#-}" != "${1:-}" ]; then
  [ "$1" = postgres ] || set -- postgres "$@"
  export PGDATA
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres:postgres "$PGDATA" && chmod 0700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  user=$(setting POSTGRES_USER)
  user=${user:-postgres}
  password=$(setting POSTGRES_PASSWORD)
  database=$(setting POSTGRES_DB)
  database=${database:-$user}
  mkdir -p "$PGDATA"
  # A volume's fsGroup makes its top folder group-writable: PostgreSQL wants its own private.
  chmod 0700 "$PGDATA" 2> /dev/null || say "PGDATA is not owned by uid $(id -u): use a sub-folder of the volume"
  [ -s "$PGDATA/PG_VERSION" ] || create_cluster
  unset POSTGRES_PASSWORD
fi
exec "$@"
