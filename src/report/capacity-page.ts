import { amountText, type Capacity, DAYS, momentText } from '../preflight/capacity/capacity.ts';
import { html } from './markdown.ts';

const HOURS = 24;
/** Units of the picture: a cell, and the room for the names of days and hours. */
const CELL = { width: 34, height: 26 };
const LEFT = 92;
const TOP = 24;
/** Steps of the colour. */
const STEPS = 8;

/**
 * A page with the week of demand as a heat map and as a table: one file that loads nothing and runs nothing, light or dark as the
 * reader has it. @param hours the largest CPU of each hour, from Monday 00:00
 */
export function capacityPage(
  { week, worst, room }: Pick<Capacity, 'worst' | 'room'> & { week: Pick<Capacity['week'], 'usual'> },
  hours: readonly number[],
  remark: string,
): string {
  const facts: [string, string][] = [
    ['worst moment', `${momentText(worst.minute)}: ${amountText(worst)}`],
    ['at their usual size', amountText(week.usual)],
    ...(room
      ? ([
          ['nodes now', amountText(room.now)],
          ['nodes at their most', amountText(room.most)],
        ] satisfies [string, string][])
      : []),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<title>CPU over a week</title>',
    `<style>${STYLE}</style>`,
    '<main>',
    '<h1>CPU that the app can ask for at once, over a week (UTC)</h1>',
    heatMap(hours, room),
    legend(hours, room),
    `<dl>${facts.map(([name, text]) => `<dt>${html(name)}</dt><dd>${html(text)}</dd>`).join('')}</dl>`,
    `<p>${html(remark)}</p>`,
    table(hours),
    '</main>',
    '</html>',
    '',
  ].join('\n');
}

const number = (value: number) => String(Number(value.toFixed(2)));
const two = (value: number) => String(value).padStart(2, '0');

/** `0` to `7` for how much of the scale, `now` above the nodes of now, `most` above what the autoscaler can add. */
function classOf(value: number, top: number, room: Capacity['room']): string {
  if (room && value > room.most.cpu + 1e-9) return 'most';
  if (room && value > room.now.cpu + 1e-9) return 'now';
  return `s${Math.min(STEPS - 1, Math.floor((value / top) * STEPS))}`;
}

/** What the darkest colour stands for: what the nodes give now, or else the largest demand. */
function topOf(hours: readonly number[], room: Capacity['room']): number {
  return Math.max(room?.now.cpu ?? Math.max(...hours), 0.01);
}

/** A row for each day, a cell for each hour. A mark beside the colour shows what is too much. */
function heatMap(hours: readonly number[], room: Capacity['room']): string {
  const top = topOf(hours, room);
  const [width, height] = [LEFT + HOURS * CELL.width, TOP + DAYS.length * CELL.height];
  const names = DAYS.map((day, index) => `<text x="0" y="${TOP + index * CELL.height + 17}">${day}</text>`);
  const clock = Array.from({ length: HOURS / 3 }, (_, index) => {
    return `<text x="${LEFT + index * 3 * CELL.width}" y="15">${two(index * 3)}:00</text>`;
  });
  const cells = hours.map((value, index) => {
    const [day, hour] = [Math.floor(index / HOURS), index % HOURS];
    const [x, y] = [LEFT + hour * CELL.width, TOP + day * CELL.height];
    const kind = classOf(value, top, room);
    const mark = kind in MARKS ? `<text class="mark" x="${x + 13}" y="${y + 17}">${MARKS[kind]}</text>` : '';
    const title = `${DAYS[day]} ${two(hour)}:00: ${number(value)} CPU`;
    return `<g><title>${title}</title><rect class="${kind}" x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" rx="3"/>${mark}</g>`;
  });
  const description = 'A row for each day, a cell for each hour; the table below has the same numbers.';
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="map-title map-description">`,
    '<title id="map-title">Heat map of the week</title>',
    `<desc id="map-description">${description}</desc>`,
    ...names,
    ...clock,
    ...cells,
    '</svg>',
  ].join('\n');
}

const MARKS: Readonly<Record<string, string>> = { now: '!', most: '×' };

function legend(hours: readonly number[], room: Capacity['room']): string {
  const scale = Array.from({ length: STEPS }, (_, step) => `<i class="s${step}"></i>`).join('');
  const above = room
    ? ` <span><i class="now">!</i> more than the nodes give now</span> <span><i class="most">×</i> more than they give at their most</span>`
    : '';
  return `<p class="legend"><span>0 ${scale} ${number(topOf(hours, room))} CPU</span>${above}</p>`;
}

function table(hours: readonly number[]): string {
  const head = Array.from({ length: HOURS }, (_, hour) => `<th scope="col">${two(hour)}</th>`).join('');
  const rows = DAYS.map((day, index) => {
    const own = hours.slice(index * HOURS, (index + 1) * HOURS);
    return `<tr><th scope="row">${day}</th>${own.map((value) => `<td>${number(value)}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><caption>CPU by hour</caption><tr><th scope="col"></th>${head}</tr>\n${rows.join('\n')}</table></div>`;
}

const LIGHT = ['#eff6ff', '#d6e8fd', '#b3d4fa', '#8abcf5', '#5fa0ec', '#3a82dc', '#2065bd', '#124a94'];
const DARK = ['#16202c', '#18304a', '#1b4068', '#205288', '#2b67a8', '#3f80c6', '#6aa2dd', '#a3c9f0'];

function colours(steps: readonly string[], rest: string): string {
  return `:root { ${steps.map((colour, step) => `--s${step}: ${colour};`).join(' ')} ${rest} }`;
}

const STYLE = `
${colours(LIGHT, '--text: #1f2328; --page: #ffffff; --line: #d1d9e0; --now: #ffd97a; --most: #ffb3ad; color-scheme: light dark;')}
@media (prefers-color-scheme: dark) { ${colours(DARK, '--text: #e6edf3; --page: #0d1117; --line: #3d444d; --now: #7a5600; --most: #8e1519;')} }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 16px; }
h1 { font-size: 18px; }
svg { width: 100%; height: auto; }
svg text { fill: var(--text); font-size: 12px; }
svg text.mark { font-weight: bold; }
${Array.from({ length: STEPS }, (_, step) => `rect.s${step} { fill: var(--s${step}); } i.s${step} { background: var(--s${step}); }`).join('\n')}
rect.now { fill: var(--now); } i.now { background: var(--now); }
rect.most { fill: var(--most); } i.most { background: var(--most); }
rect { stroke: var(--line); stroke-width: 0.5; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; }
.legend i { display: inline-block; width: 18px; height: 14px; text-align: center; line-height: 14px; font-style: normal; font-weight: bold; vertical-align: -2px; border: 0.5px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; }
dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 11px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: 8px 0; }
th, td { border: 1px solid var(--line); padding: 2px 3px; text-align: right; }
th[scope=row] { text-align: left; }
`;
