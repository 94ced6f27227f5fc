import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/objects/release.ts';
import { schemaChangeOf } from '../../../src/objects/schema-version/comparing-job.ts';
import { schemaVerdict } from '../../../src/plan/schema-verdict.ts';

const release = (revision: number, more: Partial<Release> = {}): Release => ({
  app: 'parking',
  environment: 'staging',
  revision,
  images: { parking: `image-${revision}` },
  commit: 'c',
  actor: 'dev',
  run: { id: '1', attempt: 1, url: '' },
  outcome: 'succeeded',
  startedAt: '',
  finishedAt: undefined,
  objects: [],
  hash: '',
  migration: `m${revision}`,
  reversible: false,
  ...more,
});
const [A, B] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];

describe('the schema after a migration', () => {
  const now = release(3);

  it('is as before where its version is, and nothing migrated in between', () => {
    expect(schemaVerdict({ before: A, after: A }, now, release(2), [release(2)])).toBe('as-before');
    expect(schemaVerdict({ before: A, after: B }, now, release(2), [release(2)])).toBe('changed');
    expect(schemaVerdict(undefined, now, release(2), [release(2)])).toBe('unknown');
  });

  it('is not as before where the release in between had changed it and failed', () => {
    const good = release(1, { schema: A });
    const between = release(2, { outcome: 'failed' });
    expect(schemaVerdict({ before: B, after: B }, now, good, [good, between])).toBe('unknown');
    expect(schemaVerdict({ before: A, after: A }, now, good, [good, between])).toBe('as-before');
  });

  it('is read from a message of this form alone', () => {
    expect(schemaChangeOf(`slipway-schema ${A} ${B}`)).toEqual({ before: A, after: B });
    for (const message of [undefined, '', 'Error', `slipway-schema  ${B}`, `slipway-schema ${A} ${B} more`]) {
      expect(schemaChangeOf(message)).toBeUndefined();
    }
  });
});
