/** What is read of a file in a layer. */
export type Wanted = 'whole' | 'start' | 'database' | 'archive' | undefined;

export const CHISEL = 'var/lib/chisel/manifest.wall';
const SYSTEM = new Set([
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/rpmmanifest/container-manifest-2',
  CHISEL,
]);
const JAVA = /\.(?:jar|war|ear|hpi|jpi)$/;
/** Where RPM keeps its database: /var/lib/rpm, Fedora and openSUSE, and systems of ostree. */
const RPM_FOLDER = /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\//;
const RPM_FILE = /^(?:rpmdb\.sqlite|Packages|Packages\.db)$/;
/** The write-ahead log of SQLite beside a database. */
export const LOG = '-wal';
const LOCK_FILES = new Set([
  'Cargo.lock',
  'Gemfile.lock',
  'Pipfile.lock',
  'bun.lock',
  'bun.lockb',
  'composer.lock',
  'gems.locked',
  'go.sum',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pdm.lock',
  'pnpm-lock.yaml',
  'poetry.lock',
  'pylock.toml',
  'uv.lock',
  'yarn.lock',
]);
/** Folders of installed packages and caches: a lock file there is that of somebody else's development. */
const OTHERS =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor\/(?:bundle|cache|[^/]+\/[^/]+)|gems|testdata|pkg\/mod|\.?cargo\/(?:registry|git)|\.cache|usr\/share\/doc)\//;

/** What of a file the bill of materials needs. @param path of the file in the image, without a slash at its beginning */
export function wanted(path: string): Wanted {
  if (isRpm(path) || (path.endsWith(LOG) && isRpm(path.slice(0, -LOG.length)))) return 'database';
  if (SYSTEM.has(path)) return 'whole';
  if (JAVA.test(path)) return 'archive';
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const folder = path.slice(path.lastIndexOf('/', slash - 1) + 1, Math.max(0, slash));
  if (path.startsWith('var/lib/dpkg/status.d/')) return name.endsWith('.md5sums') ? undefined : 'whole';
  if (name === '.package-lock.json' && folder === 'node_modules') return 'whole';
  if (name === 'installed.json' && path.endsWith('vendor/composer/installed.json')) return 'whole';
  if (name === 'METADATA' && folder.endsWith('.dist-info')) return 'start';
  if (name === 'PKG-INFO' && (folder.endsWith('.egg-info') || folder === 'EGG-INFO')) return 'start';
  if (name.endsWith('.egg-info')) return 'start';
  if (name.endsWith('.gemspec') && /(?:^|\/)specifications\/(?:default\/)?[^/]+$/.test(path)) return 'start';
  const isLock = LOCK_FILES.has(name) || /^requirements.*\.txt$/.test(name) || /^pylock\..*\.toml$/.test(name);
  return isLock && !OTHERS.test(path) ? 'whole' : undefined;
}

/** Whether the file is the database of RPM. */
export function isRpm(path: string): boolean {
  return RPM_FOLDER.test(path) && RPM_FILE.test(path.slice(path.lastIndexOf('/') + 1));
}
