import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { materialsOf } from '../../../src/sbom/packages.ts';
import { readRpm } from '../../../src/sbom/rpm/database.ts';
import { wanted } from '../../../src/sbom/wanted.ts';

// Made by rpm 4.18 (SQLite), rpm 4.16 (ndb) and Berkeley DB 5.3, which rpm read again. Two packages were installed and removed.
const fixture = (name: string) => gunzipSync(readFileSync(join('test/fixtures/rpm', `${name}.gz`)));
const NAMES = [
  'acme-base-1.2.3-4.el9.noarch',
  'acme-large-10-0.1^git.noarch',
  'acme-libs-1:2.0~rc1-1.fc40.noarch',
  ...[1, 2, 3, 4, 5, 6].map((number) => `acme-more${number}-1.${number}-1.noarch`),
  'acme-native-3.4-5.x86_64',
];
const namesIn = (file: Buffer, log?: Buffer) =>
  readRpm(file, log)
    .map((one) => `${one.name}-${one.epoch ? `${one.epoch}:` : ''}${one.version}.${one.architecture}`)
    .sort();
const REDHAT = 'ID="rhel"\nVERSION_ID="9.4"\nPRETTY_NAME="Red Hat Enterprise Linux 9.4"\n';
const materials = (files: Record<string, Buffer | string>) =>
  materialsOf({
    files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
    ...{ goPrograms: new Map(), javaArchives: new Map(), gaps: [] },
  });

describe('the packages of a database of RPM', () => {
  it.each(['rpmdb.sqlite', 'ndb', 'berkeley', 'berkeley-big-endian'])('are read from %s', (name) => {
    expect(namesIn(fixture(name))).toEqual(NAMES);
  });

  it('are those after the transactions in the log of SQLite, and not those of one that did not end', () => {
    const [database, log] = [fixture('rpmdb.sqlite'), fixture('rpmdb.sqlite-wal')];
    expect(namesIn(database, log)).toEqual(NAMES.filter((name) => !name.startsWith('acme-native')));
    const open = Buffer.from(log);
    open.writeUInt32BE(0, 36);
    expect(namesIn(database, open)).toEqual(NAMES);
    expect(namesIn(database, Buffer.alloc(0))).toEqual(NAMES);
  });

  it.each([
    ['var/lib/rpm/rpmdb.sqlite', 'rpmdb.sqlite'],
    ['usr/lib/sysimage/rpm/Packages.db', 'ndb'],
    ['usr/share/rpm/Packages', 'berkeley'],
  ])('have package URLs with their epoch, from /%s', (path, name) => {
    expect(wanted(path)).toBe('database');
    const { packages, gaps } = materials({ 'etc/os-release': REDHAT, [path]: fixture(name) });
    expect(gaps).toEqual([]);
    expect(packages.map(({ purl }) => purl)).toContain(
      'pkg:rpm/redhat/acme-libs@2.0~rc1-1.fc40?arch=noarch&distro=rhel-9.4&epoch=1',
    );
    expect(packages).toHaveLength(NAMES.length);
  });

  it('are read from the table that Azure Linux keeps', () => {
    const line = 'zlib\t1.3.1-1.azl3\t0\t0\tMicrosoft\t(none)\t1\tx86_64\t0\tzlib-1.3.1-1.azl3.src.rpm\n';
    const { packages } = materials({
      'etc/os-release': 'ID=azurelinux\nVERSION_ID="3.0"\n',
      'var/lib/rpmmanifest/container-manifest-2': line,
    });
    expect(packages.map(({ purl }) => purl)).toEqual([
      'pkg:rpm/azurelinux/zlib@1.3.1-1.azl3?arch=x86_64&distro=azurelinux-3.0',
    ]);
  });

  it('are missing where it is not understood, and that is said', () => {
    expect(materials({ 'var/lib/rpm/rpmdb.sqlite': 'SQLite format 4' })).toMatchObject({
      packages: [],
      gaps: ['/var/lib/rpm/rpmdb.sqlite is not understood: its format is not known', expect.any(String)],
    });
    const cut = fixture('rpmdb.sqlite').subarray(0, 20_000);
    expect(materials({ 'var/lib/rpm/rpmdb.sqlite': cut }).gaps[0]).toMatch(/is not understood: page \d+ is missing/);
  });

  it('are an error where its pages form a circle', () => {
    const database = fixture('rpmdb.sqlite');
    const root = 4_096;
    // An inner page without cells, whose last child is itself.
    database.set([0x05, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], root);
    expect(() => readRpm(database)).toThrow('its pages form a circle');
  });

  it('are read from the pages of older versions of Berkeley DB', () => {
    const database = fixture('berkeley');
    for (let page = 4_096; page < database.length; page += 4_096)
      if (database[page + 25] === 13) database[page + 25] = 2;
    expect(namesIn(database)).toEqual(NAMES);
  });

  // A hostile database ends with an error at once: no circle, no huge allocation.
  it.each(['rpmdb.sqlite', 'ndb', 'berkeley'])('of a broken %s are an error, or those that it names', (name) => {
    const whole = fixture(name);
    assert(
      property(integer({ min: 0, max: whole.length - 4 }), integer({ min: 0, max: 0xffffffff }), (at, value) => {
        const broken = Buffer.from(whole);
        broken.writeUInt32LE(value, at);
        try {
          for (const { type } of readRpm(broken)) expect(type).toBe('rpm');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 100 },
    );
  });
});
