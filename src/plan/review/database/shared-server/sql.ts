/**
 * What an administrator of the shared server does, as scripts for psql. They are the same for everybody: names and verifiers
 * come from variables of the environment, and psql itself quotes them, as identifiers (`:"x"`) or as literals (`:'x'`).
 */

/** @param variables psql variable → environment variable */
function begin(variables: Record<string, string>): string {
  const set = Object.entries(variables).map(([name, from]) => `\\set ${name} \`printenv ${from}\``);
  return `${set.join('\n')}
\\set maintenance :DBNAME
set client_min_messages = error;
set search_path = pg_catalog;
`;
}

/** A session in another database is a new one. */
const connect = (database: string) => `\\connect :${database}
set client_min_messages = error;
set search_path = pg_catalog;
`;

/** Leaves a word for the stage in the status of the pod. */
const answer = (text: string) => `\\o /dev/termination-log
\\qecho ${text}
\\o
`;

const role = (
  name: string,
  attributes: string,
) => `select not exists (select from pg_roles where rolname = :'${name}') as missing \\gset
\\if :missing
create role :"${name}" nosuperuser nocreatedb nocreaterole noreplication;
\\endif
alter role :"${name}" ${attributes};
grant :"${name}" to current_user;
`;

/** Copies hold it shared, a swap alone: no copy begins while a template changes its name. */
const lock = (kind: '' | '_shared') =>
  `select pg_advisory_lock${kind}(hashtext('slipway.template'), hashtext(:'template')) as locked \\gset
`;

/** What is done to one database at a time: held until the session ends, or goes to another database. */
const alone = `select pg_advisory_lock(hashtext('slipway.database'), hashtext(:'database')) as alone \\gset
`;

/**
 * The comment on its role says which environment a database is of: since when its namespace is there, and the uid of that. So
 * whoever makes, finds or drops it knows whether it is the one that is meant, one that an earlier environment has left, or
 * that of one that was made since: Jobs can be late. The app, which owns its database, could change a comment on that; this
 * one it cannot.
 * @see https://www.postgresql.org/docs/17/sql-comment.html
 */
const MARK = `select 'slipway: ' || :'environment' as mark \\gset
comment on role :"role" is :'mark';
`;

/** `newer` and `older`: than the environment that is meant. Both are false where one of the two does not say. */
const AGE = `select coalesce((select substr(shobj_description(oid, 'pg_authid'), 10) from pg_roles
  where rolname = :'role' and shobj_description(oid, 'pg_authid') like 'slipway: %'), '') as its \\gset
select :'environment' <> '' and :'its' > :'environment' collate "C" as newer,
  :'its' <> '' and :'its' < :'environment' collate "C" as older \\gset
`;

const drop = `alter database :"database" allow_connections false;
drop database :"database" with (force);
`;

const COPY = `create database :"database" owner :"role" template :"template" connection limit 0 :strategy;`;

/**
 * Makes the role and the database of an environment, from the template where there is one. What is there of this very one is
 * kept: it may run again after it was killed anywhere. What an earlier one of the same pull request has left goes.
 * Until it is complete nobody else can connect (limit 0, and no CONNECT for PUBLIC).
 * Small templates are copied through the log, larger ones as files, which costs two checkpoints. PostgreSQL 18 lets the file
 * system share the blocks: Linux copies them itself where the file system cannot, and where copy_file_range(2) is refused as
 * such, as by a sandbox, the copy is made again without it.
 * @see https://www.postgresql.org/docs/17/sql-createdatabase.html
 * @see https://www.postgresql.org/docs/18/runtime-config-resource.html#GUC-FILE-COPY-METHOD
 */
export const PROVISION = `${begin({
  database: 'SLIPWAY_DATABASE',
  role: 'SLIPWAY_DATABASE',
  verifier: 'SLIPWAY_VERIFIER',
  template: 'SLIPWAY_TEMPLATE',
  owner: 'SLIPWAY_TEMPLATE_OWNER',
  environment: 'SLIPWAY_ENVIRONMENT',
  own: 'SLIPWAY_OWN_SERVER',
})}
\\if :own
revoke connect on database postgres, template1 from public;
\\endif
${alone}
${AGE}
\\if :newer
\\warn database :database is of an environment that was made since: this one is late, and makes nothing
do $$ begin raise exception 'the environment is gone'; end $$;
\\endif
${role('role', "login password :'verifier' connection limit 60")}
select :'older' and exists (
  select from pg_database where datname = :'database' and pg_get_userbyid(datdba) = :'role') as stale \\gset
\\if :stale
${drop}
\\echo database :database of an environment that is gone is dropped
\\endif
${MARK}
${lock('_shared')}
select exists (select from pg_database where datname = :'database') as there,
  exists (select from pg_database where datname = :'template') as templated \\gset
\\set made kept
\\if :there
\\elif :templated
\\set made template
select current_setting('server_version_num')::int >= 150000 and pg_database_size(:'template') > 64 * 1024 * 1024 as large \\gset
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
\\echo the template could not be cloned (the reason is above): it is copied
\\endif
\\endif
\\if :copies
${COPY}
\\endif
\\else
\\set made empty
create database :"database" owner :"role" connection limit 0;
\\endif
revoke all on database :"database" from public;
select coalesce(shobj_description(oid, 'pg_database') like 'slipway: complete%', false) as complete,
  case when shobj_description(oid, 'pg_database') = 'slipway: complete seeded' then 'seeded' else '' end as seeded
  from pg_database where datname = :'database' \\gset
\\if :complete
\\else
alter database :"database" connection limit 60;
${connect('database')}
select exists (select from pg_roles where rolname = :'owner') as owned, to_regclass('slipway.seed') is not null as marked \\gset
\\if :owned
reassign owned by :"owner" to :"role";
\\endif
\\if :marked
select case when exists (select from slipway.seed) then 'seeded' else '' end as seeded \\gset
\\endif
select rtrim('slipway: complete ' || :'seeded') as state \\gset
comment on database :"database" is :'state';
\\endif
${answer(':made :seeded')}
select :'made' <> 'kept' as new \\gset
\\if :new
select pg_size_pretty(pg_database_size(:'database')) as size \\gset
\\echo database :database is made (:made), :size
\\else
\\echo database :database is there already
\\endif
`;

/**
 * Drops the database and the role of an environment. Running it again is safe; what another role owns is left alone, and what
 * an environment has that was made since.
 * @see https://www.postgresql.org/docs/17/sql-dropdatabase.html
 */
export const DROP = `${begin({
  database: 'SLIPWAY_DATABASE',
  role: 'SLIPWAY_DATABASE',
  environment: 'SLIPWAY_ENVIRONMENT',
})}
${alone}
${AGE}
select exists (select from pg_database where datname = :'database') as there,
  exists (select from pg_database where datname = :'database' and pg_get_userbyid(datdba) = :'role') as ours,
  exists (select from pg_roles where rolname = :'role') as known \\gset
\\if :newer
\\set known false
\\echo database :database is of an environment that was made since: it stays
\\elif :ours
${drop}
\\echo database :database is dropped
\\elif :there
\\warn database :database belongs to another role: it is left alone
do $$ begin raise exception 'the database is not one of Slipway''s'; end $$;
\\endif
\\if :known
drop role :"role";
\\endif
select case when :'newer' then 'newer' else '' end as word \\gset
${answer(':word')}
`;

/** An empty database for a new template, and a role that may build it. What a run that was killed has left goes first. */
export const TEMPLATE_BEGIN = `${begin({
  building: 'SLIPWAY_BUILDING',
  builder: 'SLIPWAY_BUILDER',
  owner: 'SLIPWAY_TEMPLATE_OWNER',
  verifier: 'SLIPWAY_VERIFIER',
  own: 'SLIPWAY_OWN_SERVER',
})}
\\if :own
revoke connect on database postgres, template1 from public;
\\endif
${role('owner', 'nologin')}
${role('builder', "login password :'verifier' connection limit 60")}
drop database if exists :"building" with (force);
create database :"building" owner :"builder" connection limit 0;
revoke all on database :"building" from public;
alter database :"building" connection limit 60;
\\echo database :building is there to be filled
`;

/**
 * Makes a filled database the template: it is cleaned, given to a role that cannot sign in, closed, and takes the place of
 * the template before in one transaction. Copies that are under way are waited for, those that begin then wait.
 */
export const TEMPLATE_FINISH = `${begin({
  template: 'SLIPWAY_TEMPLATE',
  building: 'SLIPWAY_BUILDING',
  before: 'SLIPWAY_BEFORE',
  builder: 'SLIPWAY_BUILDER',
  owner: 'SLIPWAY_TEMPLATE_OWNER',
  seed: 'SLIPWAY_SEED',
})}
alter role :"builder" nologin;
${connect('building')}
select :'seed' <> '' as marks \\gset
\\if :marks
set role :"builder";
create schema if not exists slipway;
create table if not exists slipway.seed (
  once boolean primary key default true check (once), source text not null, at timestamptz not null default now()
);
insert into slipway.seed (source) values (:'seed') on conflict do nothing;
reset role;
\\endif
vacuum (freeze, analyze);
begin;
reassign owned by :"builder" to :"owner";
alter database :"building" owner to current_user;
commit;
${connect('maintenance')}
${lock('')}
select exists (select from pg_database where datname = :'template') as replaces,
  exists (select from pg_database where datname = :'before') as left_over \\gset
\\if :left_over
alter database :"before" is_template false;
drop database :"before" with (force);
\\endif
alter database :"building" with allow_connections false is_template true;
begin;
\\if :replaces
alter database :"template" rename to :"before";
\\endif
alter database :"building" rename to :"template";
commit;
\\if :replaces
alter database :"before" is_template false;
drop database :"before" with (force);
\\endif
select pg_size_pretty(pg_database_size(:'template')) as size \\gset
${answer(':size')}
\\echo the template :template is ready, :size
`;

/**
 * Runs a script with the connection that the environment gives, once the server answers: it may just be starting. What it
 * refuses, such as a wrong password, is not waited for.
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
