/** The kinds of packages, by their names in package URLs. @see https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst */
export type PackageType =
  | 'apk'
  | 'cargo'
  | 'composer'
  | 'deb'
  | 'gem'
  | 'generic'
  | 'golang'
  | 'maven'
  | 'npm'
  | 'pypi'
  | 'rpm';

/** A package of an image. */
export interface Package {
  type: PackageType;
  /** As its ecosystem writes it: `@scope/name`, `vendor/name`, `group:artifact`, `example.com/module`. */
  name: string;
  version: string;
  /** Of a package of the operating system. */
  architecture?: string | undefined;
  /** Of RPM: a version with a higher one is newer, whatever its number is. */
  epoch?: number | undefined;
}

/** The operating system of an image. @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export interface OperatingSystem {
  /** ID, such as debian. */
  id: string;
  /** VERSION_ID; empty: it has none. */
  version: string;
  name: string;
}

/** Characters of a name and of a version. */
const MOST_NAME = 300;
const MOST_VERSION = 200;
/** What no ecosystem has in names and versions: the file is hostile or not understood. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const STRANGE = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufffd"'<>`\\]/;
const SYSTEM_NAME = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
/** What each ecosystem allows in names. */
const NAMES: Record<PackageType, RegExp> = {
  apk: /^[A-Za-z0-9._][A-Za-z0-9+._-]*$/,
  cargo: /^[A-Za-z0-9_-]+$/,
  composer: /^[^/@=]+\/[^/@=]+$/,
  deb: SYSTEM_NAME,
  gem: /^[A-Za-z0-9._-]+$/,
  generic: SYSTEM_NAME,
  golang: /^[^@=]+$/,
  maven: /^[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$/,
  npm: /^(?:@[^/@=]+\/)?[^/@=]+$/,
  pypi: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  rpm: SYSTEM_NAME,
};

/** The package, or none where name or version cannot be those of one. */
export function packageOf(
  type: PackageType,
  name: unknown,
  version: unknown,
  more: Pick<Package, 'architecture' | 'epoch'> = {},
): Package[] {
  if (!isText(name, MOST_NAME) || !isText(version, MOST_VERSION) || !NAMES[type].test(name)) return [];
  // Package URLs have no such parts.
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..')) return [];
  const { architecture, epoch } = more;
  return [
    {
      ...{ type, name, version },
      ...(isText(architecture, MOST_NAME) ? { architecture } : {}),
      ...(epoch !== undefined && epoch > 0 ? { epoch } : {}),
    },
  ];
}

/** Whether a text can be the id or the version of an operating system. */
export function isPlain(text: string): boolean {
  return isText(text, MOST_VERSION);
}

function isText(text: unknown, most: number): text is string {
  return typeof text === 'string' && text !== '' && text.length <= most && !STRANGE.test(text);
}

/** The package URL. @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export function purlOf(one: Package, system: OperatingSystem | undefined): string {
  const { type, version, architecture, epoch } = one;
  const isOfSystem = type === 'deb' || type === 'apk' || type === 'rpm';
  const namespace = isOfSystem ? [encode(vendorOf(system))] : [];
  const qualifiers = new URLSearchParams();
  if (architecture !== undefined) qualifiers.set('arch', architecture);
  if (isOfSystem && system && system.version !== '') qualifiers.set('distro', `${system.id}-${system.version}`);
  if (epoch !== undefined) qualifiers.set('epoch', String(epoch));
  const query = qualifiers.size > 0 ? `?${qualifiers}` : '';
  return `pkg:${type}/${[...namespace, ...nameOf(one).split('/').map(encode)].join('/')}@${encode(version)}${query}`;
}

function nameOf({ type, name }: Package): string {
  if (type === 'composer') return name.toLowerCase();
  if (type === 'maven') return name.replace(':', '/');
  // See https://packaging.python.org/en/latest/specifications/name-normalization/
  return type === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

/** The vendor of its packages, which Red Hat alone does not name as its system. */
function vendorOf(system: OperatingSystem | undefined): string {
  return system?.id === 'rhel' ? 'redhat' : (system?.id ?? 'linux');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
