import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const NAMED = /(^|\.)(Dockerfile|Containerfile)($|\.)/i;
const SKIPPED = /^(node_modules|vendor|dist|target|\..+)$/;
const DEEPEST = 3;

/** Dockerfiles below a folder, relative to it, the nearest first: by depth, then by name. */
export function dockerfilesBelow(folder: string): string[] {
  return search(folder, 0)
    .map((path) => relative(folder, path))
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}

function search(folder: string, depth: number): string[] {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth < DEEPEST && !SKIPPED.test(entry.name) ? search(path, depth + 1) : [];
    return NAMED.test(entry.name) && !entry.name.endsWith('.dockerignore') ? [path] : [];
  });
}
