import { describe, expect, it } from 'vitest';
import { readGlob } from '../../../../../src/stages/test/junit/glob.ts';

describe('a report by a pattern', () => {
  it('is none without a sign of a pattern', () => {
    expect(readGlob('reports/junit.xml')).toBeUndefined();
    expect(readGlob('reports')).toBeUndefined();
  });

  it.each([
    ['*/build/TEST-*.xml', '.', ['a/build/TEST-a.xml'], ['build/TEST-a.xml', 'a/b/build/TEST-a.xml', 'a/build/a.xml']],
    ['**/TEST-*.xml', '.', ['TEST-a.xml', 'a/b/c/TEST-.xml'], ['a/TEST-a.txt', 'a/xTEST-a.xml']],
    ['out/**', 'out', ['a', 'a/b.xml'], []],
    ['out/./j?.xml', 'out', ['j1.xml'], ['j.xml', 'j/1.xml', 'j12.xml', 'j1xxml']],
    ['/srv/**/r/**/*.xml', '/srv', ['r/a.xml', 'x/r/y/z/a.xml'], ['x/a.xml']],
    ['/*.xml', '/', ['a.xml'], ['b/a.xml']],
  ])('%s looks below %s', (pattern, folder, matching, others) => {
    const glob = readGlob(pattern);
    expect(glob?.folder).toBe(folder);
    for (const path of matching) expect([path, glob?.matches(path)]).toEqual([path, true]);
    for (const path of others) expect([path, glob?.matches(path)]).toEqual([path, false]);
  });

  it('is matched in a time that grows with pattern and path alone', () => {
    const glob = readGlob(`${'**/a/'.repeat(50)}b`);
    expect(glob?.matches(`${'a/'.repeat(200)}c`)).toBe(false);
    expect(readGlob(`${'*a'.repeat(20)}b`)?.matches('a'.repeat(40))).toBe(false);
  });
});
