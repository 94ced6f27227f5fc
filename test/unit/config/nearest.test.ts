import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/config/nearest.ts';

describe('nearest', () => {
  it.each([
    ['prot', ['port', 'health', 'replicas'], 'port'],
    ['replcas', ['port', 'replicas'], 'replicas'],
    ['databse', ['database', 'services'], 'database'],
    ['PORT', ['port'], 'port'],
    ['zzz', ['app', 'image'], undefined],
    ['x', ['y'], undefined],
    ['db', ['web'], undefined],
    ['port', ['host', 'cluster'], undefined],
  ])('%s of %j is %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});
