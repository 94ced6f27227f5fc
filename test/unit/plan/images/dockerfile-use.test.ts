import { describe, expect, it } from 'vitest';
import { contextNames } from '../../../../src/plan/images/contexts.ts';
import { dockerfileUse } from '../../../../src/plan/images/dockerfile-use.ts';

const FILE = `# syntax=docker/dockerfile:1.7
ARG BASE=python
ARG TAG=3.12
ARG UNUSED
FROM \${BASE}:\${TAG} AS build
ARG VERSION
RUN --mount=type=cache,target=/c --mount=type=bind,from=tools:2,target=/t make
FROM node:22 AS docs
ARG DOCS
FROM build AS test
ARG LEVEL=1
FROM debian@sha256:aa AS last
COPY --from=build /app /app
COPY --chown=1:1 --from=busybox:1 /bin/sh /sh
`;
const given = {
  VERSION: '1',
  LEVEL: '2',
  DOCS: '3',
  TAG: '3.13',
  UNUSED: '4',
  ELSEWHERE: '5',
  BUILDKIT_INLINE_CACHE: '1',
};

describe('what a build of a stage takes from outside', () => {
  it('are the images and arguments of the stages that it is made from', () => {
    expect(dockerfileUse(FILE, undefined, given)).toEqual({
      args: { VERSION: '1', TAG: '3.13', BUILDKIT_INLINE_CACHE: '1' },
      images: ['busybox:1', 'debian@sha256:aa', 'docker/dockerfile:1.7', 'python:3.13', 'tools:2'],
      unknown: [],
    });
    expect(dockerfileUse(FILE, 'DOCS', given)).toMatchObject({
      args: { DOCS: '3' },
      images: ['docker/dockerfile:1.7', 'node:22'],
    });
    expect(dockerfileUse(FILE, '2', {}).images).toEqual(['docker/dockerfile:1.7', 'python:3.12', 'tools:2']);
  });

  it.each([
    ['FROM python\nCOPY --from=python:3.12 /x /x\n', ['python:latest'], ['python:3.12']],
    ['FROM docker.io/library/python:3.12\n', ['python:3.12'], []],
    ['FROM a\nRUN --mount=type=bind,from=tools,target=/t make\nCOPY --from=shared x y\n', ['tools', 'shared'], ['a']],
    ['FROM a AS build\nFROM b\nCOPY --from=build x y\n', ['build'], ['a', 'b']],
    ['# syntax=docker/dockerfile:1.7\nFROM scratch\n', ['docker/dockerfile:1.7'], ['docker/dockerfile:1.7']],
  ])('leaves out the images that named contexts replace: %j with %j', (dockerfile, contexts, images) => {
    expect(dockerfileUse(dockerfile, undefined, {}, contextNames(contexts)).images).toEqual(images);
  });

  it.each([
    ['FROM scratch\nCOPY . /\n', []],
    ['FROM a AS b\nFROM b AS a\nCOPY --from=0 /x /x\n', ['a']],
    ['FROM --platform=linux/arm64 a\n', ['a']],
    ['FROM "quoted:1"\n', ['quoted:1']],
    ['ARG A\nFROM ${A:-fallback}\n', ['fallback']],
    ['ARG A=x\nFROM ${A:+other}\n', ['other']],
    ['FROM a\nRUN <<EOF\nCOPY --from=not/an:image x y\nEOF\n', ['a']],
    ['FROM a\nRUN echo --mount=from=b\n', ['a']],
    ['FROM a\nRUN <<END-OF.SQL\nFROM users AS b\nEND-OF.SQL\n', ['a']],
    ['FROM a\nRUN <<EOF\n  EOF\nFROM users AS b\nEOF\n', ['a']],
    ['FROM a\nRUN <<-EOF\nFROM users AS b\n\tEOF\nCOPY --from=c x y\n', ['a', 'c']],
    ['FROM a\nCOPY <<one <<"two" /x/\nFROM b\none\nFROM c\ntwo\n', ['a']],
    ['FROM a\nRUN echo $((1 << 2)) <<< EOF\nCOPY --from=c x y\nEOF\n', ['a', 'c']],
    ['FROM a AS b\nONBUILD COPY --from=c x y\nFROM b\n', ['a', 'c']],
    ['FROM a AS b\nONBUILD RUN --mount=type=bind,from=c make\nFROM b\n', ['a', 'c']],
    ['#!/usr/bin/env docker\n# syntax=docker/dockerfile:1.9\nFROM a\n', ['a', 'docker/dockerfile:1.9']],
  ])('reads %j', (dockerfile, images) => {
    expect(dockerfileUse(dockerfile, undefined, {})).toEqual({ args: {}, images, unknown: [] });
  });

  it('are the arguments of the instructions that a later stage carries out', () => {
    const file = 'FROM a AS b\nONBUILD ARG LEVEL\nONBUILD RUN make $LEVEL\nFROM b\n';
    expect(dockerfileUse(file, undefined, given).args).toEqual({ LEVEL: '2', BUILDKIT_INLINE_CACHE: '1' });
  });

  it.each([
    '//syntax=acme/frontend:1\nFROM a\n',
    '{"syntax": "acme/frontend:1"}',
    '#!/usr/bin/x\n# syntax=acme/frontend:1\nFROM a\n',
  ])('are not known to us where another frontend reads the file: %j', (file) => {
    expect(dockerfileUse(file, undefined, given)).toEqual({
      args: given,
      images: ['acme/frontend:1'],
      unknown: ['the images of another syntax'],
    });
  });

  it('is not known where only the builder knows the variable; then every stage counts', () => {
    const file = 'FROM one AS app-amd64\nARG X\nFROM two AS app-arm64\nFROM app-${TARGETARCH}\n';
    expect(dockerfileUse(file, undefined, { X: '1' })).toEqual({
      args: { X: '1' },
      images: ['one', 'two'],
      unknown: ['app-${TARGETARCH}'],
    });
  });

  it('is not known behind the syntax of another frontend; then every argument counts', () => {
    const use = dockerfileUse('#syntax = example.com/front:1\nFROM a\n', undefined, { X: '1' });
    expect(use).toEqual({ args: { X: '1' }, images: ['example.com/front:1'], unknown: [expect.any(String)] });
    expect(dockerfileUse('FROM a', undefined, { BUILDKIT_SYNTAX: 'f/g:1' }).images).toEqual(['f/g:1']);
  });
});
