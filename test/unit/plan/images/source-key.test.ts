import { expect, it } from 'vitest';
import { type Sources, sourceKey } from '../../../../src/plan/images/source-key.ts';

const sources: Sources = {
  contextDigest: 'c',
  dockerfileDigest: 'd',
  target: undefined,
  platforms: ['linux/amd64', 'linux/arm64'],
  buildArgs: { A: '1', B: '2' },
  labels: { x: 'y' },
  secretIds: ['npm', 'pip'],
};

it('is 64 hexadecimal digits and does not depend on the order of names', () => {
  const key = sourceKey(sources);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(
    sourceKey({
      ...sources,
      buildArgs: { B: '2', A: '1' },
      platforms: ['linux/arm64', 'linux/amd64'],
      secretIds: ['pip', 'npm'],
    }),
  ).toBe(key);
});

it.each<[string, Partial<Sources>]>([
  ['a file', { contextDigest: 'c2' }],
  ['the Dockerfile', { dockerfileDigest: 'd2' }],
  ['the target', { target: 'prod' }],
  ['a platform', { platforms: ['linux/amd64'] }],
  ['a build argument', { buildArgs: { A: '1', B: '3' } }],
  ['where a value ends', { buildArgs: { A: '1","B' } }],
  ['a label', { labels: {} }],
  ['the secrets that are mounted', { secretIds: ['npm'] }],
])('changes with %s', (_what, change) => {
  expect(sourceKey({ ...sources, ...change })).not.toBe(sourceKey(sources));
});
