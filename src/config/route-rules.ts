import { HOST } from './process-schema.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, ProcessConfig } from './schema.ts';
import { pathsOf } from './workloads.ts';

type Processes = Readonly<Record<string, ProcessConfig>>;

/** What requests from outside reach: paths and hosts of processes that contradict each other or lead nowhere. */
export function routeProblems(config: Config): RuleProblem[] {
  const { processes } = config.deploy;
  if (processes === undefined) return [];
  const paths = Object.entries(processes).flatMap(([name, own]) => pathProblems(name, own));
  return [
    ...paths,
    ...hostProblems(config, processes),
    ...(paths.length > 0 ? [] : sharedPaths(processes, ['deploy', 'processes'])),
    ...Object.entries(config.environments ?? {}).flatMap(([name, { processes: overrides = {} }]) =>
      Object.values(overrides).some(({ host }) => host !== undefined) && paths.length === 0
        ? sharedPaths(overridden(processes, overrides), ['environments', name, 'processes'])
        : [],
    ),
    ...reachProblems(config, processes),
    ...balancerProblems(config, processes),
  ];
}

/** The characters that an Ingress and an HTTPRoute both accept. @see https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch */
const PATH = /^[A-Za-z0-9/._~!$&'()*+,;=:@%-]+$/;

function pathProblems(name: string, { paths = [] }: ProcessConfig): RuleProblem[] {
  return paths.flatMap((path, index) => {
    const what = pathProblem(path);
    return what === undefined
      ? []
      : [
          {
            path: ['deploy', 'processes', name, 'paths', index],
            message: `deploy.processes.${name}.paths: "${path}" ${what}`,
          },
        ];
  });
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
function pathProblem(path: string): string | undefined {
  if (path.includes('*')) return 'has a "*"; a path leads to everything below it without one';
  if (/\/\/|\/\.{1,2}(\/|$)|%2f/i.test(path)) return 'has "//", "/.", "/.." or "%2F", which Kubernetes refuses';
  return PATH.test(path) ? undefined : 'has characters that a path cannot have; write them as %20 and the like';
}

function hostProblems({ environments = {} }: Config, processes: Processes): RuleProblem[] {
  const own = Object.entries(processes).flatMap(([name, { host }]) => {
    const path = ['deploy', 'processes', name, 'host'];
    if (host === undefined || (host.includes(HOST) && !hasOther(host))) return [];
    const what = hasOther(host)
      ? `"${host}" has a placeholder other than ${HOST}`
      : `"${host}" would be the host of all environments; write ${HOST} for the host of the environment, as in ${name}-${HOST}, and a whole host in environments.<name>.processes.${name}.host`;
    return [ruleProblem(path, what)];
  });
  const others = Object.entries(environments).flatMap(([environment, { processes: overrides = {}, host: base }]) =>
    Object.entries(overrides).flatMap(([name, { host }]) => {
      const path = ['environments', environment, 'processes', name, 'host'];
      if (host === undefined) return [];
      if (hasOther(host)) return [ruleProblem(path, `"${host}" has a placeholder other than ${HOST}`)];
      return base === undefined ? [ruleProblem(path, `environments.${environment} has no host; give it one`)] : [];
    }),
  );
  return [...own, ...others];
}

function hasOther(host: string): boolean {
  return /[{}]/.test(host.replaceAll(HOST, ''));
}

function overridden(
  processes: Processes,
  overrides: Readonly<Record<string, { host?: string | undefined }>>,
): Processes {
  return Object.fromEntries(
    Object.entries(processes).map(([name, own]) => {
      const host = Object.hasOwn(overrides, name) ? overrides[name]?.host : undefined;
      return [name, host === undefined ? own : { ...own, host }];
    }),
  );
}

function sharedPaths(processes: Processes, where: PropertyKey[]): RuleProblem[] {
  const owners = new Map<string, string>();
  return Object.entries(processes).flatMap(([name, { host = HOST, paths }]) => {
    const all = pathsOf(name, processes);
    return all.flatMap((path, index) => {
      // An Ingress leads /api and /api/ to the same place.
      const key = `${host} ${path.length > 1 ? path.replace(/\/$/, '') : path}`;
      const owner = owners.get(key);
      owners.set(key, owner ?? name);
      if (owner === undefined) return [];
      const of = host === HOST ? '' : ` of ${host}`;
      const at = paths === undefined || where[0] !== 'deploy' ? ['host'] : ['paths', index];
      const there = [...where, name, at[0]].map(String).join('.');
      const whose = owner === name ? 'it has' : `${owner} has`;
      const message = `${there}: ${whose} the path "${path}"${of} already; requests can go to one process only`;
      return [{ path: [...where, name, ...at], message }];
    });
  });
}

/** A host that leads nowhere: several processes could answer, and slipway.yml names none of them. */
function reachProblems({ environments = {}, review }: Config, processes: Processes): RuleProblem[] {
  const all = Object.entries(processes);
  const ported = all.filter(([, { port }]) => port !== undefined).map(([name]) => name);
  const isSilent = all.every(([, { paths, host }]) => paths === undefined && host === undefined);
  const isServed = Object.values(environments).some(({ host }) => host !== undefined) || review !== undefined;
  if (isSilent && ported.length > 1 && isServed) {
    const message = `${ported.join(' and ')} have a port, and none says which paths lead to it; give one of them paths: [/], and one that only the cluster reaches paths: []`;
    return [ruleProblem(['deploy', 'processes'], message)];
  }
  const routed = ported.filter((name) => pathsOf(name, processes).length > 0);
  const forgotten = all.find(([, own]) => own.port !== undefined && own.paths === undefined && own.host === undefined);
  const hasRoot = routed.some((name) => pathsOf(name, processes).includes('/'));
  if (isServed && routed.length > 0 && !hasRoot && forgotten !== undefined) {
    const [name] = forgotten;
    const message =
      'has a port, and no path leads to it or to "/"; give it paths: [/], or paths: [] if only the cluster reaches it';
    return [ruleProblem(['deploy', 'processes', name], message)];
  }
  if (routed.length > 0) return [];
  return Object.entries(environments).flatMap(([name, { host }]) =>
    host === undefined
      ? []
      : [
          ruleProblem(
            ['environments', name, 'host'],
            'no process answers there: none has a port and a path; give one paths: [/], or leave host out',
          ),
        ],
  );
}

/** A load balancer for TCP leads to one port, and knows neither hosts nor paths. */
function balancerProblems(config: Config, processes: Processes): RuleProblem[] {
  const { ingress, review, environments = {} } = config;
  const kinds: { path: PropertyKey[]; kind: string | undefined }[] = [
    { path: ['ingress', 'kind'], kind: ingress?.kind },
    { path: ['review', 'ingress', 'kind'], kind: review?.ingress?.kind },
    ...Object.entries(environments).map(([name, own]) => ({
      path: ['environments', name, 'ingress', 'kind'],
      kind: own.ingress?.kind,
    })),
  ];
  const path = kinds.find(({ kind }) => kind === 'load-balancer')?.path;
  if (path === undefined) return [];
  const ported = Object.entries(processes).filter(([, { port }]) => port !== undefined);
  const routed = ported.filter(([name]) => pathsOf(name, processes).length > 0);
  if (ported.length > 1 && routed.length !== 1) {
    const names = ported.map(([name]) => name).join(' and ');
    const message = `a load balancer for TCP leads to one process, and ${names} have a port; use another kind of ingress, or give one of them paths: [/] and the others paths: []`;
    return [ruleProblem(path, message)];
  }
  return routed.flatMap(([name, { paths = ['/'], host }]) => {
    const key = host !== undefined ? 'host' : paths.join() === '/' ? undefined : 'paths';
    if (key === undefined) return [];
    return [ruleProblem(['deploy', 'processes', name, key], `a load balancer for TCP knows no ${key}; leave it out`)];
  });
}
