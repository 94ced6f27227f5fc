import { messageOf } from '../errors.ts';
import type { ImageContent } from '../ports.ts';
import { readChisel } from './chisel.ts';
import { readGoBuild, readGoSum } from './go.ts';
import { readJava } from './java.ts';
import { readBunLock, readNpmLock, readPnpmLock, readYarnLock } from './npm.ts';
import { type OperatingSystem, type Package, purlOf } from './package.ts';
import { readPipfileLock, readPythonMetadata, readRequirements } from './python.ts';
import { readRpm, readRpmManifest } from './rpm/database.ts';
import { readComposer, readGemfileLock, readGemspec } from './ruby-and-php.ts';
import { readApk, readDpkg, readSystem } from './system.ts';
import { decoded } from './text.ts';
import { readTomlLock } from './toml-lock.ts';
import { CHISEL, isRpm, LOG } from './wanted.ts';

/** A package, and the files that name it. */
export interface FoundPackage extends Package {
  purl: string;
  paths: string[];
}

/** The bill of materials of one image. */
export interface Materials {
  system: OperatingSystem | undefined;
  /** In the order of their package URLs. */
  packages: FoundPackage[];
  /** What could not be read, for people. */
  gaps: string[];
}

/** Packages of a bill of materials. */
const MOST = 30_000;
/** Paths that are named for a package. */
const MOST_PATHS = 10;
/** Bytes of a file that may name no package: that of an application without dependencies. */
const MOST_EMPTY = 2_000;
/** Gaps that are named, and characters of one. */
const MOST_GAPS = 20;
const LONGEST_GAP = 300;

type Reader = (text: string) => Package[];

const BY_NAME: Record<string, Reader> = {
  '.package-lock.json': readNpmLock,
  'Cargo.lock': (text) => readTomlLock(text, 'cargo'),
  'Gemfile.lock': readGemfileLock,
  METADATA: readPythonMetadata,
  'PKG-INFO': readPythonMetadata,
  'Pipfile.lock': readPipfileLock,
  'bun.lock': readBunLock,
  'composer.lock': readComposer,
  'container-manifest-2': readRpmManifest,
  'gems.locked': readGemfileLock,
  'go.sum': readGoSum,
  'installed.json': readComposer,
  'npm-shrinkwrap.json': readNpmLock,
  'package-lock.json': readNpmLock,
  'pdm.lock': (text) => readTomlLock(text, 'pypi'),
  'pnpm-lock.yaml': readPnpmLock,
  'poetry.lock': (text) => readTomlLock(text, 'pypi'),
  'uv.lock': (text) => readTomlLock(text, 'pypi'),
  'yarn.lock': readYarnLock,
};

function readerOf(path: string): Reader | undefined {
  if (path.startsWith('var/lib/dpkg/')) return readDpkg;
  if (path.endsWith('apk/db/installed')) return readApk;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.egg-info')) return readPythonMetadata;
  if (name.endsWith('.gemspec')) return readGemspec;
  if (name.startsWith('requirements')) return readRequirements;
  if (name.startsWith('pylock.')) return (text) => readTomlLock(text, 'pypi');
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}

/** The packages that a file names. @throws Error for one that is not understood */
function packagesIn(path: string, file: Buffer, files: ImageContent['files']): Package[] {
  if (isRpm(path)) return readRpm(file, files.get(path + LOG));
  if (path === CHISEL) return readChisel(file);
  if (path.endsWith('.lockb')) throw new Error('of Bun, only bun.lock is read');
  const reader = readerOf(path);
  const packages = reader?.(decoded(file)) ?? [];
  const isOdd =
    reader !== undefined && reader !== readRequirements && packages.length === 0 && file.length > MOST_EMPTY;
  if (isOdd) throw new Error('no package is found in it');
  return packages;
}

/** The packages of an image, from its package databases, lock files and Go programs. */
export function materialsOf(content: Pick<ImageContent, 'files' | 'goPrograms' | 'javaArchives' | 'gaps'>): Materials {
  const { files, goPrograms, javaArchives } = content;
  const gaps = [...content.gaps];
  const system = systemOf(files);
  const found = new Map<string, FoundPackage>();
  const add = (path: string, packages: readonly Package[]) => {
    for (const one of packages) {
      const purl = purlOf(one, system);
      const known = found.get(purl);
      if (known === undefined) found.set(purl, { ...one, purl, paths: [path] });
      else if (known.paths.length < MOST_PATHS && known.paths.at(-1) !== path) known.paths.push(path);
    }
  };
  for (const [path, file] of [...files].sort(byPath)) {
    try {
      add(path, packagesIn(path, file, files));
    } catch (error) {
      const reason = error instanceof RangeError || error instanceof SyntaxError ? '' : `: ${messageOf(error)}`;
      gaps.push(`/${path} is not understood${reason}`);
    }
  }
  for (const [path, build] of [...goPrograms].sort(byPath)) add(path, readGoBuild(build));
  for (const archive of [...javaArchives].sort(byPath).flatMap(([, archives]) => archives)) {
    const packages = readJava(archive);
    if (packages === undefined) gaps.push(`/${archive.path} does not say what it is`);
    else add(archive.path, packages);
  }
  const packages = [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  if (packages.length > MOST) gaps.push(`only ${MOST} of ${packages.length} packages are listed`);
  if (packages.length === 0) gaps.push('nothing that it has names a package');
  return { system, packages: packages.slice(0, MOST), gaps: shortened(gaps) };
}

/** /etc/os-release is a link in most images: the file that it shows is read as well. */
function systemOf(files: ImageContent['files']): OperatingSystem | undefined {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const file = files.get(path);
    const system = file === undefined ? undefined : readSystem(decoded(file));
    if (system !== undefined) return system;
  }
  return undefined;
}

/** Paths are foreign: an image may have made them long and many. */
function shortened(gaps: readonly string[]): string[] {
  const shown = gaps
    .slice(0, MOST_GAPS)
    .map((gap) => (gap.length > LONGEST_GAP ? `${gap.slice(0, LONGEST_GAP)}…` : gap));
  return gaps.length > MOST_GAPS ? [...shown, `and ${gaps.length - MOST_GAPS} more`] : shown;
}

function byPath([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
