import { deflateRawSync } from 'node:zlib';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../../src/adapters/docker/content/budget.ts';
import { javaArchives } from '../../../../../src/adapters/docker/content/java-archive.ts';
import { readJava } from '../../../../../src/sbom/java.ts';
import { purlOf } from '../../../../../src/sbom/package.ts';

/** An archive as Java's tools write it. @param packed names of the files that are compressed */
function zip(files: Record<string, string | Buffer>, packed: string[] = []): Buffer {
  const locals: Buffer[] = [];
  const index: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const isPacked = packed.includes(name);
    const data = isPacked ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(isPacked ? 8 : 0, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), data);
    index.push(central, Buffer.from(name));
    at += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(Buffer.concat(index).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...index, end]);
}

const pom = (group: string, artifact: string, version: string) => ({
  [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#Created by Maven\r\nversion=${version}\r\ngroupId=${group}\r\nartifactId=${artifact}\r\n`,
});
const read = (path: string, file: Buffer, budget = new Budget()) => javaArchives(path, file, budget);
const purls = (path: string, file: Buffer) =>
  read(path, file).map((archive) => readJava(archive)?.map((one) => purlOf(one, undefined)));

describe('an archive of Java', () => {
  it('is what Maven says, with what was merged into it', () => {
    const properties = { ...pom('org.acme', 'tools', '1.2.3'), ...pom('com.x', 'shaded', '4.0-rc1') };
    expect(purls('app/any.jar', zip({ 'a/A.class': 'x', ...properties }, Object.keys(properties)))).toEqual([
      ['pkg:maven/org.acme/tools@1.2.3', 'pkg:maven/com.x/shaded@4.0-rc1'],
    ]);
  });

  it('has those in it, also behind a script that starts it', () => {
    const inner = zip({ 'META-INF/MANIFEST.MF': 'Implementation-Title: spring-core\nImplementation-Version: 6.1.3\n' });
    const web = zip({ ...pom('org.acme', 'web', '1.0'), 'WEB-INF/lib/deep.war': zip({ 'x.jar': 'not read' }) });
    const boot = zip({
      'META-INF/MANIFEST.MF': 'Main-Class: org.springframework.boot.loader.JarLauncher\n',
      'BOOT-INF/lib/spring-core-6.1.3.jar': inner,
      'BOOT-INF/lib/web.war': web,
      'BOOT-INF/lib/broken-2.0.jar': 'x',
    });
    const file = Buffer.concat([Buffer.from('#!/bin/sh\nexec java -jar "$0"\n'), boot]);
    expect(read('app/app.jar', file).map(({ path }) => path)).toEqual([
      'app/app.jar',
      'app/app.jar!/BOOT-INF/lib/spring-core-6.1.3.jar',
      'app/app.jar!/BOOT-INF/lib/web.war',
      'app/app.jar!/BOOT-INF/lib/web.war!/WEB-INF/lib/deep.war',
      'app/app.jar!/BOOT-INF/lib/broken-2.0.jar',
    ]);
    expect(purls('app/app.jar', file)).toEqual([
      [],
      ['pkg:generic/spring-core@6.1.3'],
      ['pkg:maven/org.acme/web@1.0'],
      undefined,
      ['pkg:generic/broken@2.0'],
    ]);
  });

  it.each([
    ['log4j-1.2-api-2.20.0.jar', 'pkg:generic/log4j-1.2-api@2.20.0'],
    ['kotlin-stdlib-1.9.0-RC2.jar', 'pkg:generic/kotlin-stdlib@1.9.0-RC2'],
    ['acme-7.war', 'pkg:generic/acme@7'],
    ['-1.0.jar', undefined],
  ])('is known by the name of its file: %s', (name, purl) => {
    expect(purls(`app/${name}`, zip({}))).toEqual([purl && [purl]]);
  });

  it('that is broken, or too large, is an error', () => {
    const whole = zip(pom('org.acme', 'tools', '1.2.3'), Object.keys(pom('org.acme', 'tools', '1.2.3')));
    expect(() => read('a.jar', Buffer.from('x'))).toThrow('it is no archive');
    expect(() => read('a.jar', whole, new Budget({ unpacked: 10 }))).toThrow('its archives of Java are too large');
    const bomb = Buffer.from(whole);
    bomb.writeUInt32LE(5, bomb.indexOf('PK\x01\x02') + 24);
    expect(() => read('a.jar', bomb)).toThrow();
    assert(
      property(integer({ min: 0, max: whole.length - 4 }), integer({ min: 0, max: 0xffffffff }), (at, value) => {
        const broken = Buffer.from(whole);
        broken.writeUInt32LE(value, at);
        try {
          for (const archive of read('a.jar', broken)) readJava(archive);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
