import { describe, expect, it } from 'vitest';
import { failedResult } from '../../../../src/entry/settle.ts';
import { BuildsFailed, EnvironmentError, UserError } from '../../../../src/errors.ts';
import { annotationsOf } from '../../../../src/report/annotations.ts';
import { asFailure, failureOf } from '../../../../src/stages/build/failures.ts';

const atLine = (file: string, line: number) =>
  new UserError(`${file}:${line}: RUN false failed with exit code 1`, {
    location: { file, line },
    details: ['last line'],
    remedy: 'Correct the step.',
  });

describe('the failures of several builds', () => {
  it('of one build are its error, with its name where there are several', () => {
    const error = atLine('Dockerfile', 2);
    expect(failureOf([{ title: '', error }], 1)).toBe(error);
    expect(error.message).toBe('Dockerfile:2: RUN false failed with exit code 1');
    expect(failureOf([{ title: 'api', error }], 3).message).toBe(
      'api: Dockerfile:2: RUN false failed with exit code 1',
    );
  });

  it('F20: are all in one error, each an annotation at its line', () => {
    const offline = new EnvironmentError('the Docker engine does not answer');
    const error = failureOf(
      [
        { title: 'api', error: atLine('api/Dockerfile', 2) },
        { title: 'web', error: atLine('web/Dockerfile', 7) },
        { title: 'jobs', error: offline },
      ],
      4,
    );
    expect(error).toBeInstanceOf(BuildsFailed);
    expect(error.message).toBe('3 of 4 builds failed');
    expect(error.details).toEqual([
      'api: api/Dockerfile:2: RUN false failed with exit code 1',
      '  last line',
      '  Correct the step.',
      'web: web/Dockerfile:7: RUN false failed with exit code 1',
      '  last line',
      '  Correct the step.',
      'jobs: the Docker engine does not answer',
    ]);
    const run = { signal: new AbortController().signal, clock: { now: () => 0 }, config: () => ({}), log: {} };
    const result = failedResult('build-image', error, run as never);
    const shown = annotationsOf([result]).map(({ file, line, level }) => [file, line, level]);
    expect(shown).toEqual([
      [undefined, undefined, 'error'],
      ['api/Dockerfile', 2, 'error'],
      ['web/Dockerfile', 7, 'error'],
      [undefined, undefined, 'error'],
    ]);
  });

  it('of an image and its stage by the same step are one', () => {
    const failures = ['api', 'api, target test'].map((title) => ({ title, error: atLine('Dockerfile', 2) }));
    expect(failureOf(failures, 2).message).toMatch(/^api and api, target test: Dockerfile:2: /);
  });

  it('that are a defect stay one', () => {
    expect(() => asFailure('api', new TypeError('x is not a function'))).toThrow(TypeError);
  });
});
