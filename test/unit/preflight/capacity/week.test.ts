import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCapacity } from '../../../../src/preflight/capacity/capacity.ts';
import { firesOf } from '../../../../src/preflight/capacity/fires.ts';
import type { CronLoad } from '../../../../src/preflight/capacity/loads.ts';
import { type Demand, weekOfDemand } from '../../../../src/preflight/capacity/week.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60;
/** A week in which Europe and one in which America change the clock, each way, and one without. */
const MONDAYS = ['2026-03-23', '2026-10-19', '2026-03-02', '2026-10-26', '2026-06-01'].map((day) => Date.parse(day));
const ZONES = [
  'Etc/UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
];

const cron = (more: Partial<CronLoad> = {}): CronLoad => ({
  name: 'staging: CronJob nightly',
  pod: { cpu: 1, memory: 2 ** 30 },
  parallelism: 1,
  schedule: '0 3 * * *',
  timeZone: 'Etc/UTC',
  minutes: 10,
  assumed: false,
  policy: 'Forbid',
  suspended: false,
  ...more,
});
const demandOf = (more: Partial<Demand>): Demand => ({
  processes: [],
  crons: [],
  unseen: [],
  reviews: undefined,
  others: { cpu: 0, memory: 0 },
  ...more,
});

const field = (least: number, most: number) => {
  const value = fc.integer({ min: least, max: most });
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`),
    fc.tuple(value, value).map(([a, b]) => `${a},${b}`),
  );
};
const schedules = fc
  .tuple(field(0, 59), field(0, 23), fc.constant('*'), fc.constant('*'), field(0, 6))
  .map((all) => all.join(' '));
const crons = fc.record({
  schedule: schedules,
  timeZone: fc.constantFrom(...ZONES),
  minutes: fc.integer({ min: 1, max: 200 }),
  policy: fc.constantFrom('Forbid' as const, 'Replace' as const, 'Allow' as const),
  parallelism: fc.integer({ min: 1, max: 3 }),
});

/** Whether a value is of a field, read in the plainest way. */
const holds = (text: string, value: number, least: number): boolean =>
  text.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/');
    if (range === '*') return (value - least) % Number(step) === 0;
    const [low, high = low] = range.split('-').map(Number);
    return value >= (low ?? 0) && value <= (high ?? 0);
  });

/** The demand minute by minute: asks the calendar of the zone for each minute, and counts what runs. */
function simulated(all: readonly CronLoad[], start: number): number[] {
  const cpu = new Array<number>(WEEK).fill(0);
  for (const { schedule, timeZone, minutes, policy, parallelism, pod } of all) {
    const [minute = '', hour = '', , , weekday = ''] = schedule.split(' ');
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    let running: number[] = [];
    for (let at = -24 * 60; at < WEEK; at++) {
      running = running.map((left) => left - 1).filter((left) => left > 0);
      const text = format.format(start + at * MINUTE);
      const [, day = '', h = '', m = ''] = /^(\w{3}),? (\d\d):(\d\d)$/.exec(text) ?? [];
      const isDue =
        holds(minute, Number(m), 0) &&
        holds(hour, Number(h), 0) &&
        holds(weekday, ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(day), 0);
      if (isDue && policy === 'Allow') running.push(minutes);
      if (isDue && policy === 'Replace') running = [minutes];
      if (isDue && policy === 'Forbid' && running.length === 0) running.push(minutes);
      if (at >= 0) cpu[at] = (cpu[at] ?? 0) + running.length * parallelism * pod.cpu;
    }
  }
  return cpu;
}

it('the demand is that of a simulation, minute by minute, also when the clock changes', () => {
  fc.assert(
    fc.property(fc.array(crons, { minLength: 1, maxLength: 2 }), fc.constantFrom(...MONDAYS), (given, monday) => {
      const all = given.map((one) => cron(one));
      const { cpu } = weekOfDemand(demandOf({ crons: all }), monday);
      expect([...cpu]).toEqual(simulated(all, monday));
    }),
    { numRuns: 8, seed: 7 },
  );
});

describe('a change of the clock', () => {
  const berlin = (schedule: string, day: string) =>
    firesOf(schedule, 'Europe/Berlin', Date.parse(`${day}T00:00Z`), Date.parse(`${day}T12:00Z`)).length;

  it('skips 02:30 in spring and runs it twice in autumn', () => {
    expect([berlin('30 2 * * *', '2026-03-29'), berlin('30 2 * * *', '2026-10-25')]).toEqual([0, 2]);
    expect([berlin('30 3 * * *', '2026-03-29'), berlin('30 3 * * *', '2026-10-25')]).toEqual([1, 1]);
  });

  it('is a finding for these times alone', () => {
    const found = (schedule: string, timeZone: string) =>
      judgeCapacity(demandOf({ crons: [cron({ schedule, timeZone, minutes: 5 })] }), [], MONDAYS[0] ?? 0).findings.map(
        ({ code, seen }) => `${code} ${/on (\S+)$/.exec(seen)?.[1]}`,
      );
    expect(found('30 2 * * *', 'Europe/Berlin')).toEqual([
      'cron-at-clock-change 2026-03-29',
      'cron-at-clock-change 2026-10-25',
    ]);
    expect(found('30 3 * * *', 'Europe/Berlin')).toEqual([]);
    expect(found('30 2 * * *', 'Etc/UTC')).toEqual([]);
    expect(found('*/5 * * * *', 'Europe/Berlin')).toEqual([]);
    expect(found('30 2 1 7 *', 'Europe/Berlin')).toEqual([]);
  });
});

describe('room', () => {
  const pool = (count: number, most = count) => ({ name: 'p', count, most, node: { cpu: 2, memory: 8 * 2 ** 30 } });
  const process = (cpu: number, replicas: number, most = replicas) => ({
    name: 'production: Deployment web',
    environment: 'production',
    pod: { cpu, memory: 2 ** 28 },
    replicas,
    most,
    surge: 0,
  });
  const found = (demand: Partial<Demand>, count: number, most = count) =>
    judgeCapacity(demandOf(demand), [pool(count, most)], MONDAYS[4] ?? 0).findings.map(
      ({ code, severity }) => `${code} ${severity}`,
    );
  const ten = Array.from({ length: 10 }, (_, index) =>
    cron({ name: `production: CronJob c${index}`, pod: { cpu: 0.5, memory: 1 } }),
  );

  it('is enough', () => {
    expect(found({ processes: [process(0.5, 4)], crons: ten }, 5)).toEqual([]);
  });

  it('is not enough for the usual size, for the worst moment, or before the autoscaler has added nodes', () => {
    expect(found({ processes: [process(1, 5)] }, 2)).toEqual(['over-capacity error']);
    expect(found({ processes: [process(1, 2)], crons: ten }, 2, 3)).toEqual(['over-capacity warning']);
    expect(found({ processes: [process(1, 2)], crons: ten }, 2, 4)).toEqual(['over-capacity note']);
    expect(found({ processes: [process(1, 2)], reviews: { most: 3, quota: { cpu: 2, memory: 1 } } }, 2)).toEqual([
      'over-capacity warning',
    ]);
  });

  it('fits in sum and on no node', () => {
    expect(found({ processes: [process(1.5, 3)] }, 3)).toEqual([]);
    expect(found({ processes: [process(1.2, 4)] }, 3)).toEqual(['over-capacity note']);
    expect(found({ processes: [process(3, 1)] }, 3)).toEqual(['pod-larger-than-nodes error', 'over-capacity note']);
  });

  it('is won by moving crons apart', () => {
    const { moves, worst } = judgeCapacity(demandOf({ crons: ten.slice(0, 4) }), [pool(1)], MONDAYS[4] ?? 0);
    expect(worst.cpu).toBe(2);
    expect(moves.map(({ to }) => to.split(' ').slice(1).join(' '))).toEqual(['3 * * *', '3 * * *', '3 * * *']);
    expect(moves.at(-1)?.peak).toBe(0.5);
  });

  it('a run that may take longer than the time to the next one overlaps', () => {
    const overlaps = (more: Partial<CronLoad>) =>
      found({ crons: [cron({ schedule: '0 * * * *', ...more, pod: { cpu: 0, memory: 0 } })] }, 1);
    expect(overlaps({ policy: 'Allow', minutes: 150 })).toEqual(['cron-overlaps warning']);
    expect(overlaps({ policy: 'Forbid', minutes: 150 })).toEqual(['cron-overlaps note']);
    expect(overlaps({ policy: 'Allow', minutes: 150, assumed: true })).toEqual([]);
    expect(overlaps({ policy: 'Allow', minutes: 60 })).toEqual([]);
  });
});
