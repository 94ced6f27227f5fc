#!/bin/sh
# Starts MariaDB; in an empty data folder it makes the system tables, the user and the database first.
#   MARIADB_USER, MARIADB_PASSWORD, MARIADB_DATABASE, and MARIADB_ROOT_PASSWORD or MARIADB_RANDOM_ROOT_PASSWORD.
#   --datadir=FOLDER among the arguments is where the data is, else /var/lib/mysql.
set -eu

say() { echo "entrypoint: $*" >&2; }

# The text of standard input, as it stands between quotes.
quoted() { sed "s/[\\\\']/\\\\&/g"; }
# shellcheck disable=SC2016 # backquotes of SQL
name() { sed 's/`/``/g'; }

create_data() {
  root=${MARIADB_ROOT_PASSWORD:-}
  if [ -z "$root" ] && [ -z "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ]; then
    say "MARIADB_ROOT_PASSWORD is not set, and an empty data folder needs it (or MARIADB_RANDOM_ROOT_PASSWORD)"
    exit 1
  fi
  [ -n "$root" ] || root=$(od -A n -t x1 -N 24 /dev/urandom | tr -d ' \n')
  # An interrupted creation leaves nothing that a later start would take for a whole one.
  new=$datadir/.new
  rm -rf "$new" && mkdir -m 0700 "$new"
  mariadb-install-db --no-defaults --datadir="$new" --auth-root-authentication-method=normal --skip-test-db > /dev/null
  user=$(printf %s "${MARIADB_USER:-}" | quoted)
  database=$(printf %s "${MARIADB_DATABASE:-}" | name)
  {
    echo 'FLUSH PRIVILEGES;'
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$(printf %s "$root" | quoted)';"
    [ -z "$database" ] || echo "CREATE DATABASE \`$database\`;"
    if [ -n "$user" ]; then
      echo "CREATE USER '$user'@'%' IDENTIFIED BY '$(printf %s "${MARIADB_PASSWORD:-}" | quoted)';"
      [ -z "$database" ] || echo "GRANT ALL ON \`$database\`.* TO '$user'@'%';"
    fi
  } | mariadbd --no-defaults --bootstrap --datadir="$new"
  # The folder `mysql` last: it is what says that the data is complete.
  for file in "$new"/*; do
    [ "$file" = "$new/mysql" ] || mv "$file" "$datadir/"
  done
  mv "$new/mysql" "$datadir/"
  rmdir "$new"
}

[ "${1:-}" = mariadbd ] || [ "${1#-}" = "${1:-}" ] || set -- mariadbd "$@"
if [ "${1:-}" = mariadbd ]; then
  datadir=/var/lib/mysql
  for argument in "$@"; do
    case "$argument" in --datadir=*) datadir=${argument#--datadir=} ;; esac
  done
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$datadir"
    chown -R mysql:mysql "$datadir"
    exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
  fi
  mkdir -p "$datadir"
  [ -d "$datadir/mysql" ] || create_data
  unset MARIADB_PASSWORD MARIADB_ROOT_PASSWORD
  shift
  set -- mariadbd --no-defaults --datadir="$datadir" --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0 "$@"
fi
exec "$@"
