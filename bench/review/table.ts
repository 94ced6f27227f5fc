import { megabytes, ratio, type Spread, spread, table, time } from '../rollout/statistics.ts';
import { type Deployed, WAYS, type Way } from './deploy.ts';

/** One pull request from its first deploy to its end. */
export interface Seen {
  way: Way;
  new: Deployed;
  update: Deployed;
  /** Milliseconds until it is gone; by Slipway, whoever made it. */
  downMs: number;
}

const KINDS = ['new', 'update'] as const;

/** Two tables: what matters to who waits, and where the time goes. */
export function tellReview(seen: readonly Seen[]): string {
  return `${whole(seen)}\n\n${bySteps(seen)}`;
}

function whole(seen: readonly Seen[]): string {
  const rows = KINDS.flatMap((kind) =>
    WAYS.map((way) => {
      const of = (tool: Way['tool'], what: (deployed: Deployed) => number) =>
        spread(seen.filter((one) => one.way.tool === tool && one.way.mode === way.mode).map((one) => what(one[kind])));
      const against = (what: (deployed: Deployed) => number): string => {
        const figure: Spread = of(way.tool, what);
        return way.tool === 'Slipway' ? time(figure) : `${time(figure)}, ${ratio(figure, of('Slipway', what))}`;
      };
      return [
        `${kind}, ${way.mode}`,
        way.tool,
        against(({ answeredMs }) => answeredMs),
        time(of(way.tool, ({ answeredAfterMs }) => answeredAfterMs)),
        time(of(way.tool, ({ endedAfterMs }) => endedAfterMs)),
        against(({ totalMs }) => totalMs),
        // Of the script it would be that of the shell alone, without the programs that it starts.
        way.tool === 'Slipway' ? megabytes(of(way.tool, ({ peakBytes }) => peakBytes)) : '',
      ];
    }),
  );
  const header = ['', 'tool', 'the URL answers', '… after the pod was ready', 'end, after it', 'whole run', 'memory'];
  const down = WAYS.filter(({ tool }) => tool === 'Slipway').map(({ mode }) => {
    const figure = spread(
      seen.filter(({ way }) => way.tool === 'Slipway' && way.mode === mode).map((one) => one.downMs),
    );
    return `${mode} ${time(figure)}`;
  });
  return `${table(header, rows)}\n\nRemoved by Slipway: ${down.join(', ')}.`;
}

function bySteps(seen: readonly Seen[]): string {
  const names = [...new Set(seen.flatMap((one) => KINDS.flatMap((kind) => Object.keys(one[kind].steps))))];
  const rows = KINDS.flatMap((kind) =>
    WAYS.map((way) => {
      const mine = seen.filter((one) => one.way.tool === way.tool && one.way.mode === way.mode);
      const cell = (name: string) => {
        const { median } = spread(mine.map((one) => one[kind].steps[name] ?? 0));
        return median === 0 ? '' : `${(median / 1_000).toFixed(2)}`;
      };
      return [`${kind}, ${way.mode}`, way.tool, ...names.map(cell)];
    }),
  );
  return `Seconds by step (medians):\n\n${table(['', 'tool', ...names], rows)}`;
}
