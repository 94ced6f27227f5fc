import { describe, expect, it } from 'vitest';
import { findingRows, linksWithoutTest } from '../../support/unit/finding-rows.ts';

const PAGE = 'security.md';
const rows = findingRows(PAGE, /^[A-Z]+-\d+$/);

describe('docs/security.md', () => {
  it('has attacks, each once', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it.each(rows)('$id is the subject of a test in each file that its row names', (row) => {
    expect(row.links.length).toBeGreaterThan(0);
    expect(linksWithoutTest(PAGE, row)).toEqual([]);
  });
});
