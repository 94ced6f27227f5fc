import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { parseDuration } from '../../../src/text/duration.ts';

describe('a duration', () => {
  it('is a number and a unit', () => {
    expect(parseDuration('90s', 'ttl')).toBe(90_000);
    expect(parseDuration('365d', 'ttl')).toBe(31_536_000_000);
  });

  it('is at most a year, so that dates computed from it can be written', () => {
    for (const text of ['366d', '8761h', '99999999999999999999d'])
      expect(() => parseDuration(text, 'input `ttl`')).toThrow(`input \`ttl\`: "${text}" is too long`);
    const yaml = 'app: parking\nimage: { repository: a.test/parking }\nreview:\n  ttl: 99999999999d\n';
    expect(() => parseConfig(yaml, 'slipway.yml')).toThrow('slipway.yml:4:3: review.ttl: a duration is at most 365d');
  });
});
