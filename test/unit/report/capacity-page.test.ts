import { describe, expect, it } from 'vitest';
import { capacityPage } from '../../../src/report/capacity-page.ts';

const amount = (cpu: number) => ({ cpu, memory: 2 ** 30 });
const week = { usual: amount(1) };
const worst = { minute: 26 * 60 + 30, ...amount(9), shares: [] };
/** 1 CPU all week, 3 at Tuesday 01:00 and 9 at 02:00. */
const hours = Array.from({ length: 168 }, (_, hour) => (hour === 25 ? 3 : hour === 26 ? 9 : 1));
const page = capacityPage(
  { week, worst, room: { now: amount(2), most: amount(4) } },
  hours,
  'Counted: <b>staging</b>.',
);

describe('the page of the capacity', () => {
  it('has a cell for each hour, and marks what is more than the nodes give', () => {
    expect(page.match(/<rect /g)).toHaveLength(168);
    expect(page).toContain('<title>Tuesday 01:00: 3 CPU</title><rect class="now"');
    expect(page).toContain('<title>Tuesday 02:00: 9 CPU</title><rect class="most"');
    expect(page.match(/class="mark"/g)).toHaveLength(2);
    expect(page).toContain('<title>Monday 00:00: 1 CPU</title><rect class="s4"');
    expect(page).toContain('<dt>worst moment</dt><dd>Tuesday 02:30 UTC: 9 CPU and 1.0 GiB</dd>');
  });

  it('has the same numbers as a table', () => {
    const rows = [...page.matchAll(/<tr><th scope="row">.*<\/tr>/g)].map(([row]) => row);
    const cells = rows.map((row) => [...row.matchAll(/<td>([^<]*)<\/td>/g)].map(([, cell]) => Number(cell)));
    expect(cells.flat()).toEqual(hours);
  });

  it('loads nothing, runs nothing, and shows names as text', () => {
    expect(page).not.toMatch(/<script|https?:|url\(|src=|\son\w+=/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('Counted: &lt;b&gt;staging&lt;/b&gt;.');
  });

  it('has a scale of its own where nobody says what the nodes give', () => {
    const alone = capacityPage({ week, worst, room: undefined }, hours, '');
    expect(alone).toContain('<title>Tuesday 02:00: 9 CPU</title><rect class="s7"');
    expect(alone).not.toContain('class="mark"');
    const nothing = capacityPage(
      { week, worst, room: undefined },
      Array.from({ length: 168 }, () => 0),
      '',
    );
    expect(nothing.match(/<rect class="s0"/g)).toHaveLength(168);
  });
});
