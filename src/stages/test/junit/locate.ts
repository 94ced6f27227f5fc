import { posix } from 'node:path';
import type { TestCase } from './report.ts';

/** A place in the repository, relative to the workspace. */
export interface Place {
  file: string;
  line: number | undefined;
}

/** How paths of the image become paths of the repository. */
export interface PathMap {
  /** Working directory in the image. */
  imageDir: string;
  /** Where that lies in the workspace, as candidates: the context's folder, the application's folder. */
  folders: readonly string[];
  /** Whether the workspace has this file. */
  exists(path: string): boolean;
}

/** `file:line` as pytest, Go, Jest, RSpec, Java, PHP, Rust and Node write it in failures and stacks. */
const PLACES = [
  /^(?:E {3})?([^\s:()"]+\.[A-Za-z]{1,5}):(\d+)(?::\d+)?(?::|\s|$)/,
  /^\s*File "([^"]+)", line (\d+)/,
  /\(([^\s()]+\.[A-Za-z]{1,5}):(\d+)(?::\d+)?\)/,
  /(?:^|[\s@])((?:file:\/\/)?[^\s:()"@]+\.[A-Za-z]{1,5}):(\d+)(?::\d+)?/,
];

/**
 * The place of a failed case in the repository: the last place in its text that is a file of the repository, preferably the
 * case's own file, since stacks end in the test or in the assertion; else the place in the attributes of the report.
 */
export function locateFailure(failed: TestCase, map: PathMap): Place | undefined {
  const own = failed.file === undefined ? undefined : inRepository(failed.file, map);
  const places = failed.text.split(/\r?\n/).flatMap((line) => placesOf(line, map));
  const best = places.filter((place) => place.file === own).at(-1) ?? (own === undefined ? places.at(-1) : undefined);
  if (best) return best;
  return own === undefined ? undefined : { file: own, line: failed.line };
}

function placesOf(line: string, map: PathMap): Place[] {
  for (const form of PLACES) {
    const match = form.exec(line);
    const file = match?.[1] === undefined ? undefined : inRepository(match[1], map);
    if (file !== undefined) return [{ file, line: Number(match?.[2]) }];
  }
  return [];
}

/** The path in the workspace of a path that a test in the image wrote; undefined for libraries and unknown files. */
function inRepository(path: string, map: PathMap): string | undefined {
  const plain = path.replace(/^file:\/\//, '').replaceAll('\\', '/');
  const inside = posix.isAbsolute(plain) ? posix.relative(map.imageDir, plain) : posix.normalize(plain);
  if (inside === '' || inside.startsWith('..')) return undefined;
  const candidates = map.folders.map((folder) => posix.join(folder, inside));
  return candidates.find((candidate) => !candidate.startsWith('..') && map.exists(candidate));
}
