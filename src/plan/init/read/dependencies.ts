import { at, baseOf, linesOf, type Repository } from '../repository.ts';

/** A library or tool that a part of the repository depends on. */
export interface Dependency {
  /** In lower case, as its registry writes it: django, next, phoenix, spring-boot-starter-web. */
  name: string;
  ecosystem: Ecosystem;
  from: string;
  path: string;
  /** Only for development and tests. */
  dev: boolean;
}

export type Ecosystem = 'python' | 'node' | 'ruby' | 'php' | 'go' | 'java' | 'elixir' | 'dotnet' | 'rust';

type Reader = (repository: Repository, path: string) => Iterable<Named>;
/** Name, line, and whether it is for development alone. */
type Named = [name: string, line: number, dev: boolean];

const DEV = /dev|test|lint|docs|ci\b|local/i;

const READERS: [RegExp, Ecosystem, Reader][] = [
  [/^(requirements|constraints)[\w.-]*\.(txt|in)$|^[\w-]*requirements\.(txt|in)$/, 'python', requirements],
  [/^(base|common|prod|production|dev|test|local)\.(txt|in)$/, 'python', requirements],
  [/^(pyproject\.toml|Pipfile)$/, 'python', toml],
  [/^setup\.(py|cfg)$/, 'python', quoted],
  [/^package\.json$/, 'node', (repository, path) => json(repository, path, ['dependencies', 'devDependencies'])],
  [/^Gemfile$/, 'ruby', gemfile],
  [/^composer\.json$/, 'php', (repository, path) => json(repository, path, ['require', 'require-dev'])],
  [/^go\.mod$/, 'go', goModule],
  [/^pom\.xml$/, 'java', pom],
  [/^build\.gradle(\.kts)?$/, 'java', gradle],
  [/^mix\.exs$/, 'elixir', mix],
  [/\.csproj$/, 'dotnet', project],
  [/^Cargo\.toml$/, 'rust', toml],
];

/** Whether a file lists dependencies. */
export function ecosystemOf(path: string): Ecosystem | undefined {
  const base = baseOf(path);
  if (/^(base|common|prod|production|dev|test|local)\./.test(base) && !/(^|\/)requirements\//.test(path))
    return undefined;
  return READERS.find(([pattern]) => pattern.test(base))?.[1];
}

/** The dependencies that these files list; those of production before those of development. */
export function readDependencies(repository: Repository, paths: readonly string[]): Dependency[] {
  const all = paths.flatMap((path): Dependency[] => {
    const ecosystem = ecosystemOf(path);
    const reader = READERS.find(([pattern]) => pattern.test(baseOf(path)))?.[2];
    if (ecosystem === undefined || reader === undefined) return [];
    return [...reader(repository, path)].map(([name, line, dev]) => {
      const lower = name.toLowerCase();
      return { name: lower, ecosystem, from: at(path, line, name), path, dev };
    });
  });
  return [...all.filter(({ dev }) => !dev), ...all.filter(({ dev }) => dev)];
}

/** Each line of a file with its number. */
function* numbered(repository: Repository, path: string): Generator<[string, number]> {
  for (const [index, line] of linesOf(repository, path).entries()) yield [line.slice(0, 300), index + 1];
}

function* requirements(repository: Repository, path: string): Generator<Named> {
  const dev = /dev|test|local|lint|docs/i.test(path);
  for (const [line, number] of numbered(repository, path)) {
    const name = /^([A-Za-z][\w.-]*)/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, dev];
  }
}

/** Tables of pyproject.toml, Pipfile and Cargo.toml: `name = …` in a table of dependencies, and `"name>=1"` in a list of them. */
function* toml(repository: Repository, path: string): Generator<Named> {
  let table = '';
  let list = '';
  for (const [line, number] of numbered(repository, path)) {
    const heading = /^\[+([^\]]+)\]/.exec(line)?.[1];
    if (heading !== undefined) {
      table = heading;
      list = '';
      const own = /(^|\.)(dev-)?dependencies\.([\w-]+)$/.exec(heading)?.[3];
      if (own !== undefined) yield [own, number, DEV.test(heading)];
      continue;
    }
    const [, quotedKey, bareKey] = /^\s*(?:"([\w.-]+)"|([\w.-]+))\s*=(?!=)/.exec(line) ?? [];
    const key = quotedKey ?? bareKey;
    if (key !== undefined) list = line.includes('[') ? key : '';
    const isTable = /dependencies$|^(dev-)?packages$/.test(table) && !/^(project|tool\.uv)$/.test(table);
    if (key !== undefined && isTable && table !== 'project.optional-dependencies') yield [key, number, DEV.test(table)];
    const inList = /dependencies|requires/.test(list) || /dependency-groups|optional-dependencies/.test(table);
    if (!inList) continue;
    for (const [, name = ''] of line.matchAll(/["']([A-Za-z][\w.-]*)(?=[\s"'[<>=~!;(@])/g)) {
      yield [name, number, DEV.test(list) || (DEV.test(table) && table !== 'project')];
    }
  }
}

function* quoted(repository: Repository, path: string): Generator<Named> {
  for (const [line, number] of numbered(repository, path)) {
    const name = /^\s*["']?([A-Za-z][\w.-]*)\s*(?:\[[\w,]*\])?\s*[<>=~]=/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, false];
  }
}

function* json(repository: Repository, path: string, [production, development]: [string, string]): Generator<Named> {
  const lines = linesOf(repository, path);
  let root: Record<string, unknown>;
  try {
    root = JSON.parse(lines.join('\n')) as Record<string, unknown>;
  } catch {
    return;
  }
  for (const key of [production, development]) {
    const names = root?.[key];
    if (typeof names !== 'object' || names === null) continue;
    for (const name of Object.keys(names)) {
      const line = lines.findIndex((text) => text.includes(`"${name}"`));
      yield [name, line + 1, key === development];
    }
  }
}

function* gemfile(repository: Repository, path: string): Generator<Named> {
  let dev = false;
  for (const [line, number] of numbered(repository, path)) {
    if (/^\s*group\b/.test(line)) dev = !/production|default/.test(line);
    else if (/^end\b/.test(line)) dev = false;
    const name = /^\s*gem\s+["']([\w.-]+)["']/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, dev];
  }
}

function* goModule(repository: Repository, path: string): Generator<Named> {
  for (const [line, number] of numbered(repository, path)) {
    if (line.includes('// indirect')) continue;
    const name = /^(?:require)?\s+([\w.-]+\.[\w.-]+\/\S+)\s+v/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, false];
  }
}

function* pom(repository: Repository, path: string): Generator<Named> {
  for (const [line, number] of numbered(repository, path)) {
    const name = /<artifactId>\s*([\w.-]+)\s*<\/artifactId>/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, false];
  }
}

function* gradle(repository: Repository, path: string): Generator<Named> {
  for (const [line, number] of numbered(repository, path)) {
    const name =
      /["'][\w.-]+:([\w.-]+)(?::[^"']*)?["']/.exec(line)?.[1] ?? /\bid\s*\(?["']([\w.-]+)["']/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, /\btest\w*\s*\(?["']/.test(line)];
  }
}

function* mix(repository: Repository, path: string): Generator<Named> {
  for (const [line, number] of numbered(repository, path)) {
    const name = /^\s*\{:(\w+),/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, /only:\s*(\[?:(dev|test))/.test(line)];
  }
}

function* project(repository: Repository, path: string): Generator<Named> {
  const dev = /tests?\b/i.test(path);
  for (const [line, number] of numbered(repository, path)) {
    const name = /<Project Sdk="([\w.]+)"/.exec(line)?.[1] ?? /<PackageReference Include="([\w.]+)"/.exec(line)?.[1];
    if (name !== undefined) yield [name, number, dev];
  }
}
