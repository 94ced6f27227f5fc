import { describe, expect, it } from 'vitest';
import { commandOf, readLog } from '../../support/runner/commands.ts';

describe('commands in a step’s output', () => {
  it.each([
    ['::error::broken', { name: 'error', properties: {}, data: 'broken' }],
    ['  ::error::after white space', { name: 'error', properties: {}, data: 'after white space' }],
    [
      '::error file=slipway.yml,line=3,title=a%2Cb::one%0Atwo',
      { name: 'error', properties: { file: 'slipway.yml', line: '3', title: 'a,b' }, data: 'one\ntwo' },
    ],
    ['text ##[set-env name=A]1', { name: 'set-env', properties: { name: 'A' }, data: '1' }],
    ['::group::Build', { name: 'group', properties: {}, data: 'Build' }],
    ['::error title=a:b::c::d', { name: 'error', properties: { title: 'a:b' }, data: 'c::d' }],
  ])('reads %j', (line, command) => {
    expect(commandOf(line)).toEqual(command);
  });

  it.each(['text ::error::not at the beginning', ': :error::', '#[error]x', 'std::vector', ''])(
    'sees none in %j',
    (line) => {
      expect(commandOf(line)).toBeUndefined();
    },
  );
});

describe('the log of a step', () => {
  it('hides masked values from then on, every line of them', () => {
    const log = readLog('one secret\n::add-mask::secret%0Atwo\nthe secret and two');
    expect(log.lines).toEqual(['one secret', 'the *** and ***']);
  });

  it('hides them in annotations too', () => {
    const { annotations } = readLog('::add-mask::secret\n::error file=a.yml,line=7,title=T::the secret');
    expect(annotations).toEqual([{ level: 'error', message: 'the ***', title: 'T', file: 'a.yml', line: 7 }]);
  });

  it('leaves commands alone between stop-commands and its token', () => {
    const log = readLog('::stop-commands::x1\n::error::no\n::x1::\n::error::yes');
    expect(log.annotations.map(({ message }) => message)).toEqual(['yes']);
  });

  it('collects every other command, because Slipway must send none', () => {
    expect(readLog('::set-output name=a::1\n##[add-path]/tmp').others.map(({ name }) => name)).toEqual([
      'set-output',
      'add-path',
    ]);
  });
});
