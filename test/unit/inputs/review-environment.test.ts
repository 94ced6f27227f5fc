import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inputs } from '../../../src/inputs/read.ts';
import { readSeed, reviewInputs } from '../../../src/inputs/review-environment.ts';

describe('inputs', () => {
  it('are read once, with their types', () => {
    const env = { INPUT_OPERATION: 'up', INPUT_NUMBER: '12', INPUT_TTL: '24h', INPUT_IMAGE: '' };
    expect(reviewInputs(new Inputs(env))).toMatchObject({
      operation: 'up',
      number: 12,
      ttlMs: 24 * 3_600_000,
      image: undefined,
    });
    expect(reviewInputs(new Inputs({})).operation).toBe('auto');
  });

  it.each(['0', '-1', '7a', '1e3', '99999999999'])('number %s is refused', (number) => {
    expect(() => reviewInputs(new Inputs({ INPUT_NUMBER: number }))).toThrow(/not the number of a pull request/);
  });
});

describe('the seed file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-seed-'));
    mkdirSync(join(folder, 'app/db'), { recursive: true });
    writeFileSync(join(folder, 'app/db/seed.sql'), 'select 1;');
    writeFileSync(join(folder, 'secret'), 'key');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read from the folder of the application', () => {
    expect(readSeed(join(folder, 'app'), 'db/seed.sql')).toEqual({
      path: 'db/seed.sql',
      content: Buffer.from('select 1;'),
    });
  });

  it('R13: nothing outside of it gets into a database', () => {
    symlinkSync(join(folder, 'secret'), join(folder, 'app/db/link.sql'));
    for (const path of ['../secret', 'db/link.sql', join(folder, 'secret')]) {
      expect(() => readSeed(join(folder, 'app'), path)).toThrow(/lies outside/);
    }
    expect(() => readSeed(join(folder, 'app'), 'db/none.sql')).toThrow(/was not found/);
  });
});
