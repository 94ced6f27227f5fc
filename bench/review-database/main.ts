import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensurePlatform } from '../../local/platform.ts';
import { templateJobs } from '../../src/plan/review/database/shared-server/template-jobs.ts';
import { requestFor } from '../../src/stages/apply/request.ts';
import { rollOut } from '../../src/stages/apply/roll-out.ts';
import { databaseObjects, makePassword, readDatabase } from '../../src/stages/review/database/database.ts';
import { runAdminJob } from '../../src/stages/review/database/shared-server/admin-job.ts';
import { dropDatabases, findDatabases } from '../../src/stages/review/database/shared-server/drop.ts';
import { provision } from '../../src/stages/review/database/shared-server/provision.ts';
import { ensureServer } from '../../src/stages/review/database/shared-server/server.ts';
import { ratio, spread, table, time } from '../rollout/statistics.ts';
import { REPOSITORY_ID, SERVER_NAMESPACE, Site } from './site.ts';

const TABLES = 4;
/** With its two indexes a row takes about 270 bytes. */
const BYTES_PER_ROW = 270;
const DUMP = '/var/lib/slipway/bench.dump';

/** `npm run bench -- review-database [--runs 3] [--gigabytes 1]`: prints a Markdown table; progress goes to stderr. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string' }, gigabytes: { type: 'string' } } });
  const runs = Number(values.runs ?? 3);
  const bytes = Number(values.gigabytes ?? 1) * 1e9;
  if (!(runs >= 1) || !(bytes >= 1e6 && bytes <= 4e9)) throw new Error('--runs is a number, --gigabytes one up to 4');
  const site = new Site(await ensurePlatform());
  const namespaces = [SERVER_NAMESPACE, ...Array.from({ length: runs }, (_, run) => isolatedName(run))];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void site.remove(namespaces).finally(() => process.exit(1)));
  }
  try {
    const size = await template(site, Math.ceil(bytes / TABLES / BYTES_PER_ROW));
    const seen: Measured[] = [];
    for (let run = 0; run < runs; run++) seen.push(await measure(site, run));
    tell(seen, size);
  } finally {
    await site.remove(namespaces);
  }
}

/** Milliseconds of one run. */
interface Measured {
  copy: number;
  logged: number;
  shared: number;
  restored: number;
  isolated: number;
}

const isolatedName = (run: number) => `slipway-bench-isolated-${run}`;

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  const ms = performance.now() - begin;
  console.error(`${what}: ${(ms / 1000).toFixed(2)} s`);
  return ms;
}

/** The server, the template as `operation: template` makes it, and a dump of the same. @returns its size in words */
async function template(site: Site, rows: number): Promise<string> {
  const { stage } = site;
  const database = site.database(0, 'shared');
  await timed('server', () => ensureServer(database, stage, false));
  const owner = { app: 'bench', repositoryId: REPOSITORY_ID, number: 0 };
  const jobs = templateJobs(database, owner, SERVER_NAMESPACE, randomBytes(24).toString('hex'), '');
  await runAdminJob(jobs.begin, stage);
  const { building, builder } = database.server.template;
  const tables = Array.from({ length: TABLES }, (_, t) => filled(`rows_${t}`, rows)).join('\n');
  const fill = `psql -Xq -v ON_ERROR_STOP=1 -d ${building} <<'SQL'\nset role ${builder};\n${tables}\nreset role;\nvacuum (freeze, analyze);\nSQL`;
  await timed('fill', () => site.inServer(fill));
  await timed('dump', () => site.inServer(`pg_dump -Fc -Z1 -f ${DUMP} ${building}`));
  return runAdminJob(jobs.finish, stage);
}

function filled(name: string, rows: number): string {
  return `create table ${name} as select g as id, md5(g::text) as a, repeat(md5(g::text), 3) as b from generate_series(1, ${rows}) g;
alter table ${name} add primary key (id);
create index on ${name} (a);`;
}

/** Each way once, in turn; what it made goes before the next begins. */
async function measure(site: Site, run: number): Promise<Measured> {
  const { cluster, stage } = site;
  const owner = { app: 'bench', repositoryId: REPOSITORY_ID, number: run + 1 };
  const database = site.database(owner.number, 'shared');
  const copied = async (strategy: 'file_copy' | 'wal_log') => {
    const sql = `create database copied template ${database.server.template.template} strategy ${strategy}`;
    const ms = await timed(`CREATE DATABASE, ${strategy}`, () => site.inServer(`psql -Xq -c '${sql}'`));
    await site.inServer('dropdb copied');
    return ms;
  };
  const copy = await copied('file_copy');
  const logged = await copied('wal_log');
  const made = {
    environment: { name: 'bench', uid: `bench-${run}`, since: new Date().toISOString() },
    password: 'a'.repeat(48),
  };
  const shared = await timed('shared', () => provision(database, owner, made, stage));
  await dropDatabases(await findDatabases(`slipway.dev/repository-id=${REPOSITORY_ID}`, cluster), stage);
  const restore = `createdb restored; pg_restore -j2 --no-owner -d restored ${DUMP}`;
  const restored = await timed('pg_restore -j2', () => site.inServer(restore));
  await site.inServer('dropdb restored');
  const isolated = await timed('isolated', () => fromScratch(site, run));
  await site.remove([isolatedName(run)]);
  return { copy, logged, shared, restored, isolated };
}

/** A server of its own from nothing, as an environment makes it, and the same data in it. */
async function fromScratch(site: Site, run: number): Promise<void> {
  const { cluster, stage } = site;
  const namespace = isolatedName(run);
  const owner = { app: 'bench', repositoryId: REPOSITORY_ID, number: run + 1 };
  const database = site.database(owner.number, 'isolated');
  await cluster.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { fieldManager: 'bench' },
  );
  const live = await readDatabase(namespace, cluster);
  const password = await makePassword(live, database, owner, namespace, stage);
  const objects = databaseObjects(live, database, owner, namespace);
  const request = requestFor(stage, { namespace, objects, deadlineMs: 600_000, fieldManager: 'bench' });
  const report = await rollOut(request, stage);
  if (report.error) throw report.error;
  const host = `database.${namespace}.svc`;
  const { user } = database;
  const restore = `PGHOST=${host} PGUSER=${user} PGPASSWORD="$BENCH_PASSWORD" pg_restore -j2 --no-owner -d ${user} ${DUMP}`;
  await site.inServer(restore, { BENCH_PASSWORD: password });
}

function tell(seen: readonly Measured[], size: string): void {
  const of = (key: keyof Measured) => spread(seen.map((one) => one[key]));
  const row = (what: string, key: keyof Measured) => [what, time(of(key)), ratio(of(key), of('shared'))];
  console.log(`A database of ${size}, ${seen.length} runs, each way in turn: median (lowest–highest).\n`);
  const rows = [
    row('`shared`: role and database from the template, until the run goes on', 'shared'),
    row('of it `CREATE DATABASE … TEMPLATE … STRATEGY file_copy`', 'copy'),
    row('the same with `STRATEGY wal_log`, which is not used for this size', 'logged'),
    row('`pg_restore -j2` into a new database of the same server', 'restored'),
    row('`isolated`: a server of its own from nothing, then `pg_restore -j2`', 'isolated'),
  ];
  console.log(table(['way', 'time', 'over `shared`'], rows));
  console.log(`\n\`pg_restore -j2\` over \`CREATE DATABASE\`: ${ratio(of('restored'), of('copy'))}`);
}
