import { sourceKeyOf } from './own-objects-rules.ts';
import { placementShape } from './pod-schema.ts';
import type { ProbeConfig } from './probe-schema.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config, EnvironmentConfig } from './schema.ts';
import { type WantedCron, type WantedProcess, type Workloads, workloadsOf } from './workloads.ts';

/** Rules of the keys about pods, in each environment that differs, which a schema cannot state. */
export function podProblems(config: Config): RuleProblem[] {
  if (sourceKeyOf(config.deploy) !== undefined) return besideOwnObjects(config);
  const seen = new Set<string>();
  const environments: [string | undefined, Partial<EnvironmentConfig>][] = [
    [undefined, {}],
    ...Object.entries(config.environments ?? {}),
  ];
  return [
    ...reviewSourceProblems(config),
    ...levelProblems(config),
    ...environments.flatMap(([name, own]) => ofEnvironment(name, own, config)),
  ].filter(({ path, message }) => {
    const key = `${path.join('.')}: ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Review environments alone can have objects of the team. */
function reviewSourceProblems({ review = {} }: Config): RuleProblem[] {
  const source = sourceKeyOf(review);
  if (source === undefined || review.patches === undefined) return [];
  return [
    ruleProblem(
      ['review', 'patches'],
      `has no effect beside review.${source}, whose objects are your own; write it there`,
    ),
  ];
}

/** Objects of the team describe their pods themselves. */
function besideOwnObjects({ deploy, review = {}, environments = {} }: Config): RuleProblem[] {
  const source = sourceKeyOf(deploy);
  const keys = [...Object.keys(placementShape), 'probes', 'autoscale'];
  const levels: [string[], object, string[]][] = [
    [['deploy'], deploy, keys],
    ...Object.entries(environments).map(([name, own]): (typeof levels)[number] => [
      ['environments', name],
      own,
      [...keys, 'patches'],
    ]),
    [['review'], review, ['patches']],
  ];
  return levels.flatMap(([path, level, known]) =>
    known
      .filter((key) => Object.hasOwn(level, key))
      .map((key) =>
        ruleProblem(
          [...path, key],
          `has no effect beside deploy.${source}, whose objects describe their pods; write it there`,
        ),
      ),
  );
}

/** `replicas` and `autoscale` at one level contradict each other. */
function levelProblems({ deploy, environments = {} }: Config): RuleProblem[] {
  const levels: [PropertyKey[], { replicas?: number | undefined; autoscale?: unknown }][] = [
    [['deploy'], deploy],
    ...Object.entries(deploy.processes ?? {}).map(([name, one]): (typeof levels)[number] => [
      ['deploy', 'processes', name],
      one,
    ]),
    ...Object.entries(environments).flatMap(([environment, own]): typeof levels => [
      [['environments', environment], own],
      ...Object.entries(own.processes ?? {}).map(([name, one]): (typeof levels)[number] => [
        ['environments', environment, 'processes', name],
        one,
      ]),
    ]),
  ];
  return levels.flatMap(([path, { replicas, autoscale }]) =>
    replicas === undefined || !autoscale
      ? []
      : [
          ruleProblem(
            [...path, 'replicas'],
            'stands beside autoscale, which decides the number of pods; leave one of them out',
          ),
        ],
  );
}

function ofEnvironment(name: string | undefined, own: Partial<EnvironmentConfig>, config: Config): RuleProblem[] {
  const workloads = workloadsOf(config, own);
  const place = (kind: 'processes' | 'crons', part: string) => placeOf(kind, part, { name, own, workloads });
  return [
    ...Object.entries(workloads.processes).flatMap(([part, process]) => {
      const at = place('processes', part);
      return [...volumeProblems(at, process), ...probeProblems(at, process), ...autoscaleProblems(at, process)];
    }),
    ...Object.entries(workloads.crons).flatMap(([part, cron]) => volumeProblems(place('crons', part), cron)),
    ...accountProblems(name, workloads),
  ];
}

/** The path of a key of a part: where the environment has it, otherwise where `deploy` has it. */
type At = (key: string) => PropertyKey[];

function placeOf(
  kind: 'processes' | 'crons',
  part: string,
  { name, own, workloads }: { name: string | undefined; own: Partial<EnvironmentConfig>; workloads: Workloads },
): At {
  return (key) => {
    const override = own[kind]?.[part];
    if (name !== undefined && override && Object.hasOwn(override, key)) return ['environments', name, kind, part, key];
    if (name !== undefined && Object.hasOwn(own, key)) return ['environments', name, key];
    return workloads.form === 'short' && kind === 'processes' ? ['deploy', key] : ['deploy', kind, part, key];
  };
}

function volumeProblems(at: At, { volumes = {} }: WantedProcess | WantedCron): RuleProblem[] {
  const paths = new Map<string, string>();
  return Object.entries(volumes).flatMap(([name, { path }]) => {
    const other = paths.get(path);
    paths.set(path, other ?? name);
    if (other === undefined) return [];
    return [
      ruleProblem([...at('volumes'), name, 'path'], `volume ${other} is at ${path} already; give each its own path`),
    ];
  });
}

function probeProblems(at: At, { probes = {}, port, health }: WantedProcess): RuleProblem[] {
  return Object.entries(probes).flatMap(([kind, probe]: [string, ProbeConfig | undefined]) => {
    if (probe === undefined) return [];
    const path = [...at('probes'), kind];
    const { command, headers } = probe;
    if (command !== undefined && (probe.path ?? probe.port ?? headers) !== undefined) {
      return [ruleProblem(path, 'asks in two ways; give either command, or path and port')];
    }
    if (command !== undefined || probe.port !== undefined || port !== undefined) {
      const asksPath = probe.path ?? (probe.port === undefined ? health : undefined);
      if (headers === undefined || asksPath !== undefined) return [];
      return [ruleProblem([...path, 'headers'], 'is for a probe with a path; give it a path')];
    }
    return [ruleProblem(path, 'the process has no port that it could ask; give the probe a command or a port')];
  });
}

function autoscaleProblems(at: At, { autoscale, resources = {} }: WantedProcess): RuleProblem[] {
  if (!autoscale) return [];
  const { min = 2, max, cpu, memory } = autoscale;
  const path = at('autoscale');
  const needs = [
    ...(cpu !== undefined || memory === undefined ? (['cpu'] as const) : []),
    ...(memory === undefined ? [] : (['memory'] as const)),
  ];
  return [
    ...(min > max ? [ruleProblem([...path, 'max'], `${max} is less than min, which is ${min}`)] : []),
    ...needs
      .filter((resource) => resources[resource] === undefined)
      .map((resource) =>
        ruleProblem(
          path,
          `is measured in percent of resources.${resource}, which is missing; give the process resources.${resource}`,
        ),
      ),
  ];
}

/** One ServiceAccount has one set of annotations. */
function accountProblems(name: string | undefined, { processes, crons }: Workloads): RuleProblem[] {
  const known = new Map<string, string>();
  return [...Object.values(processes), ...Object.values(crons)].flatMap(({ serviceAccount }) => {
    if (typeof serviceAccount !== 'object' || serviceAccount.annotations === undefined) return [];
    const text = JSON.stringify(Object.entries(serviceAccount.annotations).sort());
    const before = known.get(serviceAccount.name) ?? text;
    known.set(serviceAccount.name, before);
    if (before === text) return [];
    const path = name === undefined ? ['deploy'] : ['environments', name];
    return [
      ruleProblem(path, `the ServiceAccount ${serviceAccount.name} has annotations in two ways; give it one set`),
    ];
  });
}
