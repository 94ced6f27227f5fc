import { MARKED } from './mark.ts';

/**
 * Databases of cloud providers, which are closed by their pg_hba.conf and not by privileges.
 * @see https://cloud.google.com/sql/docs/postgres/create-manage-databases
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html
 * @see https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-servers
 */
const OF_PROVIDERS = ['cloudsqladmin', 'alloydbadmin', 'rdsadmin', 'azure_maintenance', 'azure_sys'];

/**
 * The SQL that closes a server, one statement a row: none where the role of an environment reaches its own database alone.
 * What an app opens to PUBLIC in its own database is its own affair, and must not keep others from a database.
 */
const FIXES = `select format('revoke connect on database %I from public;', datname) as fix from pg_database
  where datallowconn and has_database_privilege('public', oid, 'connect')
    and datname not in (${OF_PROVIDERS.map((name) => `'${name}'`).join(', ')})
    and coalesce(shobj_description(datdba, 'pg_authid'), '') not like '${MARKED}'
union all
select format('revoke create on schema %I from public; -- in database %I', nspname, current_database()) from pg_namespace
  where nspname !~ '^pg_' and has_schema_privilege('public', oid, 'create')
union all
select format('revoke create on tablespace %I from public;', spcname) from pg_tablespace
  where has_tablespace_privilege('public', oid, 'create')`;

/** First word of the answer of a server that was refused; the SQL that closes it follows, one statement a line. */
export const REFUSED = 'refused';

/**
 * Closes a server that Slipway runs. A server of somebody else's is not changed: where a role of an environment could reach
 * more than its own database, the script ends, and its answer is the SQL that closes the server.
 */
export const CHECK_SERVER = `\\if :own
revoke connect on database postgres, template1 from public;
\\else
select exists (${FIXES}) as open \\gset
\\if :open
\\pset tuples_only on
\\pset format unaligned
\\o /dev/termination-log
\\qecho ${REFUSED}
${FIXES};
\\o
\\warn every role can reach more of this server than its own database: nothing was made
\\quit
\\endif
\\endif
`;
