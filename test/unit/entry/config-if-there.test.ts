import { expect, it } from 'vitest';
import { ifThere, once } from '../../../src/entry/config-if-there.ts';
import { InternalError, UserError } from '../../../src/errors.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

it('a slipway.yml that cannot be read is read and logged once, however often it is asked for', () => {
  let reads = 0;
  const log = memoryLog();
  const config = once(() => {
    reads += 1;
    throw new UserError('slipway.yml:9:1: unknown key "reviews"');
  });
  const configIfThere = once(() => ifThere(config, log));
  for (const _ of [1, 2, 3]) expect(configIfThere()).toBeUndefined();
  expect(config).toThrow('unknown key "reviews"');
  expect(reads).toBe(1);
  expect(log.lines).toEqual([expect.stringContaining('unknown key "reviews"')]);
});

it('a defect while slipway.yml is read is no missing file', () => {
  const defect = () => {
    throw new InternalError('unexpected');
  };
  expect(() => ifThere(defect, memoryLog())).toThrow(InternalError);
});
