import { describe, expect, it } from 'vitest';
import { isRoute, wavesOf } from '../../../src/objects/phases.ts';
import type { KubeObject } from '../../../src/ports.ts';

const object = (name: string, after?: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...(after ? { annotations: { 'slipway.dev/after': after } } : {}) },
});
const waves = (...objects: KubeObject[]) =>
  wavesOf(objects).map(({ objects: all, after }) =>
    [all, after].map((list) => list.map(({ metadata }) => metadata.name)),
  );

describe('the waves of workloads', () => {
  it('are one without an order, even of nothing', () => {
    expect(waves()).toEqual([[[], []]]);
    expect(waves(object('a'), object('b'))).toEqual([[['a', 'b'], []]]);
  });

  it('follow each other by what is named', () => {
    expect(waves(object('d', 'b,c'), object('c', 'a'), object('b'), object('a'))).toEqual([
      [['b', 'a'], []],
      [['c'], ['a']],
      [['d'], ['c', 'b']],
    ]);
  });

  it('ignore a name that is not there, and end for objects that name each other', () => {
    expect(waves(object('a', 'gone'))).toEqual([[['a'], []]]);
    expect(waves(object('a', 'b'), object('b', 'a'), object('c'))).toEqual([
      [['c'], []],
      [['a', 'b'], []],
    ]);
    expect(waves(object('a', 'a'))).toEqual([[['a'], []]]);
  });
});

it('routes are the kinds that lead requests to Services', () => {
  const kinds = ['Ingress', 'HTTPRoute', 'GRPCRoute', 'IngressRoute', 'VirtualService'];
  for (const kind of kinds) expect(isRoute({ apiVersion: 'v1', kind })).toBe(true);
  for (const kind of ['Service', 'Route53', 'IngressClass']) expect(isRoute({ apiVersion: 'v1', kind })).toBe(false);
});
