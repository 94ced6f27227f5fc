import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { firesOf } from '../../src/preflight/capacity/fires.ts';
import { skipUnless } from '../support/google/skip.ts';

const MINUTE = 60_000;
const DAY = 24 * 60;
const hasGo = spawnSync('go', ['version']).status === 0;
const isSkipped = skipUnless('schedules against robfig/cron', hasGo ? undefined : 'Go is not installed');

interface Question {
  schedule: string;
  zone: string;
  /** Minutes since the epoch. */
  from: number;
  to: number;
}

/** The parser and the clock of the CronJob controller, built from its module. */
describe.skipIf(isSkipped)('schedules, as robfig/cron reads them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-robfig-'));
  const program = join(folder, 'robfig');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const robfig = (questions: readonly Question[]): number[][] => {
    execFileSync('go', ['build', '-o', program, '.'], {
      cwd: join(import.meta.dirname, '../fixtures/robfig'),
      stdio: 'pipe',
    });
    return JSON.parse(
      execFileSync(program, { input: JSON.stringify(questions), encoding: 'utf8', maxBuffer: 2 ** 28 }),
    );
  };
  const ours = ({ schedule, zone, from, to }: Question) =>
    firesOf(schedule, zone, from * MINUTE, to * MINUTE).map((at) => at / MINUTE);

  const field = (least: number, most: number, names: readonly string[] = []) => {
    const value = fc.integer({ min: least, max: most }).map((number) => names[number - least] ?? String(number));
    const range = fc
      .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const step = fc.integer({ min: 1, max: 20 });
    const part = fc.oneof(
      value,
      range,
      fc.tuple(range, step).map(([text, by]) => `${text}/${by}`),
      step.map((by) => `*/${by}`),
      fc.tuple(fc.integer({ min: least, max: most }), step).map(([first, by]) => `${first}/${by}`),
    );
    return fc.oneof(
      fc.constant('*'),
      part,
      fc.array(part, { minLength: 2, maxLength: 3 }).map((parts) => parts.join(',')),
    );
  };
  const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
  const weekdays = 'sun mon tue wed thu fri sat'.split(' ');
  const schedules = fc.oneof(
    fc
      .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12, months), field(0, 6, weekdays))
      .map((all) => all.join(' ')),
    fc.tuple(field(0, 59), field(0, 23)).map(([minute, hour]) => `${minute} ${hour} * * *`),
    fc.constantFrom('@daily', '@hourly', '@weekly', '@monthly', '@yearly'),
  );
  /** Days around a change of the clock in one of the zones, and others. */
  const days = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-07-14'];
  // Not Lord Howe Island, whose clock moves by half an hour: robfig/cron steps by whole hours, and misses runs there on these days.
  const zones = ['Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham'];

  it('run at the same minutes, also on the days on which the clock is changed', () => {
    const questions = fc
      .sample(fc.record({ schedule: schedules, zone: fc.constantFrom(...zones), day: fc.constantFrom(...days) }), {
        numRuns: 400,
        seed: 11,
      })
      .map(({ schedule, zone, day }) => {
        const from = Date.parse(day) / MINUTE - DAY;
        return { schedule, zone, from, to: from + 3 * DAY };
      });
    const expected = robfig(questions);
    expect(expected.flat().length).toBeGreaterThan(1_000);
    const differing = questions.filter(
      (question, index) => JSON.stringify(ours(question)) !== JSON.stringify(expected[index]),
    );
    expect(differing).toEqual([]);
  });
});
