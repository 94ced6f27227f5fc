import { dropDatabase, lockOut } from './drop-database.ts';
import { mark, READ_MARK } from './mark.ts';
import { answer, begin, DATABASE_LOCK } from './session.ts';

/** Answer of a drop that found the database of a newer environment, and left it. */
export const NEWER = 'newer';
/** Answer of a drop that could not drop the role: the role can do nothing, and the next drop tries again. */
export const ROLE_STAYS = 'role-stays';

/**
 * Drops the role. Every role can see it and grant it privileges on what it owns, which keeps a role from being dropped, also
 * while the grant is not committed. `drop owned` takes away such privileges on databases; privileges within the database of
 * another environment end with that database. A role that stays cannot sign in.
 * @see https://www.postgresql.org/docs/17/sql-drop-owned.html
 */
const DROP_ROLE = `${lockOut('role')}
alter role :"role" password null;
set lock_timeout = '3s';
\\set ON_ERROR_STOP off
drop owned by :"role";
drop role :"role";
\\set stays :ERROR
\\set ON_ERROR_STOP on
set lock_timeout = '5min';
\\if :stays
${mark("'removed'")}
\\set word ${ROLE_STAYS}
\\echo role :role cannot be dropped yet (the reason is above): it can no longer sign in, and a later run drops it
\\endif
`;

/**
 * Drops the database and the role of an environment. Running it again is safe. A database that another role owns, and that
 * of a newer environment, are kept.
 * @see https://www.postgresql.org/docs/17/sql-dropdatabase.html
 */
export const DROP = `${begin({
  database: 'SLIPWAY_DATABASE',
  role: 'SLIPWAY_DATABASE',
  environment: 'SLIPWAY_ENVIRONMENT',
})}
${DATABASE_LOCK}
${READ_MARK}
select exists (select from pg_database where datname = :'database') as there,
  exists (select from pg_database where datname = :'database' and pg_get_userbyid(datdba) = :'role') as ours,
  exists (select from pg_roles where rolname = :'role') as known \\gset
\\set word ''
\\if :newer
\\set known false
\\set word ${NEWER}
\\echo database :database belongs to a newer environment: keeping it
\\elif :ours
${dropDatabase('database', 'role')}
\\echo database :database is dropped
\\elif :there
\\warn database :database belongs to another role: it is left alone
do $$ begin raise exception 'the database is not one of Slipway''s'; end $$;
\\endif
\\if :known
${DROP_ROLE}
\\endif
${answer(':word')}
`;
