import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const file = fileURLToPath(new URL('../../../docs/reliability.md', import.meta.url));
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => /^\| [KRH]\d+ \|/.test(line))
  .map((line) => {
    const [, id = '', , , tests = ''] = line.split(' | ').join('|').split('|');
    return { id: id.trim(), links: [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link) };
  });

/** Titles of tests and groups, also of those with rows: `it('…'`, `describe.skipIf(…)('…'`, `it.each([…])('…'`. */
function titlesOf(link: string): string[] {
  const text = readFileSync(resolve(join(dirname(file), link)), 'utf8');
  return [...text.matchAll(/(?:\b(?:it|test|describe|concurrent)|\))\(\s*(['"`])((?:(?!\1).)+)\1/g)].map(
    ([, , title = '']) => title,
  );
}

describe('docs/reliability.md', () => {
  it('has the failures of rollouts, review environments and GitHub, each once', () => {
    const count = (area: string) => rows.filter(({ id }) => id.startsWith(area)).length;
    expect([count('K') > 25, count('R'), count('H')]).toEqual([true, 16, 6]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it.each(rows)('$id is the subject of a test in each file that its row names', ({ id, links }) => {
    expect(links.length).toBeGreaterThan(0);
    const without = links.filter((link) => !titlesOf(link).some((title) => new RegExp(`\\b${id}\\b`).test(title)));
    expect(without).toEqual([]);
  });
});
