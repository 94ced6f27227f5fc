import { expect, it } from 'vitest';
import { Cancelled, EnvironmentError, InternalError, OutcomeUnknown, TimedOut } from '../../../src/errors.ts';
import { explained } from '../../../src/stages/explained.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

const reason = new Cancelled('cancelled (SIGTERM)', { remedy: 'Run it again.' });
const run = (signal: AbortSignal) => ({ signal, log: memoryLog() });
const cancelled = run(AbortSignal.abort(reason));

it('F1: a cancelled run reports the cause that it knew', () => {
  const known = new TimedOut('the URL does not answer', { details: ['last: connection refused'] });
  const error = explained(known, cancelled);
  expect(error).toBeInstanceOf(Cancelled);
  expect(error).toMatchObject({ message: reason.message, remedy: reason.remedy });
  expect(error.details.join('\n')).toMatch(/the URL does not answer[\s\S]*connection refused/);
});

it('a cancellation that nothing failed of stays as it is, and so does what leaves the outcome unknown', () => {
  expect(explained(reason, cancelled)).toBe(reason);
  const unknown = new OutcomeUnknown('contact was lost');
  expect(explained(unknown, cancelled)).toBe(unknown);
});

it('what nobody expected is a defect of Slipway, with its stack in the debug log', () => {
  const stacks: string[] = [];
  const log = { ...memoryLog(), debug: (line: string) => void stacks.push(line) };
  const error = explained(new TypeError('x is not a function'), { signal: new AbortController().signal, log });
  expect(error).toBeInstanceOf(InternalError);
  expect(stacks).toEqual([expect.stringContaining('TypeError: x is not a function\n    at ')]);
  const ours = new EnvironmentError('refused');
  expect(explained(ours, run(new AbortController().signal))).toBe(ours);
});
