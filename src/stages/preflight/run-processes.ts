import type { PreflightPlan } from '../../plan/preflight/preflight-plan.ts';
import type { ProcessPlan } from '../../plan/preflight/process-plan.ts';
import type { LocalImage } from '../../ports.ts';
import { type Finding, finding } from '../../preflight/finding.ts';
import type { StartedProcess } from '../../preflight/running/facts.ts';
import { judgeRun } from '../../preflight/running/judge.ts';
import { inPool } from '../pool.ts';
import type { Steps } from '../steps.ts';
import { Problem } from '../test/problem.ts';
import { Scope } from '../test/scope.ts';
import { startServices } from '../test/services.ts';
import {
  containerName,
  type Ended,
  observeProcess,
  type Restricted,
  type Surroundings,
  tryRestricted,
} from './observe.ts';
import type { PreflightPorts } from './ports.ts';
import type { Observed } from './result.ts';
import { DNS_OPTIONS } from './start-process.ts';

/** Milliseconds after which a killed run counts as over. */
const MOST_MS = 5 * 60_000;
/** Starts side by side: with more, each takes longer and says less about its time. */
const AT_ONCE = 4;
const LOG_LINES = 20;

type Images = ReadonlyMap<string, LocalImage>;

export interface Ran {
  observed: Observed[];
  findings: Finding[];
}

/** Starts the services, the migration and all processes on a network that reaches nothing outside, and removes everything. */
export async function runProcesses(
  plan: PreflightPlan,
  images: Images,
  steps: Steps,
  ports: PreflightPorts,
): Promise<Ran> {
  if (plan.processes.length === 0) return { observed: [], findings: [] };
  const scope = new Scope('preflight', MOST_MS, plan, ports);
  try {
    await scope.open(true);
    const { lost, migration } = await steps.run('start the services', () => prepare(plan, images, scope, ports));
    const migrated = await steps.run('migrate', () => migrate(plan, migration, lost, ports));
    scope.discard(MIGRATION);
    const missing = [...lost, ...(migrated.length > 0 ? ['a migrated database'] : [])];
    const work = () => observeAll(plan, images, { scope, missing }, ports);
    const ran = await steps.run('start the processes', work);
    return { ...ran, findings: [...migrated, ...ran.findings] };
  } finally {
    await scope.close();
  }
}

/** What the processes need: the services that could not be started, and the container of the migration, created beside them. */
async function prepare(
  plan: PreflightPlan,
  images: Images,
  scope: Scope,
  ports: PreflightPorts,
): Promise<{ lost: string[]; migration: string | undefined }> {
  // Both end before a failure is reported, so that nothing is created after `close`.
  const [lost, migration] = await Promise.allSettled([
    servicesOf(plan, scope, ports),
    createMigration(plan, images, scope),
  ]);
  if (lost.status === 'rejected') throw lost.reason;
  if (migration.status === 'rejected') throw migration.reason;
  return { lost: lost.value, migration: migration.value };
}

/** A service that does not start is missing, as in a cluster without it; it is no reason to see nothing. */
async function servicesOf({ services }: PreflightPlan, scope: Scope, ports: PreflightPorts): Promise<string[]> {
  try {
    await startServices(services, scope, ports);
    return [];
  } catch (error) {
    if (!(error instanceof Problem) || ports.signal.aborted) throw error;
    ports.log.warning(error.message);
    return services.map(({ name }) => `service ${name}`);
  }
}

const MIGRATION = 'migration';

async function createMigration(
  { migration }: PreflightPlan,
  images: Images,
  scope: Scope,
): Promise<string | undefined> {
  const image = migration && images.get(migration.image);
  if (migration === undefined || image === undefined) return undefined;
  const { env, command, entrypoint, workdir, restrictions } = migration;
  const given = {
    dnsOptions: DNS_OPTIONS,
    env,
    restrictions,
    ...(command && { command }),
    ...(entrypoint && { entrypoint }),
    ...(workdir && { workdir }),
  };
  return scope.create(MIGRATION, { image: image.id, network: scope.network, ...given });
}

/** @param id of the container; undefined: there is no migration */
async function migrate(
  { migration }: PreflightPlan,
  id: string | undefined,
  lost: readonly string[],
  { containers, signal, log }: PreflightPorts,
): Promise<Finding[]> {
  if (migration === undefined || id === undefined || lost.length > 0) return [];
  const lines: string[] = [];
  const exitCode = await containers.attach(id, (line) => lines.push(line), signal);
  if (exitCode === 0) return [];
  for (const line of lines.slice(-LOG_LINES)) log.output(line);
  const [last = ''] = await containers.logs(id, 1);
  return [
    finding('migration-fails', {
      where: { object: 'deploy.migrate' },
      confidence: migration.missing.length === 0 ? 'likely' : 'possible',
      seen: `it ended with exit code ${exitCode}; its last line: ${last}`,
      remedy: 'Its log is in the log of preflight. Run it against an empty database of the version in slipway.yml.',
    }),
  ];
}

/** Each process once as configured and once with the strictest settings, side by side. */
async function observeAll(
  plan: PreflightPlan,
  images: Images,
  { scope, missing }: { scope: Scope; missing: readonly string[] },
  ports: PreflightPorts,
): Promise<Ran> {
  const aroundOf = async (process: ProcessPlan): Promise<Surroundings | undefined> => {
    const image = images.get(process.image);
    if (image === undefined) return undefined;
    const helper = plan.services[0]?.image ?? image.id;
    return {
      image,
      details: await ports.observer.describe(image.id),
      scope,
      helper,
      portMs: plan.portMs,
      apiPaths: plan.apiPaths,
    };
  };
  // Those that are asked and ended take longer, so they come first.
  const starts = [
    ...plan.processes.map((process) => ({ process, restricted: false })),
    ...plan.processes.filter((one) => !isStrict(one)).map((process) => ({ process, restricted: true })),
  ];
  const results = await inPool(
    starts,
    async ({ process, restricted }): Promise<{ ended?: Ended; restricted?: Restricted }> => {
      const around = await aroundOf(process);
      if (around === undefined) return {};
      if (!restricted) return { ended: await observeProcess(process, around, ports) };
      const seen = await tryRestricted(process, around, ports);
      scope.discard(containerName(process, true));
      return { restricted: seen };
    },
    AT_ONCE,
  );
  // Nothing of them is needed any more, and a database takes a while to be removed.
  for (const { name } of plan.services) scope.discard(name);
  const all = await Promise.all(
    plan.processes.map(async (process): Promise<Observed[]> => {
      const own = results.filter((_, index) => starts[index]?.process === process);
      const ended = own.find((one) => one.ended !== undefined)?.ended;
      const restricted = own.find((one) => one.restricted !== undefined)?.restricted;
      return ended === undefined
        ? []
        : [{ plan: process, facts: { ...ended.facts, ...(await ended.left) }, restricted }];
    }),
  );
  const observed = all.flat();
  const findings = observed.flatMap(({ plan: process, facts }) =>
    judgeRun(startedOf(process, missing, plan.serviceNames), facts),
  );
  return { observed, findings };
}

function isStrict({ restrictions: { readOnlyRoot, dropCapabilities = [] } }: ProcessPlan): boolean {
  return readOnlyRoot === true && dropCapabilities.includes('ALL');
}

function startedOf(process: ProcessPlan, missing: readonly string[], services: readonly string[]): StartedProcess {
  return {
    object: `${process.kind} ${process.name}`,
    port: process.port,
    health: process.health?.path,
    graceMs: process.graceMs,
    memory: process.restrictions.memory,
    replicas: process.replicas,
    exactlyOk: process.exactlyOk,
    missing: [...process.missing, ...missing],
    services,
  };
}
