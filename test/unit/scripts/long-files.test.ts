import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LONG } from '../../../vitest.config.ts';

it.each(LONG)('%s, which is to begin before others, is there', (name) => {
  expect(existsSync(fileURLToPath(new URL(`../../${name}.test.ts`, import.meta.url)))).toBe(true);
});
