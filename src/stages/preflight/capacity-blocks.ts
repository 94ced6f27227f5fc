import { amountText, type Capacity, momentText } from '../../preflight/capacity/capacity.ts';
import type { SummaryBlock } from '../../stage-result.ts';

const HOURS = 168;
const MOST_SHARES = 12;

/** The week as a diagram, and who makes up its worst moment. */
export function capacityBlocks({ week, room, worst, moves }: Capacity, remark: string): SummaryBlock[] {
  const hours = hourly(week.cpu);
  const rows = worst.shares.slice(0, MOST_SHARES).map(({ name, amount }) => [name, amountText(amount)]);
  const rest = worst.shares.length - rows.length;
  return [
    {
      kind: 'diagram',
      title: `CPU that the app can ask for at once, over a week (UTC)${legend(room)}`,
      lines: chart(hours, room),
    },
    {
      kind: 'table',
      title: `Worst moment: ${momentText(worst.minute)}, ${amountText(worst)}`,
      header: ['', 'requests'],
      rows: [...rows, ...(rest > 0 ? [[`${rest} more`, '']] : [])],
    },
    {
      kind: 'facts',
      rows: [
        ['at their usual size', amountText(week.usual)],
        ['nodes now', room ? amountText(room.now) : 'not known (preflight.nodes)'],
        ['nodes at their most', room ? amountText(room.most) : ''],
        ...moves.map(({ name, from, to, peak }): [string, string] => [
          `move ${name}`,
          `from ${from} to ${to}: then ${Number(peak.toFixed(2))} CPU at most`,
        ]),
      ],
    },
    { kind: 'text', text: remark },
  ];
}

/** The largest of each hour. @param minutes of the week */
export function hourly(minutes: Float64Array): number[] {
  return Array.from({ length: HOURS }, (_, hour) => Math.max(...minutes.subarray(hour * 60, hour * 60 + 60)));
}

/** Colours that stand out on a light page and on a dark one. */
const COLOURS = ['#2f81f7', '#2da44e', '#e5534b'];

const LOOK = {
  xyChart: { width: 900, height: 360 },
  themeVariables: { xyChart: { plotColorPalette: COLOURS.join(', ') } },
};

function legend(room: Capacity['room']): string {
  if (room === undefined) return '';
  const most = room.most.cpu === room.now.cpu ? '' : ', red: at their most';
  return `. Blue: the app, green: the nodes now${most}`;
}

/** Lines: bars of a single hour are drawn over several. @see https://mermaid.js.org/syntax/xyChart.html */
function chart(hours: readonly number[], room: Capacity['room']): string[] {
  const numbers = (values: readonly number[]) => values.map((value) => Number(value.toFixed(2))).join(', ');
  const flat = (value: number) => `  line [${numbers(hours.map(() => value))}]`;
  const top = Math.max(...hours, room?.now.cpu ?? 0, room?.most.cpu ?? 0, 0.1);
  return [
    `%%{init: ${JSON.stringify(LOOK)}}%%`,
    'xychart-beta',
    '  x-axis "hours since Monday 00:00" 0 --> 167',
    `  y-axis "CPU" 0 --> ${Number((top * 1.1).toFixed(2))}`,
    `  line [${numbers(hours)}]`,
    ...(room ? [flat(room.now.cpu), ...(room.most.cpu === room.now.cpu ? [] : [flat(room.most.cpu)])] : []),
  ];
}
