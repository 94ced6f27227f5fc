/** The five fields of a schedule, with their least and greatest values. */
const FIELDS = [
  { what: 'minute', least: 0, most: 59 },
  { what: 'hour', least: 0, most: 23 },
  { what: 'day of the month', least: 1, most: 31 },
  { what: 'month', least: 1, most: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { what: 'day of the week', least: 0, most: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
] as const;
type Field = { what: string; least: number; most: number; names?: readonly string[] };

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
/** A duration of Go, such as 1h30m. @see https://pkg.go.dev/time#ParseDuration */
const EVERY = /^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Values of a field; `any`: it holds no condition. */
export interface Times {
  any: boolean;
  values: Set<number>;
}

class Invalid extends Error {}

/** When a cron runs: at minutes whose fields all fit, or again and again after a time. */
export type Schedule = { minute: Times; hour: Times; day: Times; month: Times; weekday: Times } | { everyMs: number };

const DESCRIBED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5 };

/** Reads a schedule; undefined for one that Kubernetes refuses. `@every` counts whole seconds, at least one. */
export function readSchedule(schedule: string): Schedule | undefined {
  if (/TZ=/.test(schedule)) return undefined;
  if (EVERY.test(schedule)) return { everyMs: everyMsOf(schedule) };
  const text = schedule.startsWith('@') ? DESCRIBED[schedule] : schedule;
  const fields = (text ?? '').split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) return undefined;
  try {
    const [minute, hour, day, month, weekday] = FIELDS.map((field, index) => timesOf(fields[index] ?? '', field));
    return { minute, hour, day, month, weekday } as Record<'minute' | 'hour' | 'day' | 'month' | 'weekday', Times>;
  } catch (error) {
    if (error instanceof Invalid) return undefined;
    throw error;
  }
}

function everyMsOf(schedule: string): number {
  const parts = schedule.slice('@every '.length).matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy);
  const sum = [...parts].reduce((all, [, number, unit = '']) => all + Number(number) * (UNIT_MS[unit] ?? 0), 0);
  return Math.max(1_000, Math.floor(sum / 1_000) * 1_000);
}

/**
 * Why Kubernetes would refuse a schedule, or why it would never run by it; undefined: it runs. The syntax is that of
 * `ParseStandard` of robfig/cron, which Kubernetes uses. Empty parts of a list, signs and `*-5`, which that parser reads as
 * something else than they say, are refused as well.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 * @see https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
 */
export function scheduleProblem(schedule: string): string | undefined {
  if (/TZ=/.test(schedule)) return 'has a time zone in it; set `timeZone` instead';
  if (schedule.startsWith('@')) return descriptorProblem(schedule);
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) return countProblem(fields.length);
  try {
    const times = FIELDS.map((field, index) => timesOf(fields[index] ?? '', field));
    return neverProblem(times);
  } catch (error) {
    if (error instanceof Invalid) return error.message;
    throw error;
  }
}

function descriptorProblem(schedule: string): string | undefined {
  if (DESCRIPTORS.includes(schedule) || EVERY.test(schedule)) return undefined;
  return `is not one of ${DESCRIPTORS.join(', ')} and @every 1h30m`;
}

function countProblem(count: number): string {
  const seconds = count === 6 ? '; Kubernetes has no field for seconds' : '';
  return `has ${count} ${count === 1 ? 'field' : 'fields'} and needs 5: minute, hour, day of the month, month, day of the week${seconds}`;
}

function timesOf(text: string, field: Field): Times {
  const parts = text.split(',').map((part) => partOf(part, field));
  return { any: parts.some(({ any }) => any), values: new Set(parts.flatMap(({ values }) => [...values])) };
}

/** A value, a range or `*`, each with a step: `5`, `1-5`, `1-31/2`, `3/5` (from 3 on), a star and `/5`. */
function partOf(part: string, field: Field): Times {
  const [range = '', step, ...others] = part.split('/');
  if (others.length > 0) throw new Invalid(`${field.what} "${part}" has more than one "/"`);
  const [low = '', high, ...more] = range.split('-');
  if (more.length > 0) throw new Invalid(`${field.what} "${part}" has more than one "-"`);
  const every = step === undefined ? 1 : numberOf(step, part, field);
  if (every === 0) throw new Invalid(`${field.what} "${part}" has a step of 0`);
  const isAny = range === '*' || range === '?';
  const from = isAny ? field.least : numberIn(low, part, field);
  const end = high === undefined ? (isAny || step !== undefined ? field.most : from) : numberIn(high, part, field);
  if (from > end) throw new Invalid(`${field.what} "${part}" ends before it begins`);
  const values = new Set<number>();
  for (let value = from; value <= end; value += every) values.add(value);
  return { any: isAny && every === 1, values };
}

function numberIn(text: string, part: string, field: Field): number {
  const { what, least, most, names = [] } = field;
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + least : numberOf(text, part, field);
  if (value >= least && value <= most) return value;
  const sunday = what === 'day of the week' && value === 7 ? '; Sunday is 0' : '';
  throw new Invalid(`${what} "${part}" is not between ${least} and ${most}${sunday}`);
}

function numberOf(text: string, part: string, { what, names }: Field): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const example = names ? `a number or a name such as ${names[1]}` : 'a number';
  throw new Invalid(`${what} "${part}": "${text}" is not ${example}`);
}

/** A day that no month of the schedule has: it never comes. A condition on the day of the week would be enough. */
function neverProblem([, , days, months, weekdays]: Times[]): string | undefined {
  if (!days || !months || !weekdays || days.any || !weekdays.any) return undefined;
  const first = Math.min(...days.values);
  const comes = [...months.values].some((month) => (DAYS[month - 1] ?? 31) >= first);
  return comes ? undefined : `never comes: no month of it has a day ${first}`;
}
