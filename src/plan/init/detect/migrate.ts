import { copiedPaths } from '../read/dockerfile.ts';
import { at, baseOf, type Found, folderOf, resolvePath, search } from '../repository.ts';
import { commandText, dependency, type View } from './view.ts';

/** Calls of tools that migrate a database, as scripts write them. */
const CALLS = [
  /((?:[\w./-]+ )?(?:\.\/|[\w/]+\/)?manage\.py migrate\b(?: --?[\w-]+)*)/,
  /((?:[\w./-]+ )?(?:\w+ run )?flask db upgrade\b)/,
  /((?:[\w./-]+ run )?alembic upgrade heads?\b)/,
  /((?:bundle exec |\.?\/?bin\/)*(?:rails|rake) db:(?:migrate|prepare)(?::[\w-]+)?\b)/,
  /(php (?:[\w./-]+\/)?artisan migrate\b(?: --?[\w-]+)*)/,
  /((?:php )?(?:[\w./-]+\/)?bin\/console doctrine:migrations:migrate\b(?: --?[\w-]+)*)/,
  /((?:npx |yarn |pnpm |bunx )?prisma migrate deploy\b(?: --schema[ =][\w./-]+)?)/,
  /((?:npx |yarn )?knex migrate:latest\b)/,
  /((?:npx |yarn )?sequelize(?:-cli)? db:migrate\b)/,
  /((?:npm|yarn|pnpm)(?: run)? (?:db:migrate|migrate(?::deploy|:latest|:prod)?|migrations?:run|db:deploy|prisma:migrate-deploy)\b)/,
  /(sqlx migrate run\b)/,
  /((?:mix )ecto\.migrate\b)/,
  /((?:[\w./-]+ )eval ["']?[A-Z][\w.]*Release\w*\.(?:migrate|create_and_migrate)[\w.()]*["']?)/,
  /((?:\/[\w./-]+\/|\.\/|)?bin\/migrate\b)/,
  /(dbmate (?:--wait )?up\b)/,
  /(flyway migrate\b)/,
];

/** The command that migrates the database before a rollout; undefined when nothing says so. */
export function detectMigrate(view: View): Found<string> | undefined {
  return fromPlatforms(view) ?? fromStart(view) ?? byTool(view);
}

const PLATFORMS: [RegExp, RegExp][] = [
  [/(^|\/)fly\.toml$/, /^\s*release_command\s*=\s*["'](.+)["']/],
  [/(^|\/)render\.ya?ml$/, /^\s*preDeployCommand:\s*["']?(.+?)["']?$/],
];

/** The release command of a Procfile, or of another platform. */
function fromPlatforms({ procfile, repository, paths }: View): Found<string> | undefined {
  const release = procfile.get('release');
  if (release !== undefined && callIn(release.value) !== undefined) return release;
  for (const [name, pattern] of PLATFORMS) {
    const [hit] = search(
      repository,
      paths.filter((path) => name.test(path)),
      pattern,
      1,
    );
    const command = hit?.groups[0];
    if (hit !== undefined && command !== undefined) return { value: command, from: at(hit.path, hit.line, hit.text) };
  }
  return undefined;
}

/** What starts in the container, or a compose service, migrates. */
function fromStart({ starts, part }: View): Found<string> | undefined {
  const commands = part.services.flatMap(({ command }) =>
    command === undefined ? [] : [{ value: commandText(command.value), from: command.from }],
  );
  for (const { value, from } of [...starts, ...commands]) {
    const call = callIn(value);
    if (call !== undefined) return { value: withoutShell(call), from };
  }
  return undefined;
}

function callIn(text: string): string | undefined {
  for (const pattern of CALLS) {
    const call = pattern.exec(text)?.[1];
    if (call !== undefined) return call.trim();
  }
  return undefined;
}

function withoutShell(call: string): string {
  return call
    .replace(/^(?:then|do|exec|&&|-c|if|sh|bash|time|retry) /, '')
    .replace(/^\.\/manage\.py/, 'python manage.py');
}

/** A tool among the dependencies, with its files. */
function byTool(view: View): Found<string> | undefined {
  return python(view) ?? ruby(view) ?? node(view) ?? php(view) ?? elixir(view);
}

/** `uv run`, `poetry run`, where the image starts by them. */
export function runnerOf({ starts }: View): string {
  for (const { value } of starts) {
    const runner = /(?:^|\s)(uv run|poetry run|pipenv run|pdm run)\s/.exec(value)?.[1];
    if (runner !== undefined) return `${runner} `;
  }
  return '';
}

function python(view: View): Found<string> | undefined {
  const { paths, part } = view;
  const runner = runnerOf(view);
  const flask = dependency(view, 'python', 'flask-migrate');
  if (flask !== undefined) return { value: `${runner}flask db upgrade`, from: flask.from };
  const manage = inContext(view, 'manage.py');
  if (manage !== undefined && dependency(view, 'python', 'django', 'wagtail')) {
    return {
      value: `${runner}python ${manage} migrate --noinput`,
      from: at(manage),
      ...(manage === 'manage.py' ? {} : { guess: true }),
    };
  }
  const ini = paths.find((path) => baseOf(path) === 'alembic.ini');
  const alembic = dependency(view, 'python', 'alembic');
  if (ini === undefined || alembic === undefined) return undefined;
  const isRoot = folderOf(ini) === part.context.value || folderOf(ini) === folderOf(part.dockerfile);
  const within = folderOf(ini) === part.context.value ? undefined : inContext(view, 'alembic.ini');
  if (within !== undefined && copiedPaths(part.facts).includes('.')) {
    const value = `${runner}alembic -c ${within} upgrade head`;
    return { value, from: `${alembic.from}, ${ini}`, guess: true };
  }
  return {
    value: `${runner}alembic upgrade head`,
    from: `${alembic.from}, ${ini}`,
    ...(isRoot ? {} : { guess: true }),
  };
}

/** The path of a file relative to the build context, the nearest one. */
export function inContext({ paths, part }: View, name: string): string | undefined {
  const context = part.context.value;
  const [nearest] = paths
    .filter((path) => baseOf(path) === name)
    .sort((a, b) => a.split('/').length - b.split('/').length);
  if (nearest === undefined) return undefined;
  const relative = context === '' ? nearest : nearest.slice(context.length + 1);
  return resolvePath('', relative);
}

function ruby(view: View): Found<string> | undefined {
  const rails = dependency(view, 'ruby', 'rails', 'activerecord');
  const schema = view.paths.find((path) =>
    /(^|\/)db\/(schema\.rb|structure\.sql)$|(^|\/)db\/migrate\/[^/]+\.rb$/.test(path),
  );
  return rails && schema ? { value: 'bundle exec rails db:migrate', from: `${rails.from}, ${schema}` } : undefined;
}

function node(view: View): Found<string> | undefined {
  const { repository, paths } = view;
  const packages = paths.filter((path) => baseOf(path) === 'package.json');
  const schema = paths.find((path) => /(^|\/)prisma\//.test(path) && path.endsWith('/schema.prisma'));
  const folder = paths.find(
    (path) => /(^|\/)prisma\//.test(path) && path.includes('/migrations/') && path.endsWith('.sql'),
  );
  if (schema !== undefined && folder !== undefined && dependency(view, 'node', 'prisma', '@prisma/client')) {
    const option =
      /(^|\/)prisma\/schema\.prisma$/.test(schema) && schema.split('/').length <= 3 ? '' : ` --schema ${schema}`;
    return { value: `npx prisma migrate deploy${option}`, from: `${schema}, ${folder}`, guess: true };
  }
  const [script] = search(
    repository,
    packages,
    /"((?:db:|typeorm:)?(?:migrate|migrations?:run|migrate:latest|migrate:deploy|db:migrate))":\s*"/,
    1,
  );
  if (script !== undefined) {
    const folder = inContext({ ...view, paths: [script.path] }, 'package.json')?.replace(/\/?package\.json$/, '') ?? '';
    const inFolder = folder === '' || !copiedPaths(view.part.facts).includes('.') ? '' : ` --prefix ${folder}`;
    const value = `npm run ${script.groups[0]}${inFolder}`;
    return { value, from: at(script.path, script.line, script.text), guess: true };
  }
  const knex = paths.find((path) => /^knexfile\.\w+$/.test(baseOf(path)));
  return knex && dependency(view, 'node', 'knex')
    ? { value: 'npx knex migrate:latest', from: knex, guess: true }
    : undefined;
}

function php(view: View): Found<string> | undefined {
  const laravel = dependency(view, 'php', 'laravel/framework');
  if (laravel !== undefined && view.paths.some((path) => /(^|\/)database\/migrations\//.test(path))) {
    return { value: 'php artisan migrate --force', from: laravel.from };
  }
  const doctrine = dependency(view, 'php', 'doctrine/doctrine-migrations-bundle');
  return doctrine && { value: 'php bin/console doctrine:migrations:migrate --no-interaction', from: doctrine.from };
}

function elixir(view: View): Found<string> | undefined {
  const { repository, paths } = view;
  const ecto = dependency(view, 'elixir', 'ecto_sql', 'phoenix_ecto');
  if (ecto === undefined) return undefined;
  const overlay = paths.find((path) => /(^|\/)rel\/overlays\/bin\/migrate$/.test(path));
  if (overlay !== undefined) return { value: 'bin/migrate', from: overlay };
  const releases = paths.filter((path) => /(^|\/)release(_tasks)?\.ex$/.test(path));
  const [migrates] = search(repository, releases, /^\s*def migrate\b/, 1);
  const [module] = migrates === undefined ? [] : search(repository, [migrates.path], /^defmodule ([A-Z][\w.]*) do/, 1);
  const [app] = search(
    repository,
    paths.filter((path) => baseOf(path) === 'mix.exs'),
    /\bapp:\s*:(\w+)/,
    1,
  );
  if (module === undefined || app === undefined) return undefined;
  return {
    value: `bin/${app.groups[0]} eval ${module.groups[0]}.migrate`,
    from: at(module.path, module.line),
    guess: true,
  };
}
