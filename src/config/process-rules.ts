import { cronProblems } from './cron-rules.ts';
import { imagesOf } from './images.ts';
import { sourceKeyOf } from './own-objects-rules.ts';
import { unknownName } from './problems.ts';
import { processShape } from './process-schema.ts';
import { routeProblems } from './route-rules.ts';
import { type RuleProblem, ruleProblem } from './rule-problem.ts';
import type { Config } from './schema.ts';
import { testsOf } from './tests.ts';

/** Rules of `deploy.processes` and `deploy.crons` between keys, which a schema cannot state. */
export function processProblems(config: Config): RuleProblem[] {
  return [
    ...formProblems(config),
    ...imageProblems(config),
    ...portProblems(config),
    ...afterProblems(config.deploy.processes ?? {}),
    ...overrideProblems(config),
    ...nameProblems(config),
    ...cronProblems(config),
    ...routeProblems(config),
  ];
}

/** The short form, the long form and objects of the team exclude each other. */
function formProblems({ deploy }: Config): RuleProblem[] {
  const { processes } = deploy;
  const source = sourceKeyOf(deploy);
  const beside = (['processes', 'crons'] as const).filter((key) => source !== undefined && deploy[key] !== undefined);
  const ignored = beside.map((key) =>
    ruleProblem(
      ['deploy', key],
      `has no effect beside deploy.${source}, whose objects are the app; leave one of them out`,
    ),
  );
  if (processes === undefined) return ignored;
  const mixed = Object.keys(processShape).filter((key) => deploy[key as keyof typeof processShape] !== undefined);
  const names = Object.keys(processes);
  return [
    ...ignored,
    ...(names.length === 0 ? [ruleProblem(['deploy', 'processes'], 'is empty; name at least one process')] : []),
    ...mixed.map((key) =>
      ruleProblem(
        ['deploy', key],
        `stands beside deploy.processes, and does not say which process it is about; move it to deploy.processes.${names[0] ?? 'web'}.${key}`,
      ),
    ),
  ];
}

/** What names an image, by the path of its key. */
function imageKeys(config: Config): { path: PropertyKey[]; image: string | undefined }[] {
  const { processes = {}, crons = {}, migrate } = config.deploy;
  const named = (key: string, all: Record<string, { image?: string | undefined }>) =>
    Object.entries(all).map(([name, { image }]) => ({ path: ['deploy', key, name, 'image'], image }));
  const isMap = typeof migrate === 'object' && !Array.isArray(migrate);
  return [
    ...named('processes', processes),
    ...named('crons', crons),
    ...(migrate === undefined
      ? []
      : [{ path: ['deploy', 'migrate', ...(isMap ? ['image'] : [])], image: isMap ? migrate.image : undefined }]),
    ...Object.values(testsOf(config)).map(({ image }) => ({ path: ['tests'], image })),
  ];
}

function imageProblems(config: Config): RuleProblem[] {
  const { deploy } = config;
  const known = Object.keys(imagesOf(config));
  const keys = imageKeys(config);
  const own = keys.filter(({ path }) => path[0] === 'deploy');
  const wrong = own.flatMap(({ path, image }) => {
    if (image !== undefined) return known.includes(image) ? [] : [{ path, message: unknownName(path, image, known) }];
    if (known.length < 2) return [];
    const remedy = path.at(-1) === 'migrate' ? 'write { image: NAME, command: … } with' : 'name';
    return [ruleProblem(path, `does not say in which image it runs; ${remedy} one of ${known.join(', ')}`)];
  });
  const isDeployed = deploy.processes ?? config.review ?? Object.keys(config.environments ?? {})[0];
  if (isDeployed === undefined || sourceKeyOf(deploy)) return wrong;
  if (known.length > 1 && deploy.processes === undefined) {
    return [
      ...wrong,
      ruleProblem(
        ['deploy', 'processes'],
        `is missing: with several images, each process names its own (${known.join(', ')})`,
      ),
    ];
  }
  const used = new Set(keys.map(({ image }) => image));
  const unused = known.length < 2 ? [] : known.filter((name) => !used.has(name));
  return [
    ...wrong,
    ...unused.map((name) =>
      ruleProblem(
        ['images', name],
        'no process, cron, test or migration uses it; name it in one of them, or leave it out',
      ),
    ),
  ];
}

/** Keys that are about requests. */
const SERVING = ['health', 'paths', 'host', 'drain'] as const;

function portProblems({ deploy, environments = {} }: Config): RuleProblem[] {
  const without = Object.entries(deploy.processes ?? {}).filter(([, { port }]) => port === undefined);
  return without.flatMap(([name, process]) => {
    const what = `has no effect on a process without a port; give ${name} a port, or leave it out`;
    const own = SERVING.filter((key) => process[key] !== undefined && !isNone(process[key]));
    const overridden = Object.entries(environments).flatMap(([environment, { processes = {} }]) => {
      const override = Object.hasOwn(processes, name) ? processes[name] : undefined;
      const keys = (['host', 'drain'] as const).filter((key) => override?.[key] !== undefined);
      return keys.map((key) => ruleProblem(['environments', environment, 'processes', name, key], what));
    });
    return [...own.map((key) => ruleProblem(['deploy', 'processes', name, key], what)), ...overridden];
  });
}

function isNone(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function afterProblems(processes: NonNullable<Config['deploy']['processes']>): RuleProblem[] {
  const names = Object.keys(processes);
  const unknown = Object.entries(processes).flatMap(([name, { after = [] }]) =>
    after.flatMap((before, index) => {
      const path = ['deploy', 'processes', name, 'after'];
      if (names.includes(before)) return [];
      return [{ path: [...path, index], message: unknownName(path, before, names) }];
    }),
  );
  const circle = circleOf(processes);
  if (circle === undefined) return unknown;
  const [first = ''] = circle;
  const path = ['deploy', 'processes', first, 'after'];
  const waits = [...circle.slice(1), first].map((name) => `waits for ${name}`).join(', which ');
  return [...unknown, ruleProblem(path, `${first} ${waits}: none of them would ever be written`)];
}

/** Processes that wait for each other, each for the next; undefined: none do. */
function circleOf(processes: NonNullable<Config['deploy']['processes']>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, above: string[]): string[] | undefined => {
    if (above.includes(name)) return above.slice(above.indexOf(name));
    if (done.has(name) || !Object.hasOwn(processes, name)) return undefined;
    for (const before of processes[name]?.after ?? []) {
      const circle = visit(before, [...above, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(processes)) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

/** `environments.<name>.processes` and `.crons` of what `deploy` has. */
function overrideProblems({ deploy, environments = {} }: Config): RuleProblem[] {
  return Object.entries(environments).flatMap(([environment, own]) => [
    ...(['processes', 'crons'] as const).flatMap((kind) => {
      const known = Object.keys(deploy[kind] ?? {});
      const unknown = Object.keys(own[kind] ?? {}).filter((name) => !known.includes(name));
      return unknown.map((name) => {
        const path = ['environments', environment, kind];
        return { path: [...path, name], message: unknownName(path, name, known) };
      });
    }),
    ...(['replicas', 'probes', 'autoscale'] as const)
      .filter((key) => own[key] !== undefined && deploy.processes !== undefined)
      .map((key) =>
        ruleProblem(
          ['environments', environment, key],
          `does not say which process it is about; move it to environments.${environment}.processes.${Object.keys(deploy.processes ?? {})[0] ?? 'web'}.${key}`,
        ),
      ),
  ]);
}

/** Values of the component label that pods of Slipway's own have: a Service would lead to them. */
const RESERVED = ['migration', 'seed', 'database', 'service', 'template', 'drop'];
/** RFC 1123, for Services and Deployments; a CronJob appends eleven characters to the names of its Jobs. */
const LONGEST = { processes: 63, crons: 52 } as const;

function nameProblems({ app, deploy, review }: Config): RuleProblem[] {
  const services = ['database', ...Object.keys(review?.services ?? {})];
  return (['processes', 'crons'] as const).flatMap((kind) =>
    Object.keys(deploy[kind] ?? {}).flatMap((name) => {
      const path = ['deploy', kind, name];
      const object = `${app}-${name}`;
      if (RESERVED.includes(name))
        return [ruleProblem(path, `the name belongs to pods of Slipway's own; choose another one`)];
      if (kind === 'crons' && (Object.hasOwn(deploy.processes ?? {}, name) || (!deploy.processes && name === 'web'))) {
        return [
          ruleProblem(
            path,
            'a process has this name, and its Service would lead to the pods of the cron; choose another one',
          ),
        ];
      }
      if (object.length > LONGEST[kind]) {
        return [
          ruleProblem(
            path,
            `the name of its objects, ${object}, has more than ${LONGEST[kind]} characters; shorten it`,
          ),
        ];
      }
      if (services.includes(object)) {
        return [ruleProblem(path, `its objects would have the name of review.services.${object}; rename one of them`)];
      }
      return [];
    }),
  );
}
