import { CHECK_SERVER } from './check-server.ts';
import { dropDatabase, lockOut } from './drop-database.ts';
import { answer, begin, CONNECTIONS, connect, role, signIn, templateLock } from './session.ts';

/**
 * Makes an empty database for a new template, and lets the role that builds it sign in. What a killed run has left is dropped
 * first. That role owns what is in the database, but not the database: `reassign owned`, which gives the objects of a copy to
 * the role of its environment, also gives away databases. Before PostgreSQL 15 every role may create in the schema public.
 */
export const TEMPLATE_BEGIN = `${begin({
  building: 'SLIPWAY_BUILDING',
  builder: 'SLIPWAY_BUILDER',
  verifier: 'SLIPWAY_VERIFIER',
  own: 'SLIPWAY_OWN_SERVER',
})}
${CHECK_SERVER}
${role('builder')}
${lockOut('builder')}
comment on role :"builder" is 'slipway: builder';
select exists (select from pg_database where datname = :'building') as left_over \\gset
\\if :left_over
${dropDatabase('building', 'builder')}
\\endif
create database :"building" connection limit 0;
revoke all on database :"building" from public;
grant all on database :"building" to :"builder";
select current_setting('server_version_num')::int >= 150000 as owned_schema \\gset
\\if :owned_schema
${connect('building')}
alter schema public owner to :"builder";
${connect('maintenance')}
\\endif
alter database :"building" connection limit ${CONNECTIONS};
${signIn('builder')}\\echo database :building is ready to be filled
`;

/** The template before, once the new one has its name. Nobody can connect to it: copies of it have ended (`templateLock`). */
const DROP_BEFORE = `alter database :"before" is_template false;
drop database :"before" with (force);
`;

/**
 * Makes a filled database the template: it is closed, and replaces the template before in one
 * transaction. Waits for copies that are being made; copies that begin now wait for it.
 */
export const TEMPLATE_FINISH = `${begin({
  template: 'SLIPWAY_TEMPLATE',
  building: 'SLIPWAY_BUILDING',
  before: 'SLIPWAY_BEFORE',
  builder: 'SLIPWAY_BUILDER',
  seed: 'SLIPWAY_SEED',
})}
${lockOut('builder')}
alter role :"builder" password null;
select case when :'seed' = '' then 'slipway: empty' else 'slipway: seeded' end as mark \\gset
comment on database :"building" is :'mark';
${templateLock('')}
select exists (select from pg_database where datname = :'template') as replaces,
  exists (select from pg_database where datname = :'before') as left_over \\gset
\\if :left_over
${DROP_BEFORE}
\\endif
alter database :"building" with allow_connections false is_template true;
begin;
\\if :replaces
alter database :"template" rename to :"before";
\\endif
alter database :"building" rename to :"template";
commit;
\\if :replaces
${DROP_BEFORE}
\\endif
select pg_size_pretty(pg_database_size(:'template')) as size \\gset
${answer(':size')}
\\echo the template :template is ready, :size
`;
