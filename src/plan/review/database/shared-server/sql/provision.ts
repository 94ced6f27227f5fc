import { CHECK_SERVER } from './check-server.ts';
import { dropDatabase, INVALID, lockOut } from './drop-database.ts';
import { mark, READ_MARK } from './mark.ts';
import { answer, begin, CONNECTIONS, connect, DATABASE_LOCK, role, signIn, templateLock } from './session.ts';

const COPY = `create database :"database" owner :"role" template :"template" connection limit 0 :strategy;`;

/**
 * Copies the template. A small one is copied through the log, a larger one as files, which costs two checkpoints. PostgreSQL 18
 * lets the file system share the blocks. Where the server may not clone files, as in a sandbox that refuses
 * copy_file_range(2), the copy is made again without cloning.
 * @see https://www.postgresql.org/docs/17/sql-createdatabase.html
 * @see https://www.postgresql.org/docs/18/runtime-config-resource.html#GUC-FILE-COPY-METHOD
 */
const COPY_TEMPLATE = `select current_setting('server_version_num')::int >= 150000 and pg_database_size(:'template') > 64 * 1024 * 1024 as large \\gset
select case when :'large' then 'strategy file_copy' else '' end as strategy, :'large' and exists (
  select from pg_settings where name = 'file_copy_method' and 'clone' = any (enumvals)) as clones \\gset
\\set copies true
\\if :clones
set file_copy_method = clone;
\\set ON_ERROR_STOP off
${COPY}
\\set ON_ERROR_STOP on
\\set copies :ERROR
set file_copy_method = copy;
\\if :copies
\\echo cloning the template failed (the reason is above): copying it
\\endif
\\endif
\\if :copies
${COPY}
\\endif
`;

/**
 * Defaults of the role's sessions: they end what an app has forgotten, and a session whose client is gone (from PostgreSQL
 * 14). An app can change all but the limit of temporary files, which only a superuser sets.
 * @see https://www.postgresql.org/docs/17/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
 */
const LIMITS = `alter role :"role" set statement_timeout = '1h';
alter role :"role" set lock_timeout = '10min';
alter role :"role" set idle_in_transaction_session_timeout = '1h';
select exists (select from pg_settings where name = 'client_connection_check_interval') as checks_clients \\gset
\\if :checks_clients
alter role :"role" set client_connection_check_interval = '10s';
\\endif
\\if :own
alter role :"role" set temp_file_limit = '2GB';
\\endif
`;

/**
 * Makes the role and the database of an environment, from the template where there is one. A complete database of this very
 * environment is kept, and opened again where a drop stopped after it had closed it. An incomplete or invalid one, and one of an
 * earlier environment, are dropped and made again: nobody else could sign in to an incomplete one, since its role cannot until
 * the database is complete. The administrator connects to a database only after having created it here: a database that was there
 * before may run code of its app in every session.
 */
export const PROVISION = `${begin({
  database: 'SLIPWAY_DATABASE',
  role: 'SLIPWAY_DATABASE',
  verifier: 'SLIPWAY_VERIFIER',
  template: 'SLIPWAY_TEMPLATE',
  builder: 'SLIPWAY_BUILDER',
  environment: 'SLIPWAY_ENVIRONMENT',
  own: 'SLIPWAY_OWN_SERVER',
})}
${CHECK_SERVER}
${DATABASE_LOCK}
${READ_MARK}
\\if :newer
\\warn database :database belongs to a newer environment: this Job is late, and makes nothing
do $$ begin raise exception 'the environment is gone'; end $$;
\\endif
select exists (select from pg_database where datname = :'database') as there,
  exists (select from pg_database where datname = :'database' and pg_get_userbyid(datdba) = :'role') as ours \\gset
select exists (select from pg_database where datname = :'database' and ${INVALID}) as invalid,
  exists (select from pg_database where datname = :'database' and not datallowconn) as closed \\gset
select :'there' and not :'ours' as foreign, :'ours' and :'complete' and not :'invalid' as kept,
  :'ours' and not (:'complete' and not :'invalid') as stale \\gset
\\if :foreign
\\warn database :database belongs to another role: it is not used
do $$ begin raise exception 'the database is not one of Slipway''s'; end $$;
\\endif
\\set made kept
\\set seeded :its_seed
\\if :kept
\\if :closed
alter database :"database" with allow_connections true connection limit ${CONNECTIONS};
\\echo database :database was closed by a drop that did not end: it is open again
\\endif
\\else
${role('role')}
${lockOut('role')}
\\if :stale
${dropDatabase('database', 'role')}
\\echo dropped database :database, which was incomplete or belonged to an earlier environment
\\endif
${mark("''")}
${templateLock('_shared')}
select coalesce((select shobj_description(oid, 'pg_database') from pg_database where datname = :'template'), '') as template_mark,
  exists (select from pg_database where datname = :'template') as templated,
  exists (select from pg_roles where rolname = :'builder') as has_builder \\gset
\\set seeded ''
\\if :templated
\\set made template
select case when :'template_mark' = 'slipway: seeded' then 'seeded' else '' end as seeded \\gset
${COPY_TEMPLATE}
\\else
\\set made empty
create database :"database" owner :"role" connection limit 0;
\\endif
revoke all on database :"database" from public;
\\if :templated
\\if :has_builder
${connect('database')}
reassign owned by :"builder" to :"role";
${connect('maintenance')}
\\endif
\\endif
${LIMITS}
alter database :"database" connection limit ${CONNECTIONS};
${mark("'complete ' || :'seeded'")}
\\endif
${signIn('role')}
${answer(':made :seeded')}
select :'made' <> 'kept' as new \\gset
\\if :new
select pg_size_pretty(pg_database_size(:'database')) as size \\gset
\\echo database :database is made (:made), :size
\\else
\\echo database :database is there already
\\endif
`;
