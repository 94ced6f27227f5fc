import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shortFormObjects } from '../../../support/unit/short-form.ts';

const RECORDED = new URL('../../../fixtures/short-form/objects.jsonl', import.meta.url);

describe('the short form', () => {
  it('makes the recorded objects, byte for byte: an update of Slipway replaces no pod', () => {
    expect(shortFormObjects().split('\n')).toEqual(readFileSync(RECORDED, 'utf8').trimEnd().split('\n'));
  });
});
