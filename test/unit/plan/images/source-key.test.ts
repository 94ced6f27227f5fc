import { expect, it } from 'vitest';
import { changedParts, readParts, type SourceParts, sourceKey } from '../../../../src/plan/images/source-key.ts';

const sources: SourceParts = {
  repository: 7,
  contextDigest: 'c',
  dockerfile: 'FROM python:3.12',
  contexts: { shared: 'd', alpine: 'sha256:1' },
  target: undefined,
  platforms: ['linux/amd64', 'linux/arm64'],
  buildArgs: { A: '1', B: '2' },
  labels: { x: 'y' },
  secretIds: ['npm', 'pip'],
  sshIds: [],
  images: { 'python:3.12': 'sha256:1' },
};

it('has its version and 64 hexadecimal digits, and does not depend on the order of names', () => {
  const { key } = sourceKey(sources);
  expect(key).toMatch(/^2:[0-9a-f]{64}$/);
  const other: SourceParts = {
    ...sources,
    buildArgs: { B: '2', A: '1' },
    platforms: ['linux/arm64', 'linux/amd64'],
    secretIds: ['pip', 'npm'],
  };
  expect(sourceKey(other).key).toBe(key);
});

it.each<[string, Partial<SourceParts>, string[]]>([
  ['the repository', { repository: 8 }, ['the repository']],
  ['a file', { contextDigest: 'c2' }, ['the context']],
  ['the Dockerfile', { dockerfile: 'FROM scratch' }, ['the Dockerfile']],
  ['a file of a named context', { contexts: { shared: 'd2', alpine: 'sha256:1' } }, ['context shared']],
  ['a new image behind a named context', { contexts: { shared: 'd', alpine: 'sha256:2' } }, ['context alpine']],
  ['an image that nobody knows', { contexts: { shared: 'd', alpine: undefined } }, ['context alpine']],
  ['the target', { target: 'prod' }, ['the target']],
  ['a platform', { platforms: ['linux/amd64'] }, ['the platforms']],
  ['a build argument', { buildArgs: { A: '1', B: '3' } }, ['build argument B']],
  ['a new build argument', { buildArgs: { A: '1', B: '2', C: '' } }, ['build argument C']],
  ['where a value ends', { buildArgs: { A: '1","B' } }, ['build argument A', 'build argument B']],
  ['a label', { labels: {} }, ['label x']],
  ['the secrets that are mounted', { secretIds: ['npm'] }, ['the secrets']],
  ['an SSH agent', { sshIds: ['default'] }, ['SSH']],
  ['a new base image behind the same tag', { images: { 'python:3.12': 'sha256:2' } }, ['image python:3.12']],
  ['a base image that nobody knows', { images: { 'python:3.12': undefined } }, ['image python:3.12']],
])('changes with %s, and says so', (_what, change, named) => {
  const [before, now] = [sourceKey(sources), sourceKey({ ...sources, ...change })];
  expect(now.key).not.toBe(before.key);
  expect(changedParts(before.parts, now.parts).sort()).toEqual(named);
});

it('reads its parts from a label, and nothing from another text', () => {
  const { parts } = sourceKey(sources);
  expect(readParts(JSON.stringify(parts))).toEqual(parts);
  for (const text of [undefined, '', '[]', 'null', '{', '"x"']) expect(readParts(text)).toBeUndefined();
});
