import type { ImageContent } from '../ports.ts';
import { readGoBuild, readGoSum } from './go.ts';
import { readNpmLock, readPnpmLock, readYarnLock } from './npm.ts';
import { type OperatingSystem, type Package, purlOf } from './package.ts';
import { readPipfileLock, readPythonMetadata, readRequirements } from './python.ts';
import { readComposer, readGemfileLock } from './ruby-and-php.ts';
import { readApk, readDpkg, readSystem } from './system.ts';
import { readTomlLock } from './toml-lock.ts';
import { RPM } from './wanted.ts';

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

type Reader = (text: string) => Package[];

const BY_NAME: Record<string, Reader> = {
  '.package-lock.json': readNpmLock,
  'Cargo.lock': (text) => readTomlLock(text, 'cargo'),
  'Gemfile.lock': readGemfileLock,
  METADATA: readPythonMetadata,
  'PKG-INFO': readPythonMetadata,
  'Pipfile.lock': readPipfileLock,
  'composer.lock': readComposer,
  'go.sum': readGoSum,
  'installed.json': readComposer,
  'npm-shrinkwrap.json': readNpmLock,
  'package-lock.json': readNpmLock,
  'pnpm-lock.yaml': readPnpmLock,
  'poetry.lock': (text) => readTomlLock(text, 'pypi'),
  'uv.lock': (text) => readTomlLock(text, 'pypi'),
  'yarn.lock': readYarnLock,
};

function readerOf(path: string): Reader | undefined {
  if (path.startsWith('var/lib/dpkg/')) return readDpkg;
  if (path.endsWith('apk/db/installed')) return readApk;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('requirements')) return readRequirements;
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}

/** The packages of an image, from its package databases, lock files and Go programs. */
export function materialsOf(content: Pick<ImageContent, 'files' | 'goPrograms' | 'gaps'>): Materials {
  const { files, goPrograms } = content;
  const gaps = [...content.gaps];
  const text = (path: string) => files.get(path)?.toString('utf8');
  const release = text('etc/os-release') ?? text('usr/lib/os-release');
  const system = release === undefined ? undefined : readSystem(release);
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
    if (RPM.has(path)) gaps.push(`/${path} is not read: packages of RPM are missing`);
    try {
      add(path, readerOf(path)?.(file.toString('utf8')) ?? []);
    } catch {
      gaps.push(`/${path} is not understood`);
    }
  }
  for (const [path, build] of [...goPrograms].sort(byPath)) add(path, readGoBuild(build));
  const packages = [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
  if (packages.length > MOST) gaps.push(`only ${MOST} of ${packages.length} packages are listed`);
  return { system, packages: packages.slice(0, MOST), gaps };
}

function byPath([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
