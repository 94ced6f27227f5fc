import { describe, expect, it } from 'vitest';
import { materialsOf } from '../../../src/sbom/packages.ts';
import { wanted } from '../../../src/sbom/wanted.ts';

type Program = { go: string; modules: string };

const materials = (files: Record<string, string>, programs: Record<string, Program> = {}) =>
  materialsOf({
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    goPrograms: new Map(Object.entries(programs)),
    ...{ javaArchives: new Map(), gaps: [] },
  });
const purls = (files: Record<string, string>, programs?: Record<string, Program>) =>
  materials(files, programs).packages.map(({ purl }) => purl);

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';

describe('the packages of an image', () => {
  it('of dpkg: those that are installed, with the distribution', () => {
    const status = [
      'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u10\nDescription: x\n more: y\n',
      'Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1.0\n',
    ].join('\n');
    const found = materials({ 'etc/os-release': DEBIAN, 'var/lib/dpkg/status': status });
    expect(found.system).toEqual({ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' });
    expect(found.packages).toEqual([
      {
        ...{ type: 'deb', name: 'libc6', version: '2.36-9+deb12u10', architecture: 'amd64' },
        purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12',
        paths: ['var/lib/dpkg/status'],
      },
    ]);
    expect(
      purls({ 'usr/lib/os-release': DEBIAN, 'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4\n' }),
    ).toEqual(['pkg:deb/debian/base-files@12.4?distro=debian-12']);
  });

  it('of apk', () => {
    const installed = 'C:Q1x=\nP:musl\nV:1.2.5-r9\nA:x86_64\nF:lib\nR:ld-musl\n\nP:busybox\nV:1.37.0-r12\nA:x86_64\n';
    expect(purls({ 'lib/apk/db/installed': installed, 'etc/os-release': 'ID=alpine\nVERSION_ID=3.22.0\n' })).toEqual([
      'pkg:apk/alpine/busybox@1.37.0-r12?arch=x86_64&distro=alpine-3.22.0',
      'pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64&distro=alpine-3.22.0',
    ]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'package-lock.json',
      {
        'app/package-lock.json': JSON.stringify({
          packages: {
            '': { name: 'own', version: '1.0.0' },
            'node_modules/@a/b': { version: '1.2.3' },
            'node_modules/c/node_modules/d': { version: '2.0.0' },
            'packages/own': { version: '1.0.0' },
            'node_modules/own': { link: true, resolved: 'packages/own' },
          },
        }),
      },
      ['pkg:npm/%40a/b@1.2.3', 'pkg:npm/d@2.0.0'],
    ],
    [
      'package-lock.json of version 1',
      {
        'package-lock.json': JSON.stringify({
          dependencies: {
            a: { version: '1.0.0', dependencies: { b: { version: '2.0.0' } } },
            git: { version: 'github:x/y' },
          },
        }),
      },
      ['pkg:npm/a@1.0.0', 'pkg:npm/b@2.0.0'],
    ],
    [
      'what npm installed',
      { 'app/node_modules/.package-lock.json': '{"packages":{"node_modules/x":{"version":"1.0.0"}}}' },
      ['pkg:npm/x@1.0.0'],
    ],
    [
      'yarn.lock of version 1',
      {
        'yarn.lock':
          '# yarn lockfile v1\n\n"@a/b@^1.0.0", "@a/b@^1.2.0":\n  version "1.2.3"\n  dependencies:\n    c "^2"\n\nc@^2:\n  version "2.0.0"\n',
      },
      ['pkg:npm/%40a/b@1.2.3', 'pkg:npm/c@2.0.0'],
    ],
    [
      'yarn.lock of Berry',
      {
        'yarn.lock':
          '__metadata:\n  version: 8\n\n"@a/b@npm:^1.0.0":\n  version: 1.2.3\n  resolution: "@a/b@npm:1.2.3"\n\n"own@workspace:.":\n  version: 0.0.0-use.local\n',
      },
      ['pkg:npm/%40a/b@1.2.3'],
    ],
    [
      'pnpm-lock.yaml of versions 5, 6 and 9',
      {
        'a/pnpm-lock.yaml':
          'lockfileVersion: 5.4\npackages:\n\n  /@a/b/1.0.0_react@18.0.0:\n    resolution: {x: y}\n  /c/2.0.0:\n    dev: false\n',
        'b/pnpm-lock.yaml': 'packages:\n  /@a/b@1.1.0(react@18.0.0):\n    resolution: {x: y}\n',
        'c/pnpm-lock.yaml': "packages:\n  '@a/b@1.2.0':\n    resolution: {x: y}\nsnapshots:\n  not@9.9.9:\n    x: y\n",
      },
      ['pkg:npm/%40a/b@1.0.0', 'pkg:npm/%40a/b@1.1.0', 'pkg:npm/%40a/b@1.2.0', 'pkg:npm/c@2.0.0'],
    ],
    [
      'poetry.lock',
      {
        'poetry.lock':
          '[[package]]\nname = "Flask_Login"\nversion = "0.6.3"\nfiles = [\n    {file = "x", hash = "y"},\n]\n\n[package.dependencies]\nname = "not"\n\n[metadata]\nlock-version = "2.1"\n',
      },
      ['pkg:pypi/flask-login@0.6.3'],
    ],
    [
      'uv.lock',
      {
        'uv.lock':
          'version = 1\n\n[[package]]\nname = "own"\nversion = "0.1.0"\nsource = { virtual = "." }\n\n[[package]]\nname = "flask"\nversion = "3.1.0"\nsource = { registry = "https://pypi.org/simple" }\n',
      },
      ['pkg:pypi/flask@3.1.0'],
    ],
    [
      'requirements files',
      {
        'requirements.txt':
          '-r other.txt\n# flask==1.0\nFlask==3.1.0 ; python_version > "3.8"\nuvicorn[standard]==0.30.0 \\\n    --hash=sha256:00\nloose>=1\nstar==1.*\nrange==1.0,<2\n',
      },
      ['pkg:pypi/flask@3.1.0', 'pkg:pypi/uvicorn@0.30.0'],
    ],
    [
      'Pipfile.lock',
      {
        'Pipfile.lock':
          '{"default":{"flask":{"version":"==3.1.0"},"git":{"ref":"x"}},"develop":{"pytest":{"version":"==8.0"}}}',
      },
      ['pkg:pypi/flask@3.1.0', 'pkg:pypi/pytest@8.0'],
    ],
    [
      'what pip installed',
      {
        'usr/lib/python3.12/site-packages/flask-3.1.0.dist-info/METADATA':
          'Metadata-Version: 2.4\nName: Flask\nVersion: 3.1.0\n\nName: not\nVersion: 1\n',
      },
      ['pkg:pypi/flask@3.1.0'],
    ],
    [
      'go.sum',
      {
        'src/go.sum':
          'example.com/a/b v1.2.3 h1:x=\nexample.com/a/b v1.2.3/go.mod h1:x=\nexample.com/c v0.1.0/go.mod h1:x=\n',
      },
      ['pkg:golang/example.com/a/b@v1.2.3'],
    ],
    [
      'Gemfile.lock',
      {
        'Gemfile.lock':
          'PATH\n  remote: .\n  specs:\n    own (0.1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    rails (8.0.1)\n      rack (>= 2)\n    rack (3.1.8)\n\nPLATFORMS\n  ruby\n',
      },
      ['pkg:gem/rack@3.1.8', 'pkg:gem/rails@8.0.1'],
    ],
    [
      'composer.lock',
      {
        'composer.lock':
          '{"packages":[{"name":"symfony/console","version":"v7.2.1"}],"packages-dev":[{"name":"a/b","version":"1.0"}]}',
      },
      ['pkg:composer/a/b@1.0', 'pkg:composer/symfony/console@v7.2.1'],
    ],
    [
      'Cargo.lock',
      {
        'Cargo.lock':
          '[[package]]\nname = "own"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.219"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
      },
      ['pkg:cargo/serde@1.0.219'],
    ],
  ])('of %s', (_what, files, expected) => {
    expect(purls(files)).toEqual(expected);
    for (const path of Object.keys(files)) expect([path, wanted(path) === undefined]).toEqual([path, false]);
  });

  it('of programs of Go: the modules, those that replace others, and Go itself', () => {
    const modules =
      'path\texample.com/app\nmod\texample.com/app\t(devel)\t\ndep\texample.com/a\tv1.0.0\th1:x=\ndep\texample.com/b\tv1.0.0\n=>\texample.com/fork\tv1.0.1\th1:y=\nbuild\t-compiler=gc\n';
    expect(purls({}, { app: { go: 'go1.24.3 X:foo', modules } })).toEqual([
      'pkg:golang/example.com/a@v1.0.0',
      'pkg:golang/example.com/fork@v1.0.1',
      'pkg:golang/stdlib@1.24.3',
    ]);
  });

  it('are each listed once, with the files that name them', () => {
    const found = materials({ 'a/go.sum': 'x.org/a v1.0.0 h1:x=\n', 'b/go.sum': 'x.org/a v1.0.0 h1:x=\n' });
    expect(found.packages.map(({ paths }) => paths)).toEqual([['a/go.sum', 'b/go.sum']]);
  });

  it('of hostile files are none, and what is not understood is said', () => {
    const deep = `${'{"dependencies":{"a":'.repeat(20_000)}1${'}}'.repeat(20_000)}`;
    const { packages, gaps } = materials({
      'a/package-lock.json': deep,
      'b/package-lock.json': '{"packages":[1,null],"dependencies":{"__proto__":{"version":"1.0.0"}}}',
      'c/composer.lock': 'null',
      'd/composer.lock': '{"packages":[null,{"name":"a\\nb","version":"1"},{"name":{"x":1},"version":"1"}]}',
      'e/Pipfile.lock': '{',
      'f/go.sum': `${'x'.repeat(10_000)} v1.0.0 h1:x\n`,
    });
    expect(packages.filter(({ name }) => name !== 'a')).toEqual([]);
    expect(gaps).toContain('/e/Pipfile.lock is not understood');
  });

  it('are not those of the lock files of other packages', () => {
    for (const path of [
      'app/node_modules/x/yarn.lock',
      'usr/lib/python3/dist-packages/x/requirements.txt',
      'go/pkg/mod/x@v1/go.sum',
    ])
      expect(wanted(path)).toBeUndefined();
  });
});
