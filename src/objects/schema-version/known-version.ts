import type { Command } from '../app/app-spec.ts';

/** A command that prints the version of a schema. */
export interface SchemaVersion {
  /** A shell line. */
  command: string;
  /** Exit codes up to this one mean that it answered: some tools exit with 1 while migrations are pending. */
  answers: number;
}

/** Turns the comparison off. */
const NONE = 'none';

/**
 * How the version of the schema is printed: `deploy.schemaVersion`, or the way of a known tool.
 * @returns undefined where it is not known, or turned off
 */
export function schemaVersionOf(given: Command | undefined, migrate: Command): SchemaVersion | undefined {
  if (given === undefined) return knownVersion(migrate);
  if (given === NONE) return undefined;
  const quoted = (part: string) => `'${part.replaceAll("'", "'\\''")}'`;
  return { command: typeof given === 'string' ? given : given.map(quoted).join(' '), answers: 0 };
}

/** Characters with which a shell line is more than one call of one program. */
const SEVERAL = /[;&|<>`()\n\\]/;

/**
 * The command that prints the version of the schema for the migration of a known tool; undefined for any other, and for a line
 * that does more than to call it: that may change data under the same version.
 * Where the tool can, the command lists all applied migrations: after a merge of two branches, the newest migration can have a lower
 * number than one that was applied before.
 */
function knownVersion(migrate: Command): SchemaVersion | undefined {
  if (typeof migrate !== 'string' || SEVERAL.test(migrate)) return undefined;
  const words = migrate.trim().split(/\s+/);
  for (const tool of TOOLS) {
    const found = versionBy(tool, words);
    if (found) return found;
  }
  return undefined;
}

const isProgram = (word: string | undefined, name: string) => word === name || word?.endsWith(`/${name}`) === true;

/** How a tool is called, and how it prints the version. */
interface Tool {
  program: string;
  /** Words of the migration, and of the version in their place. */
  migrate: readonly string[];
  version: readonly string[];
  /** Options behind it that the version takes as well. */
  options?: readonly string[];
  /** Further words behind it, or before it, are further commands. */
  commands?: true;
  /** Options with which it does more than to migrate. */
  unlike?: readonly string[];
  answers?: number;
}

const DJANGO = ['--settings', '--database', '--pythonpath'];
const TOOLS: readonly Tool[] = [
  { program: 'flask', migrate: ['db', 'upgrade'], version: ['db', 'current'], options: ['-d', '--directory'] },
  { program: 'alembic', migrate: ['upgrade'], version: ['current'] },
  { program: 'manage.py', migrate: ['migrate'], version: ['showmigrations', '--plan'], options: DJANGO },
  { program: 'django-admin', migrate: ['migrate'], version: ['showmigrations', '--plan'], options: DJANGO },
  { program: 'rails', migrate: ['db:migrate'], version: ['db:migrate:status'], commands: true },
  { program: 'rake', migrate: ['db:migrate'], version: ['db:migrate:status'], commands: true },
  {
    program: 'prisma',
    migrate: ['migrate', 'deploy'],
    version: ['migrate', 'status'],
    options: ['--schema', '--config'],
    answers: 1,
  },
  {
    program: 'knex',
    migrate: ['migrate:latest'],
    version: ['migrate:list'],
    options: ['--knexfile', '--env', '--client', '--connection'],
  },
  { program: 'flyway', migrate: ['migrate'], version: ['info'], options: ['-'], commands: true },
  {
    program: 'artisan',
    migrate: ['migrate'],
    version: ['migrate:status'],
    options: ['--database', '--path'],
    unlike: ['--seed', '--seeder'],
  },
];

function versionBy(tool: Tool, words: readonly string[]): SchemaVersion | undefined {
  const start = words.findIndex((word) => isProgram(word, tool.program));
  const at = words.findIndex(
    (_, index) => index > start && tool.migrate.every((word, offset) => words[index + offset] === word),
  );
  if (start < 0 || at < 0) return undefined;
  const rest = words.slice(at + tool.migrate.length);
  const others = [...words.slice(start + 1, at), ...rest].filter((word) => !word.startsWith('-'));
  if (tool.commands && others.length > 0) return undefined;
  if (rest.some((word) => tool.unlike?.some((option) => word === option || word.startsWith(`${option}=`))))
    return undefined;
  const command = [...words.slice(0, at), ...tool.version, ...kept(rest, tool.options ?? [])].join(' ');
  return { command, answers: tool.answers ?? 0 };
}

/** The options with these names, as `--name=value` or `--name value`; `-` stands for all of the first form. */
function kept(words: readonly string[], names: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (names.includes('-')) return word.startsWith('-') ? [word] : [];
    if (names.some((name) => word.startsWith(`${name}=`))) return [word];
    return names.includes(word) ? words.slice(index, index + 2) : [];
  });
}
