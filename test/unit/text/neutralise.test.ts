import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralise, neutraliseLine } from '../../../src/text/neutralise.ts';
import { commandOf } from '../../support/runner/commands.ts';

const pieces = [
  '::',
  ':',
  '##[',
  '#',
  '[',
  ']',
  ' ',
  '\t',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u200b',
  '\r',
  '\n',
  '\u001b',
  '\u001b[31m',
  '\u001b]0;t\u0007',
  '\u009b',
  '\u202e',
  '\u0000',
  'error',
  'add-mask',
  'stop-commands',
  '::error::x',
  '##[error]x',
  'name=a,b=c',
  '%0A',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((list) => list.join('')),
  fc.string(),
);

describe('neutralise (G6)', () => {
  it('leaves no line that the runner takes for a command, whatever comes in', () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const line of neutralise(any)) expect(commandOf(line)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves no control character, escape sequence or change of direction', () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const line of neutralise(any)) expect(line.replaceAll('\t', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
      }),
    );
  });

  it('changes nothing when done twice', () => {
    fc.assert(fc.property(text, (any) => neutraliseLine(neutraliseLine(any)) === neutraliseLine(any)));
  });

  it('leaves ordinary lines as they are', () => {
    for (const line of [
      'FAILED tests/test_a.py::test_b - x',
      'a: b',
      '# title',
      '\tindented',
      'std::string',
      'größer → kleiner',
    ])
      expect(neutraliseLine(line)).toBe(line);
  });

  it('ends a line at CR as the runner does', () => {
    expect(neutralise('50%\r::error::x\r\nend')).toEqual(['50%', ':\u200b:error::x', 'end']);
  });
});
