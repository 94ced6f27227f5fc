import { describe, expect, it } from 'vitest';
import { failureAnnotations } from '../../../../../src/stages/test/junit/annotations.ts';
import { locateFailure, type PathMap } from '../../../../../src/stages/test/junit/locate.ts';
import type { TestCase } from '../../../../../src/stages/test/junit/report.ts';

const FILES = [
  'examples/parking/tests/unit/test_lots.py',
  'examples/parking/parking/lots.py',
  'examples/parking/test/lots.test.js',
  'examples/parking/lots_test.go',
  'examples/parking/spec/a_spec.rb',
];
const map: PathMap = {
  imageDir: '/app',
  folders: ['examples/parking', '.'],
  exists: (path) => FILES.includes(path),
};

const failed = (overrides: Partial<TestCase>): TestCase => ({
  suite: 's',
  name: 'n',
  status: 'failed',
  message: 'm',
  text: '',
  file: undefined,
  line: undefined,
  ...overrides,
});

describe('where a failed test is', () => {
  it.each([
    [
      'pytest',
      'E  assert 1\n\nparking/lots.py:30: ValueError\ntests/unit/test_lots.py:14: AssertionError',
      FILES[0],
      14,
    ],
    [
      'a Python trace',
      'File "/usr/lib/python3/x.py", line 2\n  File "/app/parking/lots.py", line 30, in f',
      FILES[1],
      30,
    ],
    [
      'Jest and Mocha',
      'at Object.<anonymous> (/app/test/lots.test.js:10:5)\nat x (/app/node_modules/m/i.js:1:1)',
      FILES[2],
      10,
    ],
    ['Node', 'at file:///app/test/lots.test.js:11:5', FILES[2], 11],
    ['Go', '    lots_test.go:7: got 1, want 2', FILES[3], 7],
    ['RSpec', '# ./spec/a_spec.rb:3:in `block`', FILES[4], 3],
  ])('%s', (_tool, text, file, line) => {
    expect(locateFailure(failed({ text }), map)).toEqual({ file, line });
  });

  it('prefers the case’s own file, and the line of the failure over that of the test', () => {
    const text = 'tests/unit/test_lots.py:14: AssertionError\nparking/lots.py:30: ValueError';
    expect(locateFailure(failed({ text, file: 'tests/unit/test_lots.py', line: 9 }), map)).toEqual({
      file: FILES[0],
      line: 14,
    });
    expect(locateFailure(failed({ file: './tests/unit/test_lots.py', line: 9 }), map)).toEqual({
      file: FILES[0],
      line: 9,
    });
  });

  it.each([
    'File "/etc/passwd", line 1',
    '../../../etc/passwd:1: x',
    '/app/../etc/passwd.py:3: x',
    'tests/unknown.py:3: x',
    'took 1.5s:2',
  ])('is nowhere for %s', (text) => expect(locateFailure(failed({ text }), map)).toBeUndefined());
});

describe('annotations of failures', () => {
  it('name the test, the case and the line', () => {
    const [one] = failureAnnotations(
      'unit',
      [failed({ text: 'tests/unit/test_lots.py:14: x', name: 'test_full' })],
      map,
    );
    expect(one).toEqual({ level: 'error', title: 'unit: test_full', message: 'm', file: FILES[0], line: 14 });
  });
});
