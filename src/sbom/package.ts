/** The kinds of packages, by their names in package URLs. @see https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst */
export type PackageType = 'apk' | 'cargo' | 'composer' | 'deb' | 'gem' | 'golang' | 'npm' | 'pypi';

/** A package of an image. */
export interface Package {
  type: PackageType;
  /** As its ecosystem writes it: `@scope/name`, `vendor/name`, `example.com/module`. */
  name: string;
  version: string;
  /** Of a package of the operating system. */
  architecture?: string | undefined;
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
const STRANGE = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029"'<>`\\]/;

/** Whether a name and a version can be those of a package. */
export function isPackage(name: unknown, version: unknown): boolean {
  return isText(name, MOST_NAME) && isText(version, MOST_VERSION);
}

function isText(text: unknown, most: number): boolean {
  return typeof text === 'string' && text !== '' && text.length <= most && !STRANGE.test(text);
}

/** The package URL. @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export function purlOf({ type, name, version, architecture }: Package, system: OperatingSystem | undefined): string {
  const namespace = type === 'deb' || type === 'apk' ? [encode(system?.id ?? 'linux')] : [];
  const parts = type === 'pypi' ? [normalised(name)] : name.split('/');
  const qualifiers = new URLSearchParams();
  if (architecture !== undefined) qualifiers.set('arch', architecture);
  if (namespace.length > 0 && system && system.version !== '')
    qualifiers.set('distro', `${system.id}-${system.version}`);
  const query = qualifiers.size > 0 ? `?${qualifiers}` : '';
  return `pkg:${type}/${[...namespace, ...parts.map(encode)].join('/')}@${encode(version)}${query}`;
}

/** @see https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
