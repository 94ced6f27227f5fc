import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../../src/plan/review/command.ts';
import { reviewComment, withAnswer } from '../../../../src/report/review-comment.ts';
import { withAnswerOf } from '../../../../src/report/review-sections.ts';
import { stateOf } from '../../../support/unit/review.ts';

const SHA = '9f2c4b7d'.repeat(5);

describe('a command', () => {
  it.each([
    ['/review up', { name: 'up', commit: undefined }],
    [`/review up ${SHA}`, { name: 'up', commit: SHA }],
    ['/review down', { name: 'down' }],
    ['/review reset-database\r\nthe seed is broken', { name: 'reset-database' }],
    ['/review sleep', { name: 'act', act: { name: 'sleep' } }],
    ['/review wake', { name: 'act', act: { name: 'wake' } }],
    ['/review   restart  ', { name: 'act', act: { name: 'restart' } }],
    ['/review logs', { name: 'act', act: { name: 'logs' } }],
    ['/review logs worker', { name: 'act', act: { name: 'logs', of: 'worker' } }],
    ['/review logs worker mysql', { name: 'act', act: { name: 'logs', of: 'worker' }, variant: 'mysql' }],
    ['/review run nightly', { name: 'act', act: { name: 'run', cron: 'nightly' } }],
    ['/review run nightly mysql', { name: 'act', act: { name: 'run', cron: 'nightly' }, variant: 'mysql' }],
    ['/review extend 24h', { name: 'act', act: { name: 'extend', ms: 86_400_000 } }],
    ['/review extend', { name: 'act', act: { name: 'extend', ms: 86_400_000 } }],
    ['/review extend 3d', { name: 'act', act: { name: 'extend', ms: 3 * 86_400_000 } }],
  ])('%s', (body, command) => {
    expect(parseCommand(body)).toMatchObject({ is: 'command', command });
  });

  it.each(['', 'please /review up', ' /review up', '/reviewer', '/review-up', '> /review down', 'text\n/review down'])(
    'none: %j',
    (body) => {
      expect(parseCommand(body)).toEqual({ is: 'nothing' });
    },
  );

  it.each([
    '/review',
    '/review Up',
    '/review up Now',
    '/review up 9f2c4b7',
    '/review down 7',
    '/review extend 5m',
    '/review extend 31d',
    '/review extend 0h',
    '/review logs; rm -rf /',
    '/review logs ../x',
    '/review logs a b c',
    '/review run',
    '/review run $(id)',
    '/review run nightly 7',
    '/review run Nightly',
    '/review up $(id)',
    '/review constructor',
  ])('not understood: %s', (body) => {
    expect(parseCommand(body).is).toBe('wrong');
  });

  it('whatever is written, what comes of it holds nothing of the text but a known command', () => {
    const words = fc.constantFrom(
      '/review',
      'up',
      'down',
      'extend',
      '24h',
      '`x`',
      '$(id)',
      '\n',
      ' ',
      '\u202e',
      SHA,
      '::error::',
    );
    const body = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 6 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(body, (text) => {
        const parsed = parseCommand(text);
        if (parsed.is !== 'command') return;
        expect(parsed.text).toMatch(
          /^\/review (up( [0-9a-f]{40}([0-9a-f]{24})?)?|down|restart|logs|reset-database|sleep|wake|extend \d{1,4}[hd])( [a-z][a-z0-9-]{0,19})?$/,
        );
      }),
    );
  });
});

describe('the answer in the one comment', () => {
  const answer = {
    command: '/review logs',
    by: 'mona',
    text: 'the last lines',
    logs: [{ title: 'web', lines: ['## ``` @all'] }],
  };

  it('is part of the comment that is rendered from the state', () => {
    const body = reviewComment(stateOf({ answer }));
    expect(body).toContain('`/review logs` (mona): the last lines');
    expect(body).toContain('<summary>web</summary>');
  });

  it.each([
    ['as they are', 2, 'here they are.', 'line 39 '],
    ['cut', 12, 'Here are the last 10 lines of each', 'line 39 '],
    ['left out', 400, 'They do not fit in here: see the summary of the run.', 'seen: exit code 1'],
  ])(
    'logs are %s where they are of %i containers, and the diagnosis that stands there stays',
    (_, many, told, shown) => {
      const failure = { message: 'it crashes', details: ['seen: exit code 1'], remedy: 'Look.' };
      const failed = reviewComment(stateOf({ phase: 'failed', failure }));
      const lines = Array.from({ length: 40 }, (_line, index) => `line ${index} `.padEnd(270, 'x'));
      const logs = Array.from({ length: many }, (_pod, index) => ({ title: `web-${index}`, lines }));
      const given = { command: '/review logs', by: 'mona', text: 'here they are.', logs };
      const body = withAnswerOf('parking', failed, undefined, given);
      expect(body.length).toBeLessThan(65_536);
      for (const part of [told, shown, 'seen: exit code 1']) expect(body).toContain(part);
    },
  );

  it('takes the place of the one before, and leaves everything else', () => {
    const plain = reviewComment(stateOf());
    const once = withAnswer(plain, answer);
    const twice = withAnswer(once, { command: '/review', by: 'mona', text: 'there is no such command' });
    expect(once.startsWith(plain.trimEnd())).toBe(true);
    expect(twice).toContain('there is no such command');
    expect(twice).not.toContain('<summary>web</summary>');
    expect(withAnswer(twice, answer)).toBe(once);
  });
});

it.each([
  ['/review reboot', 'there is no command "reboot"; did you mean `/review restart`?'],
  ['/review restrat', 'there is no command "restrat"; did you mean `/review restart`?'],
  ['/review slep mysql', 'there is no command "slep"; did you mean `/review sleep`?'],
  ['/review frobnicate', 'there is no command "frobnicate"'],
])('F18: %s is answered with what was typed and the nearest command', (typed, problem) => {
  expect(parseCommand(`${typed}\nthanks`)).toEqual({ is: 'wrong', typed, problem });
});
