import { describe, expect, it } from 'vitest';
import { analyse } from '../../../scripts/check-regexes.ts';
import { ALLOWED } from '../../../scripts/regexes/allowed.ts';
import { expressionsOf } from '../../../scripts/regexes/expressions.ts';

const SOURCE = [
  "const a = text.replace(/[.,]+$/, '');",
  'const b = 6 / 2 / 1;',
  "const c = '/no/ expression';",
  'const d = new RegExp(`^$' + '{name}$`);',
].join('\n');

describe('the lint of regular expressions', () => {
  it('SEC-18: finds every expression, with its line, and those that are made at run time', () => {
    expect(expressionsOf('a.ts', SOURCE)).toEqual([
      { file: 'a.ts', line: 1, text: '/[.,]+$/', dynamic: false },
      { file: 'a.ts', line: 4, text: 'new RegExp(`^$' + '{name}$`)', dynamic: true },
    ]);
  });

  it.each([
    ['/[.,]+$/', 'takes 2nd degree polynomial time'],
    ['/^(a+)+$/', 'takes exponential time'],
    ['/^[.,]+/', 'safe'],
  ])('SEC-18: %s: %s', async (text, verdict) => expect(await analyse(text)).toBe(verdict));

  it('names what bounds the input of each exception', () => {
    for (const { bound } of ALLOWED) expect(bound).toMatch(/\d/);
  });
});
