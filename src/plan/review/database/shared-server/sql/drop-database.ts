/**
 * Drops a database that its owner may have tried to keep. The owner can make it a template, hold an uncommitted change of its
 * row in pg_database, leave sessions without a client, and prepare transactions where the server allows that. The role
 * therefore loses its sign-in and its sessions first.
 */

/**
 * Ends all sessions of a role whose sign-in was taken. A session that was signing in at that moment appears late, so this
 * looks again until there is none.
 */
const endSessions = (role: string) => `select set_config('slipway.role', :'${role}', false) as role_is \\gset
do $$
declare deadline timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    perform pg_terminate_backend(pid) from pg_stat_activity
      where usename = current_setting('slipway.role') and pid <> pg_backend_pid();
    exit when not found or clock_timestamp() > deadline;
    perform pg_sleep(0.1);
    perform pg_stat_clear_snapshot();
  end loop;
end $$;
`;

/**
 * Takes the sign-in from a role and ends its sessions. A session can hold an uncommitted change of the role itself (its
 * password), so the sessions are ended first, and once more when no new one can begin.
 */
export const lockOut = (role: string) => `select set_config('slipway.role', :'${role}', false) as role_is \\gset
do $$
declare tries int := 0;
begin
  loop
    perform pg_terminate_backend(pid) from pg_stat_activity
      where usename = current_setting('slipway.role') and pid <> pg_backend_pid();
    begin
      set local lock_timeout = '1s';
      execute format('alter role %I nologin connection limit 0', current_setting('slipway.role'));
      exit;
    exception when internal_error or lock_not_available then
      tries := tries + 1;
      if tries > 60 then raise; end if;
      perform pg_sleep(0.2);
      perform pg_stat_clear_snapshot();
    end;
  end loop;
end $$;
${endSessions(role)}`;

/**
 * Rolls back what the role has prepared: nobody can drop a database with a prepared transaction, and only a session in that
 * database ends one. The session is the role's own, with a password that lives as long as it: an administrator does not
 * connect to a database of an app.
 * @see https://www.postgresql.org/docs/17/sql-rollback-prepared.html
 */
const rollbackPrepared = (
  database: string,
  role: string,
) => `select exists (select from pg_prepared_xacts where database = :'${database}' and owner = :'${role}') as prepared,
  gen_random_uuid() as password \\gset
\\if :prepared
alter database :"${database}" with allow_connections true connection limit 1;
alter role :"${role}" login password :'password' connection limit 1;
select format('dbname=%s user=%s password=%s', :'${database}', :'${role}', :'password') as login,
  format('dbname=%s user=%s', :'maintenance', :'administrator') as back \\gset
\\connect -reuse-previous=on :login
set search_path = pg_catalog;
set statement_timeout = '1min';
select format('rollback prepared %L', gid) from pg_catalog.pg_prepared_xacts
  where database = current_database() and owner = current_user \\gexec
\\connect -reuse-previous=on :back
set client_min_messages = error;
set search_path = pg_catalog;
set statement_timeout = 0;
set lock_timeout = '5min';
alter role :"${role}" nologin password null connection limit 0;
${endSessions(role)}\\endif
`;

/**
 * Limit of a database whose drop was interrupted: nothing but dropping it again is possible.
 * @see https://www.postgresql.org/docs/17/catalog-pg-database.html
 */
export const INVALID = 'datconnlimit = -2';

/**
 * Waits out changes of the row in pg_database that other sessions have not committed, such as those that were ended above.
 * "tuple concurrently updated" is an internal_error.
 */
const close = (database: string) => `select set_config('slipway.database', :'${database}', false) as database_is \\gset
do $$
declare tries int := 0;
begin
  loop
    exit when exists (select from pg_database where datname = current_setting('slipway.database') and ${INVALID});
    begin
      set local lock_timeout = '1s';
      execute format('alter database %I with is_template false allow_connections false connection limit 0', current_setting('slipway.database'));
      exit;
    exception when internal_error or lock_not_available then
      tries := tries + 1;
      if tries > 60 then raise; end if;
      perform pg_sleep(0.2);
    end;
  end loop;
end $$;
`;

/** Drops a database that exists. @param role psql variable with the one role that can sign in to it; it is locked out */
export const dropDatabase = (database: string, role: string) => `${lockOut(role)}
${rollbackPrepared(database, role)}
${close(database)}
drop database :"${database}" with (force);
`;
