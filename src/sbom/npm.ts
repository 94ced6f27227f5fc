import { type Package, packageOf } from './package.ts';
import { linesOf, unquoted } from './text.ts';

/** package-lock.json of every version, npm-shrinkwrap.json, and what npm wrote about an installed node_modules. */
export function readNpmLock(text: string): Package[] {
  const { packages, dependencies } = Object(JSON.parse(text)) as Record<string, unknown>;
  if (typeof packages === 'object' && packages !== null) {
    return Object.entries(packages).flatMap(([path, value]) => {
      const at = path.lastIndexOf('node_modules/');
      const { name, version, link } = Object(value) as Record<string, unknown>;
      return at < 0 || link === true ? [] : npm(name ?? path.slice(at + 'node_modules/'.length), version);
    });
  }
  return ofTree(dependencies);
}

/** The first version of the format has a tree of dependencies. */
function ofTree(root: unknown): Package[] {
  const found: Package[] = [];
  const open = [root];
  while (open.length > 0) {
    for (const [name, value] of Object.entries(Object(open.pop()) as Record<string, unknown>)) {
      const { version, dependencies } = Object(value) as Record<string, unknown>;
      found.push(...npm(name, version));
      if (dependencies !== undefined) open.push(dependencies);
    }
  }
  return found;
}

/** Where a range names a folder, and no package of a registry. */
const LOCAL = /^(?:workspace|link|portal|file):/;

/**
 * yarn.lock of version 1 and of Berry, whose entries begin with the wanted ranges and have a line with the version. The line
 * `resolution` of Berry has the name of the package where the application gave it another one.
 */
export function readYarnLock(text: string): Package[] {
  const found: { name: string | undefined; version?: string }[] = [];
  for (const line of linesOf(text)) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const entry = found.at(-1);
    const [, key, value = ''] = /^ {2}(version|resolution):? (.*)$/.exec(line) ?? [];
    if (!line.startsWith(' '))
      found.push({ name: nameOfRange(line.trimEnd().replace(/:$/, '').split(', ', 1)[0] ?? '') });
    else if (entry === undefined || entry.name === undefined) continue;
    else if (key === 'version') entry.version = unquoted(value);
    else if (key === 'resolution') entry.name = nameOfRange(value);
  }
  return found.flatMap(({ name, version }) => npm(name, version));
}

/** The name in `"@a/b@^1.0.0"` and in `"own@npm:@a/b@^1.0.0"`; none of a folder. */
function nameOfRange(text: string): string | undefined {
  const range = text.trim().replace(/^["']|["']$/g, '');
  const at = range.indexOf('@', 1);
  const wanted = range.slice(at + 1);
  if (at < 0 || LOCAL.test(wanted)) return undefined;
  return aliased(wanted)?.[0] ?? range.slice(0, at);
}

/** Name and version of `npm:@a/b@1.0.0`. */
function aliased(text: string): [string, string] | undefined {
  const at = text.indexOf('@', 'npm:'.length + 1);
  return text.startsWith('npm:') && at > 0 ? [text.slice('npm:'.length, at), text.slice(at + 1)] : undefined;
}

/**
 * Keys of `packages` in pnpm-lock.yaml: `/@a/b/1.0.0`, `/@a/b@1.0.0` or `'@a/b@1.0.0'`, with the peers behind; a long one begins
 * with `? `. A package that is no registry's has its version on a line of its own.
 */
export function readPnpmLock(text: string): Package[] {
  const found: { name: string | undefined; version: string | undefined }[] = [];
  let inPackages = false;
  for (const line of linesOf(text)) {
    if (line !== '' && !line.startsWith(' ')) inPackages = line.trimEnd() === 'packages:';
    if (!inPackages) continue;
    const [, key] = /^ {2}(?:\? )?([^ :#].*?):?$/.exec(line) ?? [];
    const [, field, value = ''] = /^ {4}(name|version): (.*)$/.exec(line) ?? [];
    const entry = found.at(-1);
    if (key !== undefined) found.push(ofPnpmKey(unquoted(key)));
    else if (field === 'name' && entry) entry.name = unquoted(value);
    else if (field === 'version' && entry) entry.version = unquoted(value);
  }
  return found.flatMap(({ name, version }) => npm(name, version));
}

function ofPnpmKey(key: string): { name: string | undefined; version: string | undefined } {
  if (LOCAL.test(key)) return { name: undefined, version: undefined };
  // Early versions name the host of the registry.
  const [bare = ''] = key.replace(/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)?\//, '').split('(', 1);
  const parts = bare.split('/');
  const size = bare.startsWith('@') ? 2 : 1;
  const first = parts.slice(0, size).join('/');
  const at = first.indexOf('@', 1);
  const [name, version] = at < 0 ? [first, parts[size]] : [first.slice(0, at), first.slice(at + 1)];
  return { name, version: version?.split('_', 1)[0] };
}

/** bun.lock: an array for each package, which begins with its name and version. JSON with commas behind the last element. */
export function readBunLock(text: string): Package[] {
  return linesOf(text).flatMap((line) => {
    const [, found = ''] = /^ {4}"[^"]{1,500}": \["([^"]{1,500})"/.exec(line) ?? [];
    const at = found.indexOf('@', 1);
    return at < 0 ? [] : npm(found.slice(0, at), found.slice(at + 1));
  });
}

/** A package of a registry: its version begins with a number. */
function npm(given: unknown, wanted: unknown): Package[] {
  const [name, version] = (typeof wanted === 'string' ? aliased(wanted) : undefined) ?? [given, wanted];
  return typeof version === 'string' && /^\d/.test(version) ? packageOf('npm', name, version) : [];
}
