import { type Failing, PEERS_WAIT_SECONDS, VARIANTS } from './failing.ts';
import { APPLIERS, type Applier, DISTANCES, type Many, OBJECTS } from './many.ts';
import type { Ran } from './process.ts';
import type { Ready, ReadyRun } from './ready.ts';
import { megabytes, ratio, type Spread, spread, table, time } from './statistics.ts';
import { TOOLS } from './tools.ts';

/** A rollout that becomes ready: how long after its last pod each tool ends, what it asks, what it needs. */
export function tellReady({ runs, requests }: Ready): string {
  const of = (tool: (typeof TOOLS)[number], what: (run: ReadyRun) => number) => spread(runs[tool].map(what));
  const ours = { after: of('slipway', ({ afterMs }) => afterMs), total: of('slipway', ({ totalMs }) => totalMs) };
  const sum = (tool: (typeof TOOLS)[number]) => Object.values(requests[tool]).reduce((a, b) => a + b, 0);
  const rows = TOOLS.map((tool) => {
    const after = of(tool, ({ afterMs }) => afterMs);
    const total = of(tool, ({ totalMs }) => totalMs);
    const kinds = Object.entries(requests[tool]).map(([kind, count]) => `${count} ${kind}`);
    return [
      tool,
      against(tool, after, ours.after),
      against(tool, total, ours.total),
      `${sum(tool)} (${kinds.join(', ')})`,
      megabytes(of(tool, ({ peakBytes }) => peakBytes)),
    ];
  });
  const early = TOOLS.flatMap((tool) => {
    const count = runs[tool].filter(({ afterMs }) => afterMs < 0).length;
    return count > 0 ? [`${tool} ended ${count} of ${runs[tool].length} times before the last pod was ready.`] : [];
  });
  const told = time(of('slipway', ({ toldMs }) => toldMs));
  const header = ['tool', 'end, after the last pod was ready', 'whole run', 'requests', 'memory'];
  const notes = [`Slipway says "ready" ${told} after.`, ...early].join(' ');
  return section('A rollout of 6 objects and 3 replicas', `${table(header, rows)}\n\n${notes}`);
}

/** A rollout that cannot work: how long after the proof of it each tool ends. */
export function tellFailing(failing: Failing): string {
  const rows = VARIANTS.map((variant) => [
    variant,
    ...Object.values(failing).map((of) => against(variant, spread(of[variant]), spread(of.slipway))),
  ]);
  const text = table(['tool', ...Object.keys(failing).map((kind) => `end, after the proof: ${kind}`)], rows);
  const note = `The peers were told to wait ${PEERS_WAIT_SECONDS} s, by which their figures are given; by default it is minutes.`;
  return section('A rollout that cannot work', `${text}\n\n${note}`);
}

/** Many objects at once, from near and from far. */
export function tellMany(many: Many): string {
  const wall = (ran: Ran) => ran.endedAt - ran.startedAt;
  const of = (tool: Applier, distance: number, which: 'first' | 'again', what = wall) =>
    spread(many[tool].filter((one) => one.distance === distance).map((one) => what(one[which])));
  const rows = DISTANCES.flatMap((distance) =>
    APPLIERS.map((tool) => [
      `${distance} ms`,
      tool,
      against(tool, of(tool, distance, 'first'), of('slipway', distance, 'first')),
      against(tool, of(tool, distance, 'again'), of('slipway', distance, 'again')),
      megabytes(of(tool, distance, 'first', ({ peakBytes }) => peakBytes)),
    ]),
  );
  const header = ['added round trip', 'tool', 'new objects', 'the same again', 'memory'];
  return section(`${OBJECTS} objects (kubectl: apply --server-side)`, table(header, rows));
}

function against(tool: string, figure: Spread, ours: Spread): string {
  return tool === 'slipway' ? time(figure) : `${time(figure)}, ${ratio(figure, ours)}`;
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}\n`;
}
