import { expect, it } from 'vitest';
import { hadolintFindings } from '../../../../src/preflight/source/hadolint.ts';

const line = (code: string, level: string, at: number, message = 'a rule') => ({
  code,
  level,
  line: at,
  message,
  column: 1,
  file: '-',
});

it('a report has each rule once, and not those of preflight', () => {
  const report = [
    line('DL3042', 'warning', 2),
    line('DL3013', 'warning', 3, 'Pin\u001b[31m versions'),
    line('DL3013', 'warning', 5),
    line('DL3000', 'error', 4),
    line('DL3059', 'info', 6),
  ];
  const found = hadolintFindings('app/Dockerfile', JSON.stringify(report));
  expect(found.map(({ severity, seen, where: { file, line: at } }) => [file, at, severity, seen])).toEqual([
    ['app/Dockerfile', 3, 'note', 'DL3013: Pin versions (and 1 more)'],
    ['app/Dockerfile', 4, 'warning', 'DL3000: a rule'],
  ]);
  expect(found[0]?.remedy).toContain('wiki/DL3013');
});

it.each(['', '{}', '[{"code":"DL1"}]'])('another output, %o, has no findings', (text) => {
  expect(hadolintFindings('Dockerfile', text)).toEqual([]);
});
