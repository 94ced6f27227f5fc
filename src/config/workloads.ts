import { onlyImage } from './images.ts';
import { podShape } from './process-schema.ts';
import type { Config, CronConfig, EnvironmentConfig, MigrateConfig, PodConfig, ProcessConfig } from './schema.ts';

type Named<T> = T & { image: string };

/** A process whose image, number of pods and paths are decided. */
export type WantedProcess = Named<ProcessConfig> & { replicas: number; paths: string[] };
export type WantedCron = Named<CronConfig>;

/** A migration: a command in the image of this name. */
export interface Migration {
  image: string;
  /** A shell line, or a list that runs as it is. */
  command: string | readonly string[];
}

/** What runs, in one form for both forms of `deploy`. */
export interface Workloads {
  /** `short`: the one process has the name of the app. */
  form: 'short' | 'long';
  processes: Readonly<Record<string, WantedProcess>>;
  crons: Readonly<Record<string, WantedCron>>;
  migrate: Migration | undefined;
}

/** Name of the one process of the short form. */
export const WEB = 'web';
const DEFAULT_PORT = 8080;

type Described = Pick<Config, 'app' | 'image' | 'images' | 'deploy'>;
type Overrides = Partial<Pick<EnvironmentConfig, OverrideKey>>;
type OverrideKey = keyof PodConfig | 'replicas' | 'probes' | 'autoscale' | 'processes' | 'crons';

/**
 * The processes, crons and migration of slipway.yml. The environment replaces values of a process; variables and Secrets add up:
 * those of `deploy`, of the process, of the environment, of the process in the environment.
 */
export function workloadsOf(config: Described, environment: Overrides = {}): Workloads {
  const { deploy } = config;
  const image = (given: string | undefined) => given ?? defaultImage(config);
  const merged = <T extends PodConfig & { image?: string | undefined }>(own: T, override: Partial<T> = {}) => {
    const layers = [deploy, own, environment, override];
    return {
      ...podOf(deploy),
      ...own,
      ...podOf(environment),
      ...override,
      ...addedUp(layers),
      image: image(own.image),
    };
  };
  const processes = Object.entries(deploy.processes ?? {}).map(([name, own]) => {
    const all = merged<ProcessConfig>(own, environment.processes?.[name]);
    const replicas = all.replicas ?? (own.port === undefined ? 1 : 2);
    return [name, { ...all, replicas, paths: pathsOf(name, deploy.processes ?? {}) }];
  });
  const crons = Object.entries(deploy.crons ?? {}).map(([name, own]) => [
    name,
    merged<CronConfig>(own, environment.crons?.[name]),
  ]);
  const { migrate } = deploy;
  return {
    form: deploy.processes ? 'long' : 'short',
    processes: deploy.processes ? Object.fromEntries(processes) : { [WEB]: shortForm(config, environment) },
    crons: Object.fromEntries(crons),
    migrate: migrate === undefined ? undefined : migrationOf(migrate, image),
  };
}

function migrationOf(given: MigrateConfig, image: (given: string | undefined) => string): Migration {
  if (typeof given === 'string' || Array.isArray(given)) return { image: image(undefined), command: given };
  return { image: image(given.image), command: given.command };
}

/** The paths that lead to a process. Where no process says anything about paths, the only one with a port has all. */
export function pathsOf(name: string, processes: Readonly<Record<string, ProcessConfig>>): string[] {
  const all = Object.entries(processes);
  const own = Object.hasOwn(processes, name) ? processes[name] : undefined;
  if (own?.paths !== undefined) return own.paths;
  if (own?.host !== undefined) return ['/'];
  const isSilent = all.every(([, { paths, host }]) => paths === undefined && host === undefined);
  const ported = all.filter(([, { port }]) => port !== undefined);
  return isSilent && ported.length === 1 && ported[0]?.[0] === name ? ['/'] : [];
}

/** The processes that requests from outside reach: place in slipway.yml → process. */
export function routedOf(config: Described): Record<string, WantedProcess> {
  const { form, processes } = workloadsOf(config);
  const routed = Object.entries(processes).filter(([, { port, paths }]) => port !== undefined && paths.length > 0);
  return Object.fromEntries(
    routed.map(([name, process]) => [form === 'short' ? 'deploy' : `deploy.processes.${name}`, process]),
  );
}

function shortForm(config: Described, environment: Overrides): WantedProcess {
  const { deploy } = config;
  const { port = DEFAULT_PORT, health, command, startup, drain, grace } = deploy;
  return {
    ...podOf(deploy),
    ...podOf(environment),
    ...addedUp([deploy, environment]),
    image: defaultImage(config),
    port,
    health,
    command,
    startup,
    drain,
    grace,
    probes: environment.probes ?? deploy.probes,
    autoscale: environment.autoscale ?? deploy.autoscale,
    replicas: environment.replicas ?? deploy.replicas ?? 2,
    paths: ['/'],
  };
}

/** The only image; with several, `image` is required, and nothing else is read here. */
function defaultImage(config: Described): string {
  return onlyImage(config) ?? '';
}

/** The keys about a pod: of `deploy`, an environment, a process or a cron. */
export function podOf(level: PodConfig): PodConfig {
  return Object.fromEntries(Object.entries(level).filter(([key]) => Object.hasOwn(podShape, key)));
}

/** Maps and lists of names that every level adds to; all other keys replace. */
function addedUp(layers: readonly PodConfig[]): PodConfig {
  const maps = (['volumes', 'nodeSelector', 'podAnnotations', 'podLabels'] as const).filter((key) =>
    layers.some((layer) => layer[key] !== undefined),
  );
  return {
    env: Object.fromEntries(layers.flatMap(({ env = {} }) => Object.entries(env))),
    secrets: [...new Set(layers.flatMap(({ secrets = [] }) => secrets))],
    ...Object.fromEntries(maps.map((key) => [key, Object.assign({}, ...layers.map((layer) => layer[key]))])),
  };
}
