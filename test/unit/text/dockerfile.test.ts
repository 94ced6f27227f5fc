import { describe, expect, it } from 'vitest';
import { instructionsOf, lineOf, lineOfImage, stagesOf } from '../../../src/text/dockerfile.ts';

const FILE = `# syntax=docker/dockerfile:1
ARG BASE=localhost:5000/library/debian:bookworm-slim
FROM \${BASE} AS build
# a comment
RUN echo one && \\
    # inside of it
    echo two

COPY --from=busybox:1.36 /bin/sh /sh
RUN <<EOF
echo not an instruction
EOF
FROM postgres
RUN echo last
`;

describe('a Dockerfile', () => {
  it('is read as instructions with the line that each begins on', () => {
    expect(instructionsOf(FILE)).toEqual([
      { line: 2, text: 'ARG BASE=localhost:5000/library/debian:bookworm-slim' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Docker's own syntax
      { line: 3, text: 'FROM ${BASE} AS build' },
      { line: 5, text: 'RUN echo one && echo two' },
      { line: 9, text: 'COPY --from=busybox:1.36 /bin/sh /sh' },
      { line: 10, text: 'RUN <<EOF', here: ['echo not an instruction'] },
      { line: 13, text: 'FROM postgres' },
      { line: 14, text: 'RUN echo last' },
    ]);
  });

  it.each([
    ['RUN echo one &&     echo two', 5],
    ['run echo last', 14],
    ['RUN <<EOF (echo not an instruction)', 10],
    ['RUN something else', undefined],
  ])('finds %j', (quoted, line) => expect(lineOf(FILE, quoted)).toBe(line));

  it.each([
    ['docker.io/library/postgres:latest', 13],
    ['busybox:1.36', 9],
    ['localhost:5000/library/debian:bookworm-slim', 2],
    ['debian', undefined],
  ])('finds the image %s', (image, line) => expect(lineOfImage(FILE, image)).toBe(line));

  it('has stages with names or numbers', () => {
    expect(stagesOf(FILE)).toEqual(['build', '1']);
    const text =
      '# syntax=docker/dockerfile:1\nfrom --platform=$BUILDPLATFORM golang:1.22 as Build\nFROM build AS test\nFROM scratch';
    expect(stagesOf(text)).toEqual(['Build', 'test', '2']);
    expect(stagesOf('RUN <<EOF\nFROM nothing\nEOF\n')).toEqual([]);
  });

  it('takes the escape character of a directive alone, and no escaped one for a continuation', () => {
    const texts = (file: string) => instructionsOf(file).map(({ text }) => text);
    expect(texts('FROM x\n# escape=`\nRUN a \\\n b')).toEqual(['FROM x', 'RUN a b']);
    expect(texts('# syntax=x\n# escape=`\nRUN a `\n b')).toEqual(['RUN a b']);
    expect(texts('RUN a \\\\\nUSER 1')).toEqual(['RUN a \\\\', 'USER 1']);
  });

  it('knows the other escape character', () => {
    expect(instructionsOf('# escape=`\nFROM x\nRUN a `\n b\nRUN c')).toMatchObject([
      { line: 2 },
      { line: 3, text: 'RUN a b' },
      { line: 5 },
    ]);
  });
});
