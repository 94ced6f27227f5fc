import { MARKED } from './mark.ts';

/**
 * Databases of cloud providers, which are closed by their pg_hba.conf and not by privileges.
 * @see https://cloud.google.com/sql/docs/postgres/create-manage-databases
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html
 * @see https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-servers
 */
const OF_PROVIDERS = ['cloudsqladmin', 'alloydbadmin', 'rdsadmin', 'azure_maintenance', 'azure_sys'];

const OPEN = `datallowconn and has_database_privilege('public', oid, 'connect')`;

/**
 * The SQL that closes a server, one statement a row: no row where the role of an environment reaches its own database alone. The
 * administrator may be one of those who connect as PUBLIC. A database that its app opens to PUBLIC is not counted: it must not
 * keep others from a database.
 */
const FIXES = `select fix from (
select 1 as place, format('grant connect on database %I to %I;', datname, current_user) as fix from pg_database
  where ${OPEN} and datname = current_database() and not (select rolsuper from pg_roles where rolname = current_user)
union all
select 2, format('revoke connect on database %I from public;', datname) from pg_database
  where ${OPEN}
    and datname not in (${OF_PROVIDERS.map((name) => `'${name}'`).join(', ')})
    and coalesce(shobj_description(datdba, 'pg_authid'), '') not like '${MARKED}'
union all
select 3, format('revoke create on schema %I from public; -- in database %I', nspname, current_database()) from pg_namespace
  where nspname !~ '^pg_' and has_schema_privilege('public', oid, 'create')
union all
select 4, format('revoke create on tablespace %I from public;', spcname) from pg_tablespace
  where has_tablespace_privilege('public', oid, 'create')
) as fixes order by place, fix`;

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
