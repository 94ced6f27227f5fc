import { expect, it } from 'vitest';
import { judgeCapacity } from '../../../../src/preflight/capacity/capacity.ts';
import type { Demand } from '../../../../src/preflight/capacity/week.ts';
import { capacityBlocks } from '../../../../src/stages/preflight/capacity-blocks.ts';

const MONDAY = Date.parse('2026-11-30T00:00:00Z');
const demand: Demand = {
  processes: [],
  crons: [
    {
      ...{ name: 'staging: CronJob app-nightly', pod: { cpu: 3, memory: 2 ** 30 }, parallelism: 1, suspended: false },
      ...{ schedule: '30 2 * * *', timeZone: 'Etc/UTC', minutes: 10, assumed: false, policy: 'Allow' },
    },
  ],
  unseen: [],
  reviews: undefined,
  others: { cpu: 1, memory: 2 ** 30 },
};
const linesOf = (pools: Parameters<typeof judgeCapacity>[1]) => {
  const [diagram, table] = capacityBlocks(judgeCapacity(demand, pools, MONDAY), 'Counted: staging.');
  if (diagram?.kind !== 'diagram' || table?.kind !== 'table') throw new Error('no diagram above a table');
  return { title: diagram.title, lines: diagram.lines, rows: table.rows };
};

it('the week is a line with a point for each hour, beside lines of what the nodes give, above a table', () => {
  const node = { cpu: 2, memory: 8 * 2 ** 30 };
  const { title, lines, rows } = linesOf([{ name: 'default', count: 1, most: 3, node }]);
  const points = lines
    .filter((line) => line.startsWith('  line ['))
    .map((line) => JSON.parse(line.slice(7)) as number[]);
  const week = Array.from({ length: 168 }, (_, hour) => (hour % 24 === 2 ? 4 : 1));
  expect(points).toEqual([week, week.map(() => 2), week.map(() => 6)]);
  expect(lines[0]).toMatch(/^%%\{init: \{.*\}\}%%$/);
  expect(lines[1]).toBe('xychart-beta');
  expect(title).toBe(
    'CPU that the app can ask for at once, over a week (UTC). Blue: the app, green: the nodes now, red: at their most',
  );
  expect(rows).toEqual([
    ['staging: CronJob app-nightly', '3 CPU and 1.0 GiB'],
    ['everything else', '1 CPU and 1.0 GiB'],
  ]);
});

it('without nodes there is one line', () => {
  const { title, lines } = linesOf([]);
  expect(title).toBe('CPU that the app can ask for at once, over a week (UTC)');
  expect(lines.filter((line) => line.startsWith('  line ['))).toHaveLength(1);
});
