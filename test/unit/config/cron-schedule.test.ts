import { describe, expect, it } from 'vitest';
import { scheduleProblem } from '../../../src/config/cron-schedule.ts';
import { timeZoneProblem } from '../../../src/config/time-zone.ts';
import { NEVER_RUN, READ_AS_ANOTHER, REFUSED, RUN } from '../../support/schedules.ts';

describe('the schedule of a cron', () => {
  it.each(RUN)('%s runs', (schedule) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
  });

  it.each([...REFUSED, ...NEVER_RUN, ...READ_AS_ANOTHER])('%j is refused', (schedule) => {
    expect(scheduleProblem(schedule)).toMatch(/\w/);
  });

  it('PR-5: is refused with what is wrong in it', () => {
    expect(scheduleProblem('0 3 * * 7')).toBe('day of the week "7" is not between 0 and 6; Sunday is 0');
    expect(scheduleProblem('0 0 3 * * *')).toBe(
      'has 6 fields and needs 5: minute, hour, day of the month, month, day of the week; Kubernetes has no field for seconds',
    );
    expect(scheduleProblem('60 * * * *')).toBe('minute "60" is not between 0 and 59');
    expect(scheduleProblem('* * * foo *')).toBe('month "foo": "foo" is not a number or a name such as feb');
    expect(scheduleProblem('5-1 * * * *')).toBe('minute "5-1" ends before it begins');
    expect(scheduleProblem('*/0 * * * *')).toBe('minute "*/0" has a step of 0');
    expect(scheduleProblem('0 0 30 2 *')).toBe('never comes: no month of it has a day 30');
    expect(scheduleProblem('TZ=Europe/Berlin 0 3 * * *')).toBe('has a time zone in it; set `timeZone` instead');
    expect(scheduleProblem('@dayly')).toMatch(/^is not one of @yearly/);
  });
});

describe('the time zone of a cron', () => {
  it.each(['Europe/Berlin', 'Etc/UTC', 'UTC', 'Asia/Kolkata', 'US/Pacific', 'America/Argentina/Buenos_Aires'])(
    '%s is one',
    (zone) => {
      expect(timeZoneProblem(zone)).toBeUndefined();
    },
  );

  it.each([
    ['europe/berlin', '"Europe/Berlin"'],
    ['Europe/Berln', '"Europe/Berlin"'],
    ['+01:00', 'is not a time zone'],
    ['Local', 'is not a time zone'],
    ['CEST', 'is not a time zone'],
  ])('%s is none', (zone, words) => {
    expect(timeZoneProblem(zone)).toContain(words);
  });
});
