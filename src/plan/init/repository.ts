/** The files of a repository as data. Nothing of it is run. */
export interface Repository {
  /** Name of its folder. */
  folder: string;
  /** Regular files, relative to the folder, with "/", sorted. */
  paths: readonly string[];
  /** The text of a file; undefined where there is none, or where it was not read (`isRead`, `LIMITS`). */
  text(path: string): string | undefined;
  /** URL of the remote `origin`. */
  origin: string | undefined;
  /** Default branch of `origin`, otherwise the branch that is checked out. */
  branch: string | undefined;
}

/** Bounds of what is read of a repository. */
export const LIMITS = { paths: 50_000, files: 6_000, bytesOfFile: 512 * 1024, bytes: 64 * 1024 * 1024 };

/** A value that was found, and where. */
export interface Found<T> {
  value: T;
  /** Where it is written: `Dockerfile:12 EXPOSE 8000`. */
  from: string;
  /** It may be wrong: it was inferred, or chosen among several. */
  guess?: boolean;
}

const SOURCE =
  /\.(py|rb|ru|php|js|mjs|cjs|ts|mts|cts|jsx|tsx|go|java|kt|ex|exs|cs|rs|properties|sh|toml|cfg|ini|json)$/;
const NAMED =
  /(^|\/)(Procfile|Gemfile|Pipfile|Rakefile|crontab|go\.mod|pom\.xml|build\.gradle|build\.gradle\.kts|Cargo\.toml|mvnw|gradlew|\.dockerignore|\.env[^/]*|env\.[a-z]+|[^/]*(Dockerfile|Containerfile)[^/]*)$/i;
const MARKUP = /\.(ya?ml|csproj|txt|in|cron)$/;
/** Folders of others: dependencies, caches, what a build made. */
const FOREIGN =
  /(^|\/)(node_modules|vendor|third_party|bower_components|\.git|\.venv|venv|dist|build|target|_build|deps|\.next|\.yarn|__pycache__|locales?|i18n|translations?|migrations|static|public|assets)\//;

/** Whether the text of a file says anything about how the app is built, tested and run. */
export function isRead(path: string): boolean {
  if (FOREIGN.test(path))
    return /(^|\/)(Dockerfile|Procfile)$/.test(path) && !/(^|\/)(node_modules|\.git)\//.test(path);
  if (/(^|\/)(package-lock|composer\.lock|tsconfig[^/]*|openapi[^/]*)\.json$/.test(path)) return false;
  return NAMED.test(path) || SOURCE.test(path) || MARKUP.test(path) || !baseOf(path).includes('.');
}

const cache = new WeakMap<Repository, Map<string, readonly string[]>>();

/** The lines of a file; none where it was not read. */
export function linesOf(repository: Repository, path: string): readonly string[] {
  let known = cache.get(repository);
  if (known === undefined) {
    known = new Map();
    cache.set(repository, known);
  }
  const lines = known.get(path) ?? repository.text(path)?.split(/\r?\n/) ?? [];
  known.set(path, lines);
  return lines;
}

/** A line that matches an expression. */
export interface Hit {
  path: string;
  /** From 1. */
  line: number;
  text: string;
  groups: readonly (string | undefined)[];
}

/** Longer lines are minified code or data. */
const LONGEST_LINE = 500;

/** All lines of the files that match, in the order of the paths. */
export function search(repository: Repository, paths: readonly string[], pattern: RegExp, most = 200): Hit[] {
  const hits: Hit[] = [];
  for (const path of paths) {
    for (const [index, text] of linesOf(repository, path).entries()) {
      if (text.length > LONGEST_LINE) continue;
      const match = pattern.exec(text);
      if (match) hits.push({ path, line: index + 1, text: text.trim(), groups: match.slice(1) });
      if (hits.length >= most) return hits;
    }
  }
  return hits;
}

/** A place for evidence. */
export function at(path: string, line?: number, what?: string): string {
  return `${path}${line === undefined ? '' : `:${line}`}${what === undefined ? '' : ` ${what}`}`;
}

/** The folder of a path; empty for the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins a folder and a relative path and resolves `.` and `..`; undefined when it leads out of the repository. */
export function resolvePath(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** Whether a path is in a folder or below it. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
