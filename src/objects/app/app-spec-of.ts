import type { Config } from '../../config/schema.ts';
import { podOf, type WantedCron, type WantedProcess, type Workloads } from '../../config/workloads.ts';
import { parseDuration } from '../../text/duration.ts';
import type { AppSpec, CronSpec, PodPart, ProcessSpec } from './app-spec.ts';
import { fewestPods } from './autoscaler.ts';

/** The part of the spec that needs neither the registry nor the cluster. */
export type PlannedApp = Omit<AppSpec, 'images' | 'nativeSleep' | 'commit'>;

/** What an environment decides about the whole app. */
export type Placement = Pick<PlannedApp, 'namespace' | 'ingress' | 'labels' | 'security' | 'connections' | 'number'>;

const DEFAULT_STARTUP = '60s';
/** Nothing answers for a process without a port: one that cannot reach its queue has ended by then. */
const DEFAULT_UNPROBED_STARTUP = '10s';
const DEFAULT_DRAIN = '5s';
const DEFAULT_GRACE = '30s';
const DEFAULT_HISTORY = 3;

/**
 * The app of slipway.yml in one environment. Every key about a pod passes through here unchanged, so that a new key needs the
 * schema and its builder only.
 * @throws UserError for what is not a duration
 */
export function appSpecOf(app: Config['app'], workloads: Workloads, placement: Placement): PlannedApp {
  const isShort = workloads.form === 'short';
  const processes = Object.entries(workloads.processes);
  const nameOf = (process: string) => (isShort ? app : `${app}-${process}`);
  return {
    ...placement,
    name: app,
    processes: processes.map(([name, process]) => ({
      ...processSpec(isShort ? 'deploy' : `deploy.processes.${name}`, process),
      ...partOf(nameOf(name), name, process),
      container: isShort ? app : name,
      paths: process.paths,
      after: (process.after ?? []).map(nameOf),
    })),
    crons: Object.entries(workloads.crons).map(([name, cron]) => ({
      ...cronSpec(`deploy.crons.${name}`, cron),
      ...partOf(`${app}-${name}`, name, cron),
    })),
  };
}

/** What a process and a cron have in common: the keys about a pod, and their names. */
function partOf(name: string, component: string, given: WantedProcess | WantedCron): PodPart {
  const { image, command } = given;
  const { env = {}, secrets = [], podAnnotations = {}, ...keys } = podOf(given);
  return { ...keys, name, component, container: component, image, command, env, secrets, podAnnotations };
}

type OwnOfProcess = Omit<ProcessSpec, keyof PodPart | 'paths' | 'after'>;

function processSpec(where: string, process: WantedProcess): OwnOfProcess {
  const {
    port,
    health,
    replicas,
    host,
    probes,
    autoscale,
    startup = port === undefined && probes?.startup === undefined ? DEFAULT_UNPROBED_STARTUP : DEFAULT_STARTUP,
    drain = DEFAULT_DRAIN,
    grace = DEFAULT_GRACE,
  } = process;
  return {
    port,
    health,
    replicas: autoscale ? fewestPods(autoscale) : replicas,
    host,
    probes,
    autoscale: autoscale || undefined,
    startupMs: parseDuration(startup, `${where}.startup`),
    ...(process.startup === undefined ? {} : { startupGiven: true }),
    drainMs: parseDuration(drain, `${where}.drain`),
    graceMs: parseDuration(grace, `${where}.grace`),
  };
}

function cronSpec(where: string, cron: WantedCron): Omit<CronSpec, keyof PodPart> {
  const {
    schedule,
    timeZone,
    deadline,
    concurrency = 'forbid',
    history = DEFAULT_HISTORY,
    retries = 0,
    suspend,
  } = cron;
  return {
    schedule,
    timeZone,
    deadlineMs: deadline === undefined ? undefined : parseDuration(deadline, `${where}.deadline`),
    concurrency,
    history,
    retries,
    suspend,
  };
}
