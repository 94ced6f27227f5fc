import { describe, expect, it } from 'vitest';
import { setArguments } from '../../../../../src/adapters/kube/render/set-arguments.ts';

describe('deploy.helm.set', () => {
  it('CH-19: keeps integers, which --set-json alone turns into floating point', () => {
    expect(setArguments({ replicas: 1000000, version: '1.10' })).toEqual([
      '--set-json=replicas=1000000',
      '--set-json=version="1.10"',
      '--set=replicas=1000000',
    ]);
  });

  it('CH-19: also inside of maps and lists, whose keys may hold dots', () => {
    expect(setArguments({ app: { 'a.b': 12345678, list: [1, 'x', { n: 2 }] }, ratio: 0.5, off: null })).toEqual([
      '--set-json=app={"a.b":12345678,"list":[1,"x",{"n":2}]}',
      '--set-json=ratio=0.5',
      '--set-json=off=null',
      '--set=app.a\\.b=12345678',
      '--set=app.list[0]=1',
      '--set=app.list[2].n=2',
    ]);
  });
});
