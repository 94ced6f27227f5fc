import { scheduleProblem } from '../../../config/cron-schedule.ts';
import type { ComposeService } from '../read/compose.ts';
import { itemsOf, nodeAt, readYaml, textAt } from '../read/yaml.ts';
import { at, type Found, linesOf, search } from '../repository.ts';
import { labelOf } from './names.ts';
import { commandText, dependency, type View } from './view.ts';

export interface FoundProcess {
  name: string;
  image: string;
  command: Found<string | string[]> | undefined;
  port: Found<number> | undefined;
  health: Found<string> | undefined;
  /** Reached from outside of the cluster. */
  isPublic: boolean;
  from: string;
  guess: boolean;
}

export interface FoundCron {
  name: string;
  image: string;
  schedule: string;
  command: string;
  from: string;
  guess: boolean;
}

/** A command of `web` that the image does not have: from a production compose file, or the Procfile. */
export function webCommand({ part, procfile, web }: View): Found<string | string[]> | undefined {
  const { entrypoint, cmd } = part.facts;
  // Files of compose add to each other: the one for production comes first.
  const fromCompose = part.services.find(({ name, command }) => name === web?.name && command !== undefined)?.command;
  const isProduction = fromCompose !== undefined && /prod/i.test(fromCompose.from);
  const starts = cmd !== undefined || (entrypoint !== undefined && !isWrapper(entrypoint.value));
  if (fromCompose !== undefined && (isProduction || !starts)) {
    const isShell = fromCompose.value.some((word) => /^(&&|\|\||;|\|)$/.test(word));
    const words = [...(entrypoint?.value ?? []), ...fromCompose.value];
    return {
      value: isShell ? words.join(' ') : words,
      from: fromCompose.from,
      ...(isProduction ? {} : { guess: true }),
    };
  }
  return starts ? undefined : procfile.get('web');
}

/** A script that prepares and then runs what follows it (`exec "$@"`). */
function isWrapper(words: readonly string[]): boolean {
  return words.length === 1 && /entrypoint/.test(words[0] ?? '');
}

const NOT_RUNNING = /^(web|release|app|server|css|js|assets|vite|webpack|tailwind|postdeploy|console|rails|migrate)$/;
const TOOL =
  /^(redis-server|postgres|memcached)\b|migrat|\bmake|\btest|pytest|bash$|npm run (dev|build|lint)|prestart|seed|createsuperuser|init|mailcatcher|webpack|vite|storybook|watch/i;

/** Processes beside the one that answers requests: of the Procfile, of compose files, of libraries of queues. */
export function detectWorkers(view: View): FoundProcess[] {
  const image = view.part.name;
  const found: FoundProcess[] = [];
  const add = (name: string, command: FoundProcess['command'], from: string, guess = false) => {
    const label = labelOf(name);
    if (found.some((one) => one.name === label || sameCommand(one, command))) return;
    found.push({ name: label, image, command, port: undefined, health: undefined, isPublic: false, from, guess });
  };
  for (const [name, command] of view.procfile) {
    if (!NOT_RUNNING.test(name) && !TOOL.test(command.value)) add(name, command, command.from);
  }
  for (const service of view.part.services) {
    if (service.name === view.web?.name || service.optional || service.ports.length > 0 || !isWorker(service, view))
      continue;
    const words = [...(view.part.facts.entrypoint?.value ?? []), ...(service.command?.value ?? [])];
    add(service.name, service.command && { value: words, from: service.command.from }, service.command?.from ?? '');
  }
  if (found.length === 0) for (const [name, command] of byLibrary(view)) add(name, command, command.from, true);
  return found;
}

function sameCommand({ command }: FoundProcess, other: FoundProcess['command']): boolean {
  return command !== undefined && other !== undefined && String(command.value) === String(other.value);
}

function isWorker({ command, build, name }: ComposeService, { part }: View): boolean {
  if (command === undefined || build?.dockerfile.endsWith('.dev')) return false;
  const text = commandText(command.value);
  return (
    !TOOL.test(text) &&
    !/\b(runserver|gunicorn|uvicorn|puma|rails s)\b/.test(text) &&
    !/^(web|app|test)/.test(name) &&
    part.facts.path !== ''
  );
}

function byLibrary(view: View): [string, Found<string>][] {
  const sidekiq = dependency(view, 'ruby', 'sidekiq');
  if (sidekiq !== undefined) return [['worker', { value: 'bundle exec sidekiq', from: sidekiq.from }]];
  const horizon = dependency(view, 'php', 'laravel/horizon');
  if (horizon !== undefined) return [['worker', { value: 'php artisan horizon', from: horizon.from }]];
  const jobs = view.paths.find((path) => /(^|\/)bin\/jobs$/.test(path));
  const solid = dependency(view, 'ruby', 'solid_queue');
  if (solid !== undefined && jobs !== undefined)
    return [['worker', { value: 'bin/jobs', from: `${solid.from}, ${jobs}` }]];
  return celery(view);
}

function celery(view: View): [string, Found<string>][] {
  const library = dependency(view, 'python', 'celery');
  const [module] =
    library === undefined ? [] : search(view.repository, view.sources, /^\s*\w+\s*=\s*(?:\w+\.)?Celery\(/, 1);
  if (library === undefined || module === undefined) return [];
  const context = view.part.context.value;
  const path = context === '' ? module.path : module.path.slice(context.length + 1);
  const name = path
    .replace(/\.py$/, '')
    .replace(/\/(celery|__init__)$/, '')
    .replaceAll('/', '.');
  return [['worker', { value: `celery -A ${name} worker`, from: at(module.path, module.line, module.text) }]];
}

/** A library of queues, whose worker nothing starts. */
export function unknownQueue(view: View): string[] {
  const found =
    dependency(view, 'python', 'celery', 'rq', 'django-rq', 'dramatiq', 'huey', 'arq', 'django-q2') ??
    dependency(view, 'node', 'bullmq', 'bull', 'agenda', '@nestjs/bullmq', '@nestjs/bull') ??
    dependency(view, 'ruby', 'resque', 'delayed_job', 'good_job') ??
    dependency(view, 'php', 'symfony/messenger');
  return found === undefined ? [] : [found.from];
}

/** Commands that run at times: of crontabs, of render.yaml, and of Laravel's scheduler. */
export function detectCrons(view: View): FoundCron[] {
  const crons = [...crontabs(view), ...render(view), ...laravel(view)];
  return crons.filter(({ schedule }) => scheduleProblem(schedule) === undefined);
}

function crontabs({ repository, paths, part }: View): FoundCron[] {
  const files = paths.filter((path) => /(^|\/)crontab(\.\w+)?$|(^|\/)cron\.d\/[^/]+$|\.cron$/.test(path));
  return files.flatMap((path) =>
    linesOf(repository, path).flatMap((line, index): FoundCron[] => {
      const [, schedule, user, command] =
        /^((?:[\d*/,-]+\s+){5}|@\w+\s+)(root\s+|www-data\s+)?(\S.*)$/.exec(line.trim().slice(0, 300)) ?? [];
      if (schedule === undefined || command === undefined || user === undefined) {
        if (schedule === undefined || command === undefined) return [];
      }
      const plain = command.replace(/\s*(>>?|2>).*$/, '');
      return [
        {
          name: cronName(plain, index),
          image: part.name,
          schedule: schedule.trim().replace(/\s+/g, ' '),
          command: plain,
          from: at(path, index + 1),
          guess: true,
        },
      ];
    }),
  );
}

function cronName(command: string, index: number): string {
  const word = command
    .split(' ')
    .filter((part) => !/^(python3?|php|bundle|exec|cd|&&|-m|rails|rake|artisan|manage\.py|\/.*)$/.test(part))[0];
  const name = word === undefined ? '' : labelOf(word.split('/').at(-1) ?? '', 18);
  return name === '' || name === 'app' ? `cron-${index + 1}` : name;
}

function render({ repository, paths, part }: View): FoundCron[] {
  const path = paths.find((one) => /^render\.ya?ml$/.test(one));
  if (path === undefined) return [];
  const file = readYaml(repository.text(path) ?? '');
  return itemsOf(nodeAt(file.documents[0], 'services')).flatMap((node): FoundCron[] => {
    const schedule = textAt(node, 'schedule');
    const command = textAt(node, 'startCommand') ?? textAt(node, 'dockerCommand');
    if (textAt(node, 'type') !== 'cron' || schedule === undefined || command === undefined) return [];
    const name = labelOf(textAt(node, 'name') ?? 'cron', 18);
    return [{ name, image: part.name, schedule, command, from: at(path, file.lineOf(node)), guess: false }];
  });
}

function laravel(view: View): FoundCron[] {
  if (dependency(view, 'php', 'laravel/framework') === undefined) return [];
  const files = view.paths.filter((path) =>
    /(^|\/)(routes\/console|bootstrap\/app|app\/Console\/Kernel)\.php$/.test(path),
  );
  const [hit] = search(view.repository, files, /Schedule::(?:command|job|call)|\$schedule->(?:command|job|call)/, 1);
  if (hit === undefined) return [];
  return [
    {
      name: 'schedule',
      image: view.part.name,
      schedule: '* * * * *',
      command: 'php artisan schedule:run',
      from: at(hit.path, hit.line, hit.text),
      guess: true,
    },
  ];
}
