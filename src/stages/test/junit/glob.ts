import { posix } from 'node:path';

/** A pattern of report files: the folder to search, and a test for each path. */
export interface Glob {
  /** The folder before the first part with a sign of the pattern; "." for the working directory. */
  folder: string;
  /** @param path relative to the folder, with "/" */
  matches(path: string): boolean;
}

/**
 * Reads a pattern of `report`: `*` and `?` within a name, `**` over folders.
 * @returns undefined for a plain path
 */
export function readGlob(report: string): Glob | undefined {
  const parts = posix.normalize(report).split('/');
  const first = parts.findIndex((part) => /[*?]/.test(part));
  if (first < 0) return undefined;
  const wanted = parts.slice(first);
  return {
    folder: parts.slice(0, first).join('/') || (report.startsWith('/') ? '/' : '.'),
    matches: (path) => matchesAll(wanted, path.split('/'), '**', matchesName),
  };
}

function matchesName(form: string, name: string): boolean {
  return matchesAll([...form], [...name], '*', (sign, letter) => sign === '?' || sign === letter);
}

/**
 * Whether the items match the forms one by one. The form `any` stands for any number of items. Takes at most forms × items
 * steps; a regular expression could take exponentially many.
 */
function matchesAll(
  forms: readonly string[],
  items: readonly string[],
  any: string,
  matchesOne: (form: string, item: string) => boolean,
): boolean {
  // The possible numbers of items for the forms so far.
  let ends = [0];
  for (const form of forms) {
    if (form === any) {
      const [first = 0] = ends;
      ends = Array.from({ length: items.length - first + 1 }, (_, index) => first + index);
    } else {
      ends = ends.filter((at) => at < items.length && matchesOne(form, items[at] ?? '')).map((at) => at + 1);
    }
    if (ends.length === 0) return false;
  }
  return ends.at(-1) === items.length;
}
