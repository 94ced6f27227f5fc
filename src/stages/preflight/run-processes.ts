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
import { observeProcess, type Surroundings, tryRestricted } from './observe.ts';
import type { PreflightPorts } from './ports.ts';
import type { Observed } from './result.ts';

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
    const lost = await steps.run('start the services', () => servicesOf(plan, scope, ports));
    const migrated = await steps.run('migrate', () => migrate(plan, images, scope, lost, ports));
    const missing = [...lost, ...(migrated.length > 0 ? ['a migrated database'] : [])];
    const work = () => observeAll(plan, images, { scope, missing }, ports);
    const ran = await steps.run('start the processes', work);
    return { ...ran, findings: [...migrated, ...ran.findings] };
  } finally {
    await scope.close();
  }
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

async function migrate(
  { migration }: PreflightPlan,
  images: Images,
  scope: Scope,
  lost: readonly string[],
  { containers, signal, log }: PreflightPorts,
): Promise<Finding[]> {
  const image = migration && images.get(migration.image);
  if (migration === undefined || image === undefined || lost.length > 0) return [];
  const { env, command, entrypoint, workdir, restrictions, missing } = migration;
  const given = {
    env,
    restrictions,
    ...(command && { command }),
    ...(entrypoint && { entrypoint }),
    ...(workdir && { workdir }),
  };
  const id = await scope.create('migration', { image: image.id, network: scope.network, ...given });
  const lines: string[] = [];
  const exitCode = await containers.attach(id, (line) => lines.push(line), signal);
  if (exitCode === 0) return [];
  for (const line of lines.slice(-LOG_LINES)) log.output(line);
  const [last = ''] = await containers.logs(id, 1);
  return [
    finding('migration-fails', {
      where: { object: 'deploy.migrate' },
      confidence: missing.length === 0 ? 'likely' : 'possible',
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
  const starts = plan.processes.flatMap((process) => [
    { process, restricted: false },
    ...(isStrict(process) ? [] : [{ process, restricted: true }]),
  ]);
  const results = await inPool(
    starts,
    async ({ process, restricted }) => {
      const around = await aroundOf(process);
      if (around === undefined) return {};
      if (restricted) return { restricted: await tryRestricted(process, around, ports) };
      return { facts: await observeProcess(process, around, ports) };
    },
    AT_ONCE,
  );
  const observed: Observed[] = [];
  for (const process of plan.processes) {
    const own = results.filter((_, index) => starts[index]?.process === process);
    const facts = own.find((one) => 'facts' in one)?.facts;
    if (facts) observed.push({ plan: process, facts, restricted: own.find((one) => 'restricted' in one)?.restricted });
  }
  const findings = observed.flatMap(({ plan: process, facts }) => judgeRun(startedOf(process, missing), facts));
  return { observed, findings };
}

function isStrict({ restrictions: { readOnlyRoot, dropCapabilities = [] } }: ProcessPlan): boolean {
  return readOnlyRoot === true && dropCapabilities.includes('ALL');
}

function startedOf(process: ProcessPlan, missing: readonly string[]): StartedProcess {
  return {
    object: `${process.kind} ${process.name}`,
    port: process.port,
    health: process.health?.path,
    graceMs: process.graceMs,
    memory: process.restrictions.memory,
    replicas: process.replicas,
    exactlyOk: process.exactlyOk,
    missing: [...process.missing, ...missing],
  };
}
