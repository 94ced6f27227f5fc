import { describe, expect, it } from 'vitest';
import { readCoverage } from '../../../../src/stages/test/coverage/read.ts';

const read = (text: string) => readCoverage(Buffer.from(text));

describe('a coverage report', () => {
  it('of coverage.py, gcovr or Coverlet: Cobertura with counts', () => {
    const xml = `<?xml version="1.0" ?>\n<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>
      <coverage version="7.6" timestamp="1" lines-valid="40" lines-covered="30" line-rate="0.7" branches-covered="1"
        branches-valid="4" branch-rate="0.25" complexity="0"><packages/></coverage>`;
    expect(read(xml)).toEqual({
      lines: { percent: 75, covered: 30, valid: 40 },
      branches: { percent: 25, covered: 1, valid: 4 },
    });
  });

  it('with rates alone, and without branches', () => {
    expect(read('<coverage line-rate="0.5" branch-rate="1"></coverage>')).toEqual({
      lines: { percent: 50 },
      branches: { percent: 100 },
    });
    const none = '<coverage lines-valid="2" lines-covered="1" branches-valid="0" branches-covered="0"/>';
    expect(read(none)).toEqual({ lines: { percent: 50, covered: 1, valid: 2 } });
    expect(read('<coverage line-rate="8.5E-05"></coverage>').lines.percent).toBeCloseTo(0.0085);
  });

  it('of the outermost element: not of a comment, nor of a value', () => {
    const comment = '<!-- <coverage line-rate="1"> --><coverage sources="a>b line-rate=1" line-rate="0.5"/>';
    expect(read(comment)).toEqual({ lines: { percent: 50 } });
  });

  it('of lcov: the sum of its files, each once', () => {
    const record = (file: string, hit: number) =>
      `TN:\nSF:${file}\nDA:1,${hit}\nBRF:2\nBRH:1\nLF:10\nLH:${hit}\nend_of_record\n`;
    const text = record('a.js', 4) + record('b.js', 5) + record('a.js', 8);
    expect(read(text)).toEqual({
      lines: { percent: 65, covered: 13, valid: 20 },
      branches: { percent: 50, covered: 2, valid: 4 },
    });
  });

  it('of lcov that states no sums, as simplecov-lcov writes it', () => {
    const text = 'SF:a.rb\r\nDA:1,3\r\nDA:2,0\r\nDA:4,1,x+/=\r\nBRDA:1,0,0,-\r\nBRDA:1,0,1,2\r\nend_of_record\r\n';
    for (const start of ['', '\ufeff', 'TN:\n'])
      expect(read(start + text)).toEqual({
        lines: { percent: (2 / 3) * 100, covered: 2, valid: 3 },
        branches: { percent: 50, covered: 1, valid: 2 },
      });
  });

  it('of lcov whose branches are expressions, whose counts overflow, and whose records do not end', () => {
    const text = 'SF:a.c\nDA:1,-1\nDA:2,1\nSF:b.c\nDA:1,1\nBRDA:1,e0,f(x, y),4\nBRDA:1,e0,!f(x, y),-\nend_of_record\n';
    expect(read(text)).toEqual({
      lines: { percent: (2 / 3) * 100, covered: 2, valid: 3 },
      branches: { percent: 50, covered: 1, valid: 2 },
    });
  });

  it.each([
    ['', 'neither Cobertura XML'],
    ['mode: set\nexample.dev/a.go:1.1,2.2 1 1\n', 'neither Cobertura XML'],
    ['<report name="jacoco"/>', 'its outermost element is not <coverage>'],
    ['<html><coverage line-rate="1"/></html>', 'its outermost element is not <coverage>'],
    ['<coverage line-rate="1" lines-cov', 'it ends too early'],
    ['<coverage line-rate="1"><packages>', 'it ends too early'],
    ['<coverage lines-valid="0" lines-covered="0" line-rate="1"/>', 'it counts no line of code'],
    ['SF:a\nLF:0\nLH:0\nend_of_record\n', 'it counts no line of code'],
    ['SF:a\nDA:1,1\n', 'it ends within a record'],
    ['<coverage generated="1"><project/></coverage>', 'neither lines-valid nor line-rate'],
    ['<coverage line-rate="1e999"/>', 'neither lines-valid'],
    ['<coverage line-rate="7"/>', 'neither lines-valid'],
    ['SF:a\nLF:1\nLH:2\nend_of_record', 'more covered lines'],
  ])('that is %j is refused with the reason', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  it('that is hostile takes no time and no numbers of others', () => {
    const tag = `<coverage ${'line-rate '.repeat(200_000)}="1"/>`;
    expect(() => read(tag)).toThrow('neither');
    expect(() => read(`${'<coverage '.repeat(300_000)}/>`)).toThrow('neither');
    expect(() => read('<!--'.repeat(300_000))).toThrow('outermost');
    expect(() => read(`<coverage${' '.repeat(1 << 22)}/>`)).toThrow('neither');
    expect(() => read(`SF:${'a'.repeat(1 << 22)}\nLF:1\nend_of_record`)).not.toThrow();
    expect(() => read('SF:x\nLF:99999999999999\nLH:1\nend_of_record')).toThrow('more covered lines');
    expect(read('SF:__proto__\nLF:4\nLH:1\nend_of_record').lines.percent).toBe(25);
  });
});
