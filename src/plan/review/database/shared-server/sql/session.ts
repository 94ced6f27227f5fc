/**
 * Building blocks of the scripts that an administrator of a shared server runs with psql. The scripts are constant: names and
 * verifiers come from environment variables, and psql quotes them as identifiers (`:"x"`) or as literals (`:'x'`).
 */

/**
 * Settings of an administrator's session. No lock is waited for without end: a role can hold locks on the server's shared
 * catalogs for as long as its transaction lasts.
 */
const SETTINGS = `set client_min_messages = error;
set search_path = pg_catalog;
set statement_timeout = 0;
set lock_timeout = '5min';
`;

/** Starts a script. @param variables psql variable → environment variable */
export function begin(variables: Record<string, string>): string {
  const set = Object.entries(variables).map(([name, from]) => `\\set ${name} \`printenv ${from}\``);
  return `${set.join('\n')}
\\set maintenance :DBNAME
\\set administrator :USER
${SETTINGS}`;
}

/**
 * Connects to another database as the administrator. Only for a database that this very script has created, or that no role
 * of an environment can reach: an administrator's session evaluates nothing that an app has defined.
 */
export const connect = (database: 'maintenance' | 'database' | 'building') => `\\connect :${database}
${SETTINGS}`;

/** Leaves a word for the stage in the status of the pod. */
export const answer = (text: string) => `\\o /dev/termination-log
\\qecho ${text}
\\o
`;

/** Creates a role that cannot sign in yet, if it is missing. */
export const role = (
  name: string,
) => `select not exists (select from pg_roles where rolname = :'${name}') as missing \\gset
\\if :missing
create role :"${name}" nologin nosuperuser nocreatedb nocreaterole noreplication;
\\endif
grant :"${name}" to current_user;
`;

/** Lets a role sign in. */
export const signIn = (
  name: string,
) => `alter role :"${name}" login password :'verifier' connection limit ${CONNECTIONS};
`;

/** Copies of a template hold this lock shared, its replacement holds it alone: no copy begins while the template is renamed. */
export const templateLock = (kind: '' | '_shared') =>
  `select pg_advisory_lock${kind}(hashtext('slipway.template'), hashtext(:'template')) as locked \\gset
`;

/** One script at a time works on a database: the lock is held until the session ends or connects to another database. */
export const DATABASE_LOCK = `select pg_advisory_lock(hashtext('slipway.database'), hashtext(:'database')) as alone \\gset
`;

/**
 * Connections that one environment may hold: fourteen environments at their limit leave the administrator the reserved ones of
 * a server that Slipway runs (`ARGS` of server-objects.ts).
 */
export const CONNECTIONS = 20;
