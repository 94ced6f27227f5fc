import { at, baseOf, type Found, folderOf, isBelow, type Repository, resolvePath } from '../repository.ts';
import { copiedPaths, type DockerfileFacts } from './dockerfile.ts';

/**
 * The folder that a Dockerfile is built from: its own folder, or the nearest one above that has everything that it copies. A
 * Dockerfile that copies the whole context also needs what its commands read: the lock file of a workspace is at its root.
 * @returns undefined if there is no such folder
 */
export function contextOf(repository: Repository, facts: DockerfileFacts): Found<string> | undefined {
  const copied = copiedPaths(facts).map((source) => source.replace(/^\/+|^\.\//g, ''));
  const wanted = copied.filter((source) => source !== '' && source !== '.');
  const own = folderOf(facts.path);
  const above = [own, ...own.split('/').map((_, index, parts) => parts.slice(0, -1 - index).join('/'))];
  const fitting = [...new Set(above)].filter((folder) => wanted.every((source) => exists(repository, folder, source)));
  const read = copied.length > wanted.length ? readByCommands(facts) : [];
  const whole = fitting.find((folder) => read.every(({ file }) => exists(repository, folder, file)));
  const [nearest] = fitting;
  if (nearest === undefined) return undefined;
  if (whole !== undefined && whole !== nearest) {
    const proof = read.find(({ file }) => !exists(repository, nearest, file));
    return { value: whole, from: at(facts.path, proof?.line, `${proof?.command} needs ${proof?.file}`) };
  }
  const proof = nearest === own ? undefined : wanted.find((source) => !exists(repository, own, source));
  return { value: nearest, from: at(facts.path, undefined, proof === undefined ? '' : `COPY ${proof}`).trim() };
}

/** Commands of package managers and build tools, the options that matter, and the file that each reads where it runs. */
const READ: [RegExp, readonly string[], string][] = [
  [/\bturbo prune\b/, [], 'turbo.json'],
  [/\bpnpm (?:i|install|fetch)\b/, ['--frozen-lockfile'], 'pnpm-lock.yaml'],
  [/\bpnpm\b/, ['--filter', '-F '], 'pnpm-workspace.yaml'],
  [/\bnpm ci\b/, [], 'package-lock.json'],
  [/\byarn\b/, ['--frozen-lockfile', '--immutable'], 'yarn.lock'],
  [/\buv sync\b/, ['--frozen', '--locked', '--package'], 'uv.lock'],
  [/(?:^|\s)\.\/gradlew\b/, [], 'gradlew'],
  [/(?:^|\s)\.\/mvnw\b/, [], 'mvnw'],
  [/\bgo (?:build|install|mod download)\b/, [], 'go.mod'],
  [/\bcargo build\b/, ['--locked', '-p ', '--package', '--bin'], 'Cargo.lock'],
];
/** Characters of a command that are read. */
const LONGEST = 2_000;

function readByCommands({ stages }: DockerfileFacts): { file: string; line: number; command: string }[] {
  const runs = stages.flatMap(({ instructions }) => instructions).filter(({ text }) => /^RUN /i.test(text));
  const parts = runs.flatMap(({ line, text }) => {
    return text
      .slice(0, LONGEST)
      .split(/&&|;|\|/)
      .map((part) => ({ line, part }));
  });
  return parts.flatMap(({ line, part }) =>
    READ.flatMap(([command, options, file]) => {
      const call = command.exec(part)?.[0].trim();
      const option = options.find((one) => part.includes(one));
      if (call === undefined || (options.length > 0 && option === undefined)) return [];
      return [{ file, line, command: [call, option?.trim()].filter(Boolean).join(' ') }];
    }),
  );
}

function exists(repository: Repository, folder: string, source: string): boolean {
  const fixed = source.split(/[*?[]/)[0] ?? '';
  const path = resolvePath(folder, fixed);
  if (path === undefined) return false;
  if (fixed !== source) {
    // An optional file is written as a pattern: `package-lock.json*`.
    return fixed === '' || repository.paths.some((one) => one.startsWith(path)) || baseOf(path) !== path;
  }
  return repository.paths.some((one) => isBelow(one, path));
}
