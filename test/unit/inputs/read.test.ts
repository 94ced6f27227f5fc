import { describe, expect, it } from 'vitest';
import { Inputs } from '../../../src/inputs/read.ts';
import { parseDuration } from '../../../src/text/duration.ts';

const inputs = (env: Record<string, string>) => new Inputs(env);

describe('Inputs', () => {
  it('finds an input by its name in action.yml', () => {
    expect(inputs({ INPUT_WORKING_DIRECTORY: ' app ' }).text('working-directory')).toBe('app');
  });

  it('takes an empty value as not given', () => {
    expect(inputs({ INPUT_IMAGE: ' ' }).text('image')).toBeUndefined();
    expect(() => inputs({}).required('image', 'Give it.')).toThrow('input `image` is missing');
  });

  it('reads only true and false as flags', () => {
    expect(inputs({ INPUT_FORCE: 'true' }).flag('force')).toBe(true);
    expect(inputs({ INPUT_FORCE: 'False' }).flag('force')).toBe(false);
    expect(() => inputs({ INPUT_FORCE: 'yes' }).flag('force')).toThrow('neither true nor false');
  });

  it('reads choices, lists and pairs', () => {
    expect(inputs({ INPUT_OPERATION: 'up' }).choice('operation', ['up', 'down'])).toBe('up');
    expect(() => inputs({ INPUT_OPERATION: 'pu' }).choice('operation', ['up', 'down'])).toThrow('"pu" is not known');
    expect(inputs({ INPUT_TAGS: 'a, b\n\n c' }).list('tags')).toEqual(['a', 'b', 'c']);
    expect(inputs({ INPUT_BUILD_ARGS: 'A=1\nB=x=y' }).pairs('build-args')).toEqual({ A: '1', B: 'x=y' });
    expect(() => inputs({ INPUT_BUILD_ARGS: 'A' }).pairs('build-args')).toThrow('"A" is not KEY=VALUE');
  });

  it('reads durations in milliseconds', () => {
    expect(parseDuration('90s', 'x')).toBe(90_000);
    expect(parseDuration('7d', 'x')).toBe(604_800_000);
    expect(() => parseDuration('7 days', 'input `ttl`')).toThrow('input `ttl`: "7 days" is not a duration');
  });
});
