import { detectHealth } from './detect/health.ts';
import { detectMigrate } from './detect/migrate.ts';
import { appName, freeName } from './detect/names.ts';
import { detectObjects, type OwnObjects } from './detect/objects.ts';
import { detectParts, type LeftOut, type Part } from './detect/parts.ts';
import { detectPort } from './detect/port.ts';
import {
  detectCrons,
  detectWorkers,
  type FoundCron,
  type FoundProcess,
  unknownQueue,
  webCommand,
} from './detect/processes.ts';
import { detectRegistry, detectVariant, type Variant } from './detect/registry.ts';
import { detectServices, type FoundServices } from './detect/services.ts';
import { detectTests, type FoundTest } from './detect/tests.ts';
import { addressVariables, secretVariables } from './detect/variables.ts';
import { type View, viewOf } from './detect/view.ts';
import { readCompose } from './read/compose.ts';
import type { Found, Repository } from './repository.ts';

/** What a person says, in place of what can be found. */
export interface InitAnswers {
  app: string | undefined;
  variant: Variant | undefined;
  /** Registry and folder of the images: ghcr.io/acme */
  registry: string | undefined;
  /** projects/…/locations/…/clusters/… */
  cluster: string | undefined;
  /** Domain below which hosts are made. */
  domain: string | undefined;
}

/** Everything that the repository says about how it is built, tested and run. */
export interface Findings {
  app: Found<string>;
  variant: Found<Variant>;
  registry: Found<string> | undefined;
  /** The default branch. */
  branch: string;
  parts: Part[];
  leftOut: LeftOut[];
  /** There is none: `parts` has one that stands for it. */
  hasDockerfile: boolean;
  processes: FoundProcess[];
  crons: FoundCron[];
  migrate: { image: string; command: Found<string | string[]> } | undefined;
  tests: { name: string; image: string; test: FoundTest }[];
  services: FoundServices;
  objects: OwnObjects | undefined;
  /** Variables with the app's own host, by name. */
  address: Map<string, Found<string>>;
  secrets: Found<string>[];
  /** Libraries of queues whose command is not known. */
  queues: string[];
}

export function findingsOf(repository: Repository, answers: InitAnswers): Findings {
  const app: Found<string> = answers.app === undefined ? appName(repository) : { value: answers.app, from: '--app' };
  const compose = readCompose(repository);
  const { parts: found, leftOut } = detectParts(repository, compose, app.value);
  const parts = found.length > 0 ? found : [noDockerfile(app.value)];
  const folders = parts.flatMap((part) => part.folders);
  const views = parts.map((part) => viewOf(repository, part, folders));
  const objects = detectObjects(repository, parts, app.value);
  const variant: Found<Variant> =
    answers.variant === undefined ? detectVariant(repository) : { value: answers.variant, from: '--variant' };
  const registry =
    answers.registry === undefined
      ? detectRegistry(repository, variant.value)
      : { value: answers.registry, from: '--registry' };
  const services = detectServices(views, compose, objects?.images ?? []);
  const address = addressVariables(views);
  const processes = processesOf(views);
  return {
    app,
    variant,
    registry,
    branch: repository.branch ?? 'main',
    parts,
    leftOut,
    hasDockerfile: found.length > 0,
    processes,
    crons: cronsOf(views, processes),
    migrate: migrateOf(views),
    tests: testsOf(views),
    services,
    objects,
    address,
    queues: objects === undefined && processes.length === views.length ? queuesOf(views) : [],
    secrets: secretVariables(views, new Set([...services.env.keys(), ...address.keys()])),
  };
}

/** Stands for the image of a repository without a Dockerfile. */
function noDockerfile(app: string): Part {
  const facts = {
    path: 'Dockerfile',
    stages: [],
    ports: [],
    entrypoint: undefined,
    cmd: undefined,
    health: undefined,
    workdir: '/',
    env: new Map(),
    base: '',
  };
  return {
    name: app,
    dockerfile: 'Dockerfile',
    facts,
    context: { value: '', from: '' },
    target: undefined,
    contexts: undefined,
    folders: [''],
    services: [],
  };
}

const FRONT = /^(web|www|frontend|front-end|front|ui|client|site|storefront)$/;
/** A program that runs without requests, by the name of its image. */
/** A stage that only migrates: it ends, so it is no process. */
const MIGRATION = /^(db-?)?(migrat(e|es|ions?|or)|schema)$/;

function isMigration({ name, target, facts }: Part): boolean {
  return target !== undefined && MIGRATION.test(name) && facts.ports.length === 0;
}

const BACKGROUND = /(^|-)(worker|consumer|cron|scheduler|beat|queue|migrations?)$/;

/** The process of each image that answers requests, and the processes beside it. */
function processesOf(all: readonly View[]): FoundProcess[] {
  const several = all.length > 1;
  const views = several ? all.filter(({ part }) => !isMigration(part)) : all;
  const taken = new Set<string>();
  const serving = views.map((view): FoundProcess => {
    const { part, web } = view;
    const isIdle = part.facts.ports.length === 0 && (web?.ports.length ?? 0) === 0;
    const port = several && BACKGROUND.test(part.name) && isIdle ? undefined : detectPort(view);
    return {
      name: freeName(several ? part.name : 'web', taken),
      image: part.name,
      command: webCommand(view),
      port,
      health: port === undefined ? undefined : detectHealth(view, port.value),
      isPublic: !several || web === undefined || web.ports.some(({ published }) => published),
      from: web === undefined ? part.dockerfile : `${web.file}:${web.line} services.${web.name}`,
      guess: false,
    };
  });
  return views.flatMap((view, index) => {
    const prefix = several ? `${view.part.name}-` : '';
    const workers = detectWorkers(view).map((worker) => {
      const name = worker.name.startsWith(prefix) ? worker.name : `${prefix}${worker.name}`;
      return { ...worker, name: freeName(name, taken) };
    });
    return [serving[index], ...workers].filter((one) => one !== undefined);
  });
}

/** Libraries of queues in images that are no workers themselves. */
function queuesOf(views: readonly View[]): string[] {
  if (views.some(({ part }) => views.length > 1 && BACKGROUND.test(part.name))) return [];
  return views.flatMap(unknownQueue);
}

/** Crons by names that no process has. */
function cronsOf(views: readonly View[], processes: readonly FoundProcess[]): FoundCron[] {
  const taken = new Set(processes.map(({ name }) => name));
  return views.flatMap(detectCrons).map((cron) => ({ ...cron, name: freeName(cron.name, taken, 18) }));
}

function migrateOf(views: readonly View[]): Findings['migrate'] {
  const own = views.length > 1 ? views.find(({ part }) => isMigration(part)) : undefined;
  const { entrypoint, cmd } = own?.part.facts ?? {};
  const words = [...(entrypoint?.value ?? []), ...(cmd?.value ?? [])];
  if (own !== undefined && words.length > 0)
    return { image: own.part.name, command: { value: words, from: (entrypoint ?? cmd)?.from ?? '', guess: true } };
  for (const view of views) {
    const command = detectMigrate(view);
    if (command !== undefined) return { image: view.part.name, command };
  }
  return undefined;
}

function testsOf(views: readonly View[]): Findings['tests'] {
  // Images that are stages of one Dockerfile have the same tests.
  const first = views.filter((view, index) => {
    return views.findIndex(({ part }) => part.dockerfile === view.part.dockerfile) === index;
  });
  return first.flatMap((view) => {
    const test = detectTests(view);
    return test === undefined
      ? []
      : [{ name: views.length > 1 ? view.part.name : 'unit', image: view.part.name, test }];
  });
}

/** The process that `/` leads to: the front end by its name, otherwise the first that is reached from outside. */
export function frontOf(processes: readonly FoundProcess[]): FoundProcess | undefined {
  const reached = processes.filter(({ port, isPublic }) => port !== undefined && isPublic);
  return reached.find(({ name }) => FRONT.test(name)) ?? reached[0] ?? processes.find(({ port }) => port !== undefined);
}
