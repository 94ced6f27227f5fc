import { describe, expect, it } from 'vitest';
import { findingRows, linksWithoutTest } from '../../support/unit/finding-rows.ts';

const PAGE = 'reliability.md';
const rows = findingRows(PAGE, /^[KRH]\d+$/);
const others = findingRows(PAGE, /^[A-Za-z]+-\d+$|^[FXGPS]\d+$/);

describe('docs/reliability.md', () => {
  it('has the failures of rollouts, review environments and GitHub, each once', () => {
    const count = (area: string) => rows.filter(({ id }) => id.startsWith(area)).length;
    expect([count('K') > 25, count('R') >= 16, count('H') >= 6]).toEqual([true, true, true]);
    const ids = [...rows, ...others].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each([...rows, ...others])('$id is the subject of a test in each file that its row names', (row) => {
    expect(row.links.length).toBeGreaterThan(0);
    expect(linksWithoutTest(PAGE, row)).toEqual([]);
  });
});
