import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { namedContexts } from '../../../../src/plan/images/contexts.ts';
import { HEAD, problemsOf } from '../../../support/unit/problems.ts';

const inFile = (contexts: string) =>
  problemsOf(HEAD.replace(' }', `, contexts: ${contexts} }`)).map((line) => line.replace(/^\S+ /, ''));

describe('the named contexts of an image', () => {
  it('are folders relative to the working directory, and images', () => {
    const given = { shared: '../shared', 'alpine:3': 'docker-image://r.dev/alpine@sha256:'.concat('a'.repeat(64)) };
    expect(namedContexts(given, 'images.api', '/w/app')).toEqual([
      { name: 'shared', key: 'images.api.contexts.shared', folder: '/w/shared' },
      { name: 'alpine:3', key: 'images.api.contexts.alpine:3', image: `r.dev/alpine@sha256:${'a'.repeat(64)}` },
    ]);
  });

  it.each([
    [{ x: 'docker-image://R.dev/Alpine' }, 'image.contexts.x: "R.dev/Alpine" is not an image reference'],
    [{ 'a/': '.' }, 'image.contexts.a/: "a/" is not an image reference'],
    [{ python: '.', 'docker.io/library/python:latest': '.' }, '"docker.io/library/python:latest" and "python" are one'],
  ])('are not %j', (given, problem) => {
    expect(() => namedContexts(given, 'image', '/w')).toThrow(UserError);
    expect(() => namedContexts(given, 'image', '/w')).toThrow(problem);
  });

  it('have names that BuildKit looks up', () => {
    expect(inFile('{ shared: ../shared, docker.io/library/python:3.12: docker-image://r.dev/p }')).toEqual([]);
    expect(inFile('{ 0: shared }')).toEqual([expect.stringMatching(/^image\.contexts\.0: the name is a number/)]);
    for (const name of ['Shared', 'a::linux/amd64', '"a b"', '""'])
      expect(inFile(`{ ${name}: x }`)[0]).toContain('the name must be that of a stage or an image, in lower case');
    for (const name of ['scratch', 'context'])
      expect(inFile(`{ ${name}: x }`)[0]).toContain('never looks up a context');
  });

  it.each([
    'https://github.com/acme/shared.git#main',
    'git@github.com:acme/shared.git',
    'ssh://git@host/x',
    'oci-layout://layout',
    'target:base',
    'input:x',
    'docker-image:/x',
  ])('are nothing whose content is not known before the build: %s', (value) => {
    expect(inFile(`{ shared: "${value}" }`)).toEqual([
      expect.stringMatching(
        /^image\.contexts\.shared: must be a folder of the repository, or docker-image:.* check it out/,
      ),
    ]);
  });
});
