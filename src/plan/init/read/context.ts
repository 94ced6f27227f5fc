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

/** Commands of package managers and build tools, and the file that each reads in the folder where it runs. */
const READ: [RegExp, string][] = [
  [/\bturbo prune\b/, 'turbo.json'],
  [/\bpnpm (?:i|install|fetch)\b.{0,200}--frozen-lockfile/, 'pnpm-lock.yaml'],
  [/\bpnpm .{0,100}(?:--filter|-F)\b/, 'pnpm-workspace.yaml'],
  [/\bnpm ci\b/, 'package-lock.json'],
  [/\byarn\b.{0,100}--(?:frozen-lockfile|immutable)/, 'yarn.lock'],
  [/\buv sync\b.{0,200}--(?:frozen|locked|package)\b/, 'uv.lock'],
  [/(?:^|\s)\.\/gradlew\b/, 'gradlew'],
  [/(?:^|\s)\.\/mvnw\b/, 'mvnw'],
  [/\bgo (?:build|install|mod download)\b/, 'go.mod'],
  [/\bcargo build\b.{0,200}(?:--locked|-p|--package|--bin)\b/, 'Cargo.lock'],
];
/** Characters of a command that are read. */
const LONGEST = 2_000;

function readByCommands({ stages }: DockerfileFacts): { file: string; line: number; command: string }[] {
  const runs = stages.flatMap(({ instructions }) => instructions).filter(({ text }) => /^RUN /i.test(text));
  return runs.flatMap(({ line, text }) =>
    READ.flatMap(([command, file]) => {
      const call = command.exec(text.slice(0, LONGEST))?.[0].trim();
      return call === undefined ? [] : [{ file, line, command: call }];
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
