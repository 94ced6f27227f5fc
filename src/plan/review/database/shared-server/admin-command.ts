/**
 * Runs a script with the connection of the environment, once the server answers: it may be starting. A refusal, such as that
 * of a wrong password, ends the wait.
 */
export function adminCommand(script: string): string[] {
  return [
    'sh',
    '-c',
    `set -eu
export PGDATABASE="\${PGDATABASE:-postgres}" PGAPPNAME=slipway PGCONNECT_TIMEOUT=10
tries=0
until said=$(psql -XqtA -c 'select 1' 2>&1); do
  tries=$((tries + 1))
  case $said in
    *'authentication failed'* | *'permission denied'* | *'no pg_hba.conf entry'* | *'does not exist'*) tries=999 ;;
  esac
  [ "$tries" -gt 1 ] || echo "waiting for the database server: $said"
  [ "$tries" -lt 180 ] || { echo "the database server: $said" >&2; exit 1; }
  sleep 1
done
exec psql -X -q -v ON_ERROR_STOP=1 -f - <<'SLIPWAY_SQL'
${script}
SLIPWAY_SQL
`,
  ];
}
