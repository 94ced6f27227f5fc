import { describe, expect, it } from 'vitest';
import { Cancelled, RolloutFailed } from '../../../../src/errors.ts';
import { errorLine } from '../../../../src/stages/apply/error-line.ts';
import { rolloutError } from '../../../../src/stages/apply/report-error.ts';
import type { ObjectReport } from '../../../../src/stages/apply/request.ts';

const report = (kind: string, more: Partial<ObjectReport>): ObjectReport => ({
  ref: { apiVersion: 'v1', kind, name: 'web', namespace: 'ns' },
  outcome: 'failed',
  reason: 'it ended with exit code 1',
  remedy: undefined,
  diagnosis: [],
  ms: 5_000,
  ...more,
});

describe('F15: the headline of a failed Job', () => {
  const log = ['last lines of migrate in Pod ns/web-x:', '  Traceback (most recent call last):', '  KeyError: "name"'];

  it('has the line of its log that names the error', () => {
    const error = rolloutError(
      [report('Job', { diagnosis: ['events:', '  Pod web-x: BackOff', ...log] })],
      undefined,
      0,
    );
    expect(error).toBeInstanceOf(RolloutFailed);
    expect(error.message).toBe('Job ns/web: it ended with exit code 1: KeyError: "name"');
  });

  it('is the exit code alone where there is no log, and for other kinds', () => {
    expect(rolloutError([report('Job', {})], undefined, 0).message).toBe('Job ns/web: it ended with exit code 1');
    expect(rolloutError([report('Pod', { diagnosis: log })], undefined, 0).message).toBe(
      'Pod ns/web: it ended with exit code 1',
    );
  });

  it.each([
    [['psql:/seed.sql:3: ERROR:  relation "lots" does not exist', 'LINE 1: select 1'], 'psql:/seed.sql:3: ERROR:'],
    [['django.db.utils.ProgrammingError: no column', '(Background on this error at: https://x)'], 'django.db.utils'],
    [['Error: connect ECONNREFUSED', '    at run (a.js:1)'], 'Error: connect'],
    [['starting', 'permission denied for schema public', 'bye'], 'permission denied'],
    [['one', 'two', ''], 'two'],
  ])('%j: is told apart from the lines around it', (lines, start) => {
    expect(errorLine(lines)?.startsWith(start)).toBe(true);
  });

  it('is cut, and absent without a log', () => {
    expect(errorLine([`Error: ${'x'.repeat(500)}`])).toHaveLength(202);
    expect(errorLine([])).toBeUndefined();
  });
});

describe('F1: a rollout that is cancelled', () => {
  const cancelled = new Cancelled('the run was cancelled (SIGTERM)');
  const reason = '0 of 1 new pods available; nothing listens on port 8080';

  it('keeps the cause that was known by then', () => {
    const open = report('Deployment', { outcome: 'cancelled', reason, remedy: 'Correct deploy.port.' });
    const error = rolloutError([open], cancelled, 0);
    expect(error).toBeInstanceOf(Cancelled);
    expect(error).toMatchObject({
      message: `the run was cancelled (SIGTERM), while ns/web: ${reason}`,
      remedy: 'Correct deploy.port.',
      details: ['when it was cancelled:', `  ns/web: ${reason}`],
    });
  });

  it('says no more than that where there is no known cause', () => {
    const open = report('Deployment', { outcome: 'cancelled', reason: 'it was written' });
    expect(rolloutError([open], cancelled, 0).message).toBe('the run was cancelled (SIGTERM)');
  });
});
