import { describe, expect, it } from 'vitest';
import { tooLong } from '../../../scripts/check-sizes.ts';

const files = (...lines: number[]) => lines.map((count, index) => ({ file: `test/${index}.ts`, lines: count }));

describe('file sizes', () => {
  it('a file over 300 lines is named, with the advice to split it', () => {
    expect(tooLong(files(300, 301, 12))).toEqual(['test/1.ts:300: 301 lines; split it by idea (at most 300)']);
  });
});
