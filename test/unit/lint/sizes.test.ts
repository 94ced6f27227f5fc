import { describe, expect, it } from 'vitest';
import { longMedian, tooLong } from '../../../scripts/check-sizes.ts';

const files = (...lines: number[]) => lines.map((count, index) => ({ file: `test/${index}.ts`, lines: count }));

describe('file sizes', () => {
  it('a file over 300 lines is named, and told to be split', () => {
    expect(tooLong(files(300, 301, 12))).toEqual(['test/1.ts:300: 301 lines; split it by idea (at most 300)']);
  });

  it('the median file of a folder has fewer than 80 lines, however long a few are', () => {
    expect(longMedian('src', files(300, 79, 10))).toEqual([]);
    expect(longMedian('src', files(10, 80, 81))).toEqual(['src: the median file has 80 lines; keep it below 80']);
    expect(longMedian('src', [])).toEqual([]);
  });
});
