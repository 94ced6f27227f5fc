import { type Package, packageOf } from './package.ts';
import { linesOf, unquoted } from './text.ts';

/** Sources of packages that are folders of the application. */
const LOCAL = /^\{ *(?:virtual|editable|directory|path) *= /;

/**
 * The `[[package]]` tables of poetry.lock, uv.lock, pdm.lock and Cargo.lock, and `[[packages]]` of pylock.toml: name and version
 * on lines of their own, as these tools write them. A package of Cargo without a source, and one whose source is a folder, is the
 * application itself.
 */
export function readTomlLock(text: string, type: 'cargo' | 'pypi'): Package[] {
  const found: Package[] = [];
  let own = new Map<string, string>();
  let table = '';
  const close = () => {
    const source = own.get('source');
    const isLocal =
      own.get('source.type') === 'directory' ||
      own.has('directory') ||
      (type === 'cargo' ? source === undefined : LOCAL.test(source ?? ''));
    if (!isLocal) found.push(...packageOf(type, own.get('name'), own.get('version')));
    own = new Map();
  };
  for (const line of linesOf(text)) {
    if (line.startsWith('[')) {
      table = line.trimEnd();
      if (table.startsWith('[[')) close();
      if (table === '[packages.directory]') own.set('directory', '');
      continue;
    }
    const prefix = PREFIXES.get(table);
    const at = line.indexOf('=');
    if (prefix !== undefined && at > 0) own.set(prefix + line.slice(0, at).trim(), unquoted(line.slice(at + 1)));
  }
  close();
  return found;
}

/** Tables whose keys count, and what stands before these. */
const PREFIXES = new Map([
  ['[[package]]', ''],
  ['[[packages]]', ''],
  ['[package.source]', 'source.'],
]);
