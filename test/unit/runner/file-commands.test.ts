import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readFileCommand } from '../../support/runner/file-commands.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

function reading(text: string) {
  const file = join(scratchFolder(), 'output');
  writeFileSync(file, text);
  return () => readFileCommand(file);
}

it('reads single lines and values between delimiters', () => {
  expect(reading('a=1=2\nb<<x_y\none\n\ntwo=2\nx_y\nc=\n')()).toEqual({ a: '1=2', b: 'one\n\ntwo=2', c: '' });
});

it('refuses what the runner refuses', () => {
  expect(reading('a<<x\none\n')).toThrow(/delimiter/);
  expect(reading('nothing\n')).toThrow(/Invalid format/);
});
