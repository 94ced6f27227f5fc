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
    const none = '<coverage lines-valid="0" lines-covered="0" branches-valid="0" branches-covered="0"/>';
    expect(read(none)).toEqual({ lines: { percent: 100, covered: 0, valid: 0 } });
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

  it.each([
    ['', 'neither Cobertura XML'],
    ['mode: set\nexample.dev/a.go:1.1,2.2 1 1\n', 'neither Cobertura XML'],
    ['<report name="jacoco"/>', 'no element <coverage>'],
    ['<coverage generated="1"><project/></coverage>', 'neither lines-valid nor line-rate'],
    ['<coverage line-rate="1e999"/>', 'neither lines-valid'],
    ['<coverage line-rate="7"/>', 'neither lines-valid'],
    ['SF:a\nLF:1\nLH:2\n', 'more covered lines'],
  ])('that is %j is refused with the reason', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  it('that is hostile takes no time and no numbers of others', () => {
    const tag = `<coverage ${'line-rate '.repeat(200_000)}="1"/>`;
    expect(() => read(tag)).toThrow('neither');
    expect(() => read('<coverage '.repeat(300_000))).toThrow('neither');
    expect(() => read(`SF:${'a'.repeat(1 << 22)}`)).not.toThrow();
    expect(() => read('SF:x\nLF:99999999999999\nLH:1\n')).toThrow('more covered lines');
    expect(read('SF:__proto__\nLF:4\nLH:1\n').lines.percent).toBe(25);
  });
});
