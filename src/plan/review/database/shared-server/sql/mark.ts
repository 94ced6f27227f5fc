/**
 * The comment on a role records which environment its database belongs to, and how far the database is:
 * `slipway: <creation time of the namespace> <its uid> [complete [seeded] | removed]`. A late Job therefore never touches the
 * database of a newer environment. The comment is on the role and not on the database: the app owns its database, and could
 * change a comment there.
 * @see https://www.postgresql.org/docs/17/sql-comment.html
 */

/** @param state psql expression of what follows the environment */
export const mark = (state: string) => `select rtrim('slipway: ' || :'environment' || ' ' || ${state}) as mark \\gset
comment on role :"role" is :'mark';
`;

/**
 * Reads the comment. `newer` and `older` compare the recorded environment with the one of the script; both are false where one
 * of the two does not name its environment. `complete` and `seeded` hold for this environment alone.
 */
export const READ_MARK = `select coalesce((select shobj_description(oid, 'pg_authid') from pg_roles
  where rolname = :'role' and shobj_description(oid, 'pg_authid') like 'slipway: %'), '') as mark \\gset
select rtrim(split_part(:'mark', ' ', 2) || ' ' || split_part(:'mark', ' ', 3)) as its,
  split_part(:'mark', ' ', 4) as its_state, split_part(:'mark', ' ', 5) as its_seed \\gset
select :'environment' <> '' and :'its' > :'environment' collate "C" as newer,
  :'its' <> '' and :'its' < :'environment' collate "C" as older,
  :'its' = :'environment' and :'its_state' = 'complete' as complete \\gset
`;

/** Begins the comment on each role of Slipway's: only an administrator can write it. */
export const MARKED = 'slipway: %';
