import { isPackage, type Package } from './package.ts';

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
  for (let tree = open.pop(); open.length > 0 || tree !== undefined; tree = open.pop()) {
    for (const [name, value] of Object.entries(Object(tree) as Record<string, unknown>)) {
      const { version, dependencies } = Object(value) as Record<string, unknown>;
      found.push(...npm(name, version));
      if (dependencies !== undefined) open.push(dependencies);
    }
  }
  return found;
}

/** yarn.lock of version 1 and of Berry, whose entries begin with the wanted ranges and have a line with the version. */
export function readYarnLock(text: string): Package[] {
  const found: Package[] = [];
  let name: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    if (!line.startsWith(' ')) name = line.endsWith(':') ? nameOfRange(line) : undefined;
    else if (name !== undefined && (line.startsWith('  version "') || line.startsWith('  version: '))) {
      found.push(...npm(name, plain(line.slice('  version'.length).replace(/^:? /, ''))));
      name = undefined;
    }
  }
  return found;
}

/** The name in `"@a/b@^1.0.0", "@a/b@^1.1.0":`; none of a package of the workspace. */
function nameOfRange(line: string): string | undefined {
  const [first = ''] = line.slice(0, -1).split(', ');
  const range = plain(first);
  const at = range.indexOf('@', 1);
  const wanted = range.slice(at + 1);
  return at < 0 || wanted.startsWith('workspace:') || wanted.startsWith('link:') ? undefined : range.slice(0, at);
}

/** Keys of `packages` in pnpm-lock.yaml: `/@a/b/1.0.0`, `/@a/b@1.0.0` or `'@a/b@1.0.0'`, with the peers behind. */
export function readPnpmLock(text: string): Package[] {
  const found: Package[] = [];
  let inPackages = false;
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ')) inPackages = line.trimEnd() === 'packages:';
    const isKey = inPackages && line.startsWith('  ') && line[2] !== ' ' && line.trimEnd().endsWith(':');
    if (isKey) found.push(...ofPnpmKey(plain(line.trim().slice(0, -1))));
  }
  return found;
}

function ofPnpmKey(key: string): Package[] {
  const [bare = ''] = key.replace(/^\//, '').split('(', 1);
  const parts = bare.split('/');
  const size = bare.startsWith('@') ? 2 : 1;
  const first = parts.slice(0, size).join('/');
  const at = first.indexOf('@', 1);
  const [name, version] =
    parts.length > size || at < 0 ? [first, parts[size]] : [first.slice(0, at), first.slice(at + 1)];
  return npm(name, version?.split('_', 1)[0]);
}

function plain(text: string): string {
  return text.trim().replace(/^["']/, '').replace(/["']$/, '');
}

function npm(name: unknown, version: unknown): Package[] {
  const isRegistry = typeof version === 'string' && /^\d/.test(version);
  return isRegistry && isPackage(name, version) ? [{ type: 'npm', name: name as string, version }] : [];
}
