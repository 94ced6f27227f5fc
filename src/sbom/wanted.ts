/** What is read of a file in a layer. */
export type Wanted = 'whole' | 'start' | undefined;

const SYSTEM = new Set([
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
]);
/** Databases that only librpm and SQLite can read. */
export const RPM = new Set([
  'var/lib/rpm/rpmdb.sqlite',
  'var/lib/rpm/Packages.db',
  'var/lib/rpm/Packages',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/Packages.db',
]);
const LOCK_FILES = new Set([
  'Cargo.lock',
  'Gemfile.lock',
  'Pipfile.lock',
  'composer.lock',
  'go.sum',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'poetry.lock',
  'uv.lock',
  'yarn.lock',
]);
/** Folders of installed packages and caches: a lock file there is that of somebody else's development. */
const OTHERS = [
  'node_modules',
  'site-packages',
  'dist-packages',
  'vendor',
  'gems',
  'testdata',
  'mod',
  'registry',
  '.cache',
  'doc',
];

/** What of a file the bill of materials needs. @param path of the file in the image, without a slash at its beginning */
export function wanted(path: string): Wanted {
  if (SYSTEM.has(path)) return 'whole';
  if (RPM.has(path)) return 'start';
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const last = folders.at(-1) ?? '';
  if (path.startsWith('var/lib/dpkg/status.d/')) return name.endsWith('.md5sums') ? undefined : 'whole';
  if (name === '.package-lock.json' && last === 'node_modules') return 'whole';
  if (name === 'installed.json' && path.endsWith('vendor/composer/installed.json')) return 'whole';
  if (name === 'METADATA' && last.endsWith('.dist-info')) return 'start';
  if (name === 'PKG-INFO' && last.endsWith('.egg-info')) return 'start';
  const isLock = LOCK_FILES.has(name) || (name.startsWith('requirements') && name.endsWith('.txt'));
  return isLock && !folders.some((folder) => OTHERS.includes(folder)) ? 'whole' : undefined;
}
