import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { materialsOf } from '../../../src/sbom/packages.ts';
import { wanted } from '../../../src/sbom/wanted.ts';

const materials = (files: Record<string, string | Buffer>) =>
  materialsOf({
    files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
    ...{ goPrograms: new Map(), javaArchives: new Map(), gaps: [] },
  });
const purls = (files: Record<string, string | Buffer>) => materials(files).packages.map(({ purl }) => purl);
/** Four lines, packed by the program zstd. */
const CHISEL =
  'KLUv/WRIAC0FAKKKIBlQtQ7gAbLJN7tNWk1mZkwVHsSYBpzMtBlOwJa8QCkEAonMpAbSTH0+FK2++3vnIwfRkL07FB68br2Yq4DnV2paS2J3n7reXT4txa4+xCuH86Hb1d0XK+l0AmmbOV/GSe3db5W3UvH8pk7pGrAZ/FsvKvYkoWjv/gR4PqWdVcpG1wILAHKjoAWGtQ2Qi3K/wMoWhzYw3JBX8vsqFrgwmGhzDOGPY4U=';
const UBUNTU = { 'etc/os-release': "ID=ubuntu\r\nVERSION_ID='24.04'\r\nPRETTY_NAME=\r\n" };

describe('files that name packages in another form', () => {
  it.each<[string, Record<string, string | Buffer>, string[]]>([
    [
      'yarn.lock from Windows, with a package under another name',
      {
        'yarn.lock':
          '# yarn lockfile v1\r\n\r\n"cool@npm:@a/b@^1.0.0":\r\n  version "1.2.3"\r\n  resolved "https://x/y.tgz"\r\n\r\n"own@file:./own":\r\n  version "0.0.1"\r\n',
      },
      ['pkg:npm/%40a/b@1.2.3'],
    ],
    [
      'yarn.lock of Berry, with another name, a patch and a folder',
      {
        'yarn.lock':
          '"cool@npm:c@^1, cool@npm:c@^1.1":\n  version: 1.2.3\n  resolution: "c@npm:1.2.3"\n\n"ts@patch:ts@npm%3A^5#~builtin":\n  version: 5.0.4\n  resolution: "ts@patch:ts@npm%3A5.0.4#~builtin::version=5.0.4"\n\n"own@portal:../own":\n  version: 0.0.0\n  resolution: "own@portal:../own"\n',
      },
      ['pkg:npm/c@1.2.3', 'pkg:npm/ts@5.0.4'],
    ],
    [
      'package-lock.json of version 1 with a package under another name, and a byte order mark',
      { 'package-lock.json': '\ufeff{"dependencies":{"cool":{"version":"npm:@a/b@1.0.0"},"c":{"version":"2.0.0"}}}' },
      ['pkg:npm/%40a/b@1.0.0', 'pkg:npm/c@2.0.0'],
    ],
    [
      'package-lock.json with names that are none',
      {
        'package-lock.json':
          '{"packages":{"node_modules/../x":{"version":"1.0.0"},"node_modules/a/../../b":{"version":"1.0.0"},"node_modules/ok":{"version":"1.0.0"},"node_modules/__proto__":{"version":"1.0.0"}}}',
      },
      ['pkg:npm/__proto__@1.0.0', 'pkg:npm/ok@1.0.0'],
    ],
    [
      'pnpm-lock.yaml with a host, a long key, a package of Git and a folder',
      {
        'pnpm-lock.yaml':
          "packages:\r\n\r\n  registry.npmjs.org/a/1.0.0:\r\n    dev: false\r\n  npm.pkg.github.com/@s/b/2.0.0:\r\n    dev: false\r\n  ? /c@3.0.0(peer@1.0.0)\r\n  : resolution: {integrity: x}\r\n  lodash.merge@4.6.2:\r\n    resolution: {}\r\n  'd@https://codeload.github.com/o/d/tar.gz/0a1b':\r\n    resolution: {tarball: x}\r\n    version: 4.0.0\r\n  own@file:packages/own:\r\n    resolution: {directory: packages/own}\r\n",
      },
      ['pkg:npm/%40s/b@2.0.0', 'pkg:npm/a@1.0.0', 'pkg:npm/c@3.0.0', 'pkg:npm/d@4.0.0', 'pkg:npm/lodash.merge@4.6.2'],
    ],
    [
      'bun.lock',
      {
        'bun.lock':
          '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "own",\n    },\n  },\n  "packages": {\n    "@a/b": ["@a/b@1.2.3", "", {}, "sha512-x"],\n\n    "c/d": ["d@2.0.0", "", { "bin": "x" }, "sha512-y"],\n    "own": ["own@workspace:."],\n  }\n}\n',
      },
      ['pkg:npm/%40a/b@1.2.3', 'pkg:npm/d@2.0.0'],
    ],
    [
      'requirements.txt from PowerShell, in UTF-16',
      { 'requirements.txt': Buffer.from('\ufeffFlask==3.1.0\r\nuvicorn == 0.30.0\r\n', 'utf16le') },
      ['pkg:pypi/flask@3.1.0', 'pkg:pypi/uvicorn@0.30.0'],
    ],
    [
      'requirements.txt with other operators, addresses and options',
      {
        'requirements.txt':
          'a!=1.0,==1.2\nb>=1,<2\nc @ https://x.org/c==1.0.whl\n--index-url https://x/==1\n-e git+https://x/y==1\nd[e,f]===1.0\ng (==2.0)\nh==1.0\t--hash=sha256:00\n',
      },
      ['pkg:pypi/d@1.0', 'pkg:pypi/g@2.0', 'pkg:pypi/h@1.0'],
    ],
    [
      'poetry.lock with a folder, and a text that looks like a table',
      {
        'poetry.lock':
          '[[package]]\r\nname = \'a\'\r\nversion = \'1.0\'\r\n\r\n[package.extras]\r\nversion = ["x"]\r\n\r\n[[package]]\r\nname = "own"\r\nversion = "0.1"\r\n\r\n[package.source]\r\ntype = "directory"\r\nurl = "../own"\r\n',
      },
      ['pkg:pypi/a@1.0'],
    ],
    [
      'uv.lock and pylock.toml with folders',
      {
        'uv.lock':
          '[[package]]\nname = "own"\nversion = "1"\nsource = { directory = "own" }\n\n[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "https://pypi.org/simple" }\nsdist = { url = "x" }\n',
        'pylock.toml':
          'lock-version = "1.0"\n\n[[packages]]\nname = "b"\nversion = "2.0"\n\n[[packages.wheels]]\nname = "b-2.0.whl"\n\n[[packages]]\nname = "own"\nversion = "1"\ndirectory = { path = "." }\n',
        'pdm.lock': '[[package]]\nname = "c"\nversion = "3.0"\nrequires_python = ">=3.8"\n',
      },
      ['pkg:pypi/a@1.0', 'pkg:pypi/b@2.0', 'pkg:pypi/c@3.0'],
    ],
    [
      'groups of Pipfile.lock, and metadata of an egg',
      {
        'Pipfile.lock': '{"_meta":{"sources":[]},"default":{"a":{"version":"==1.0"}},"docs":{"b":{"version":"==2.0"}}}',
        'usr/lib/python3/dist-packages/c-3.0.egg-info': 'Metadata-Version: 1.0\r\nNAME: c\r\nVersion: 3.0\r\n\r\n',
        'opt/x/d.egg/EGG-INFO/PKG-INFO': 'Name: d\nVersion: 4.0\n',
      },
      ['pkg:pypi/a@1.0', 'pkg:pypi/b@2.0', 'pkg:pypi/c@3.0', 'pkg:pypi/d@4.0'],
    ],
    [
      'Gemfile.lock with platforms, from Windows, and installed gems',
      {
        'Gemfile.lock':
          'GIT\r\n  remote: https://x/y\r\n  specs:\r\n    a (1.0)\r\n\r\nGEM\r\n  specs:\r\n    nokogiri (1.16.0)\r\n    nokogiri (1.16.0-x86_64-linux)\r\n\r\nCHECKSUMS\r\n  nokogiri (1.16.0) sha256=x\r\n',
        'usr/local/bundle/specifications/rack-3.1.8.gemspec':
          '# -*- encoding: utf-8 -*-\n# stub: rack 3.1.8 ruby lib\n\nGem::Specification.new do |s|\n',
      },
      ['pkg:gem/a@1.0', 'pkg:gem/nokogiri@1.16.0', 'pkg:gem/rack@3.1.8'],
    ],
    [
      'composer.lock with capitals, and installed.json of both versions',
      {
        'composer.lock': '{"packages":[{"name":"Acme/Tools","version":"dev-main"}],"packages-dev":null}',
        'app/vendor/composer/installed.json': '[{"name":"a/b","version":"1.0"},{"name":"nothing","version":"1.0"}]',
      },
      ['pkg:composer/a/b@1.0', 'pkg:composer/acme/tools@dev-main'],
    ],
    [
      'the status of dpkg: packages that are unpacked, and values on further lines',
      {
        ...UBUNTU,
        'var/lib/dpkg/status':
          'Package: a\nStatus: install ok triggers-pending\nVersion: 1:2.0-1\nArchitecture: all\nDescription: x\n\tVersion: 9\n .\n Package: no\n \nVersion: 3\n\nPackage: b\nStatus: hold ok installed\nVersion: 1.0\nArchitecture: amd64\n\nPackage: c\nStatus: purge ok not-installed\n\nPackage: d\nStatus: install ok half-configured\nVersion: 1\n',
      },
      [
        'pkg:deb/ubuntu/a@1:2.0-1?arch=all&distro=ubuntu-24.04',
        'pkg:deb/ubuntu/b@1.0?arch=amd64&distro=ubuntu-24.04',
        'pkg:deb/ubuntu/d@1?distro=ubuntu-24.04',
      ],
    ],
    [
      'go.sum from Windows',
      { 'go.sum': 'x.org/a v1.0.0 h1:x=\r\nx.org/a v1.0.0/go.mod h1:x=\r\nx.org//b v1.0.0 h1:x=\r\n' },
      ['pkg:golang/x.org/a@v1.0.0'],
    ],
  ])('are read: %s', (_what, files, expected) => {
    expect(purls(files)).toEqual(expected);
    for (const path of Object.keys(files)) expect([path, wanted(path) === undefined]).toEqual([path, false]);
  });

  it('of a program of Go: its own module by a version, and a folder in place of a module', () => {
    const modules = 'mod\tx.org/tool\tv1.2.3\th1:x=\ndep\tx.org/a\tv1.0.0\th1:x=\n=>\t../a\t\t\n';
    const { packages } = materialsOf({
      ...{ files: new Map(), javaArchives: new Map(), gaps: [] },
      goPrograms: new Map([['tool', { go: 'go1.24.3', modules }]]),
    });
    expect(packages.map(({ purl }) => purl)).toEqual([
      'pkg:golang/stdlib@1.24.3',
      'pkg:golang/x.org/a@v1.0.0',
      'pkg:golang/x.org/tool@v1.2.3',
    ]);
  });

  it('of chisel are read where this Node knows Zstandard, and said to be missing elsewhere', () => {
    const path = 'var/lib/chisel/manifest.wall';
    const found = materials({ ...UBUNTU, [path]: Buffer.from(CHISEL, 'base64') });
    expect(wanted(path)).toBe('whole');
    if ('zstdDecompressSync' in zlib)
      expect(found.packages.map(({ purl }) => purl)).toEqual([
        'pkg:deb/ubuntu/base-files@13ubuntu10.1?arch=amd64&distro=ubuntu-24.04',
        'pkg:deb/ubuntu/libc6@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04',
      ]);
    else
      expect(found.gaps[0]).toMatch(
        /^\/var\/lib\/chisel\/manifest.wall is not understood: it is compressed with Zstandard/,
      );
    expect(materials({ [path]: 'x' }).gaps[0]).toContain(`/${path} is not understood`);
  });

  it('are said where nothing is found in them', () => {
    const long = 'x'.repeat(2_001);
    const { gaps } = materials({ 'app/yarn.lock': long, 'app/bun.lockb': 'x', 'app/requirements.txt': long });
    expect(gaps).toEqual([
      '/app/bun.lockb is not understood: of Bun, only bun.lock is read',
      '/app/yarn.lock is not understood: no package is found in it',
      'nothing that it has names a package',
    ]);
  });

  it('are beside a name of the system in plain text', () => {
    const name = (text: string) => materials({ 'etc/os-release': `ID=acme\nPRETTY_NAME="${text}"\n` }).system?.name;
    expect(name('Acm\u00e9 \u001b[31m12\u202e\ud800')).toBe('Acm\u00e9 [31m12');
    expect(name('\u0007')).toBe('acme');
  });

  it('are named in a list of bounded length', () => {
    const names = Array.from(
      { length: 100 },
      (_, at) => [`${'x'.repeat(5_000)}/${at}/package-lock.json`, '{'] as const,
    );
    const { gaps } = materials(Object.fromEntries(names));
    expect(gaps).toHaveLength(21);
    expect(gaps.at(-1)).toBe('and 81 more');
    expect(Math.max(...gaps.map(({ length }) => length))).toBeLessThan(310);
  });

  it('are those of the app, whatever its folder is called', () => {
    for (const path of ['registry/yarn.lock', 'srv/mod/go.sum', 'doc/package-lock.json', 'vendor/Gemfile.lock'])
      expect([path, wanted(path)]).toEqual([path, 'whole']);
    for (const path of [
      'root/.cargo/registry/src/x/Cargo.lock',
      'usr/share/doc/x/requirements.txt',
      'app/vendor/a/b/go.sum',
    ])
      expect([path, wanted(path)]).toEqual([path, undefined]);
  });
});
