import { describe, expect, it } from 'vitest';
import { RawProgress } from '../../../../src/adapters/docker/raw-progress.ts';
import { translateBuildError } from '../../../../src/adapters/docker/translate-build.ts';
import { EnvironmentError, UserError } from '../../../../src/errors.ts';

const DOCKERFILE = `FROM localhost:5000/library/debian:bookworm-slim
WORKDIR /app
RUN echo one && \\
    exit 3
COPY missing.txt /x
`;

const read = (...lines: string[]) => translateBuildError(lines, 'web/Dockerfile', DOCKERFILE);

/** As the three builders print a RUN that fails: Docker 20.10, buildx with an old engine, buildx with a new one. */
const RUN = {
  'Docker 20.10': [
    '#6 [3/4] RUN echo one &&     exit 3',
    '#6 sha256:06c9c283d82e40e31e640f6ead9432e19a8e526d19eba465ee842414e003462d',
    '#6 0.194 one',
    '#6 ERROR: executor failed running [/bin/sh -c echo one &&     exit 3]: exit code: 3',
    '------',
    ' > [3/4] RUN echo one &&     exit 3:',
    '------',
    'executor failed running [/bin/sh -c echo one &&     exit 3]: exit code: 3',
  ],
  'buildx with an old engine': [
    '#6 [3/4] RUN echo one &&     exit 3',
    '#6 0.247 one',
    '#6 ERROR: executor failed running [/bin/sh -c echo one &&     exit 3]: exit code: 3',
    '------',
    ' > [3/4] RUN echo one &&     exit 3:',
    '0.247 one',
    '------',
    'ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c echo one &&     exit 3]: exit code: 3',
  ],
  'buildx with a new engine': [
    '#6 [3/4] RUN echo one &&     exit 3',
    '#6 0.247 one',
    '#6 ERROR: process "/bin/sh -c echo one &&     exit 3" did not complete successfully: exit code: 3',
    '------',
    ' > [3/4] RUN echo one &&     exit 3:',
    '0.247 one',
    '------',
    'Dockerfile:3',
    '--------------------',
    '   3 | >>> RUN echo one && \\',
    '--------------------',
    'ERROR: failed to solve: process "/bin/sh -c echo one &&     exit 3" did not complete successfully: exit code: 3',
  ],
};

describe('a build that fails', () => {
  it.each(Object.entries(RUN))('in a RUN, told by %s', (_builder, lines) => {
    const error = read(...lines);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('web/Dockerfile:3: RUN echo one && exit 3 failed with exit code 3');
    expect(error.location).toEqual({ file: 'web/Dockerfile', line: 3 });
    expect(error.details).toEqual(['one']);
  });

  it('in a COPY of what is not there', () => {
    const error = read(
      '#7 [4/4] COPY missing.txt /x',
      '#7 ERROR: "/missing.txt" not found: not found',
      '------',
      ' > [4/4] COPY missing.txt /x:',
      '------',
      'ERROR: failed to build: failed to solve: failed to compute cache key: "/missing.txt" not found: not found',
    );
    expect(error.message).toMatch(/^web\/Dockerfile:5: COPY missing\.txt \/x failed: .*"\/missing\.txt" not found/);
    expect(error.remedy).toContain('.dockerignore');
  });

  it.each([
    [
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: WORKDR',
    ],
    ['ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: WORKDR'],
  ])('because the Dockerfile cannot be read', (line) => {
    const error = read('#1 DONE 0.0s', line);
    expect(error.message).toBe('web/Dockerfile:2: unknown instruction: WORKDR');
    expect(error.location).toEqual({ file: 'web/Dockerfile', line: 2 });
  });

  const base = (reason: string) =>
    read(
      '#3 [internal] load metadata for localhost:5000/library/debian:bookworm-slim',
      `#3 ERROR: ${reason}`,
      '------',
      ' > [internal] load metadata for localhost:5000/library/debian:bookworm-slim:',
      '------',
      `ERROR: failed to build: failed to solve: localhost:5000/library/debian:bookworm-slim: ${reason}`,
    );

  it('because of its base image: not there, denied, out of reach', () => {
    const [missing, denied, away] = [
      base('not found'),
      base('pull access denied, repository does not exist or may require authorization'),
      base('failed to do request: Head "https://x/v2/": dial tcp: lookup x: no such host'),
    ];
    expect(missing).toBeInstanceOf(UserError);
    expect(missing.message).toBe(
      'web/Dockerfile:1: the base image localhost:5000/library/debian:bookworm-slim was not found',
    );
    expect(denied).toBeInstanceOf(EnvironmentError);
    expect(denied.message).toMatch(/access to the base image .* is denied/);
    expect(away.message).toMatch(/the registry of .* cannot be reached/);
  });

  it('because a named context has no such image, also where its failure ends another step', () => {
    const name = 'localhost:5000/base:1';
    const missing = `failed to resolve source metadata for ${name}: ${name}: not found`;
    const lines: string[] = [];
    const progress = new RawProgress((line) => lines.push(line));
    for (const [digest, of, error] of [
      ['a', `[context base] load metadata for ${name}`, `${name}: not found`],
      ['b', '[context shared] load .dockerignore', 'rpc error: code = Canceled desc = context canceled'],
    ]) {
      const times = { started: '2026-11-30T10:00:00Z', completed: '2026-11-30T10:00:01Z' };
      progress.line(JSON.stringify({ vertexes: [{ digest, name: of, error, ...times }] }));
    }
    const error = read(...lines, 'web/Dockerfile:1', `ERROR: failed to build: failed to solve: ${missing}`);
    expect(error.message).toBe(`web/Dockerfile:1: the base image ${name} was not found`);
    expect(error.remedy).toContain('in `contexts` (base)');
  });

  it('because the disk is full, or the builder cannot do what was asked', () => {
    expect(read('#6 0.2 write /x: no space left on device', ...RUN['Docker 20.10']).message).toBe(
      'the disk of the Docker engine is full',
    );
    expect(read('ERROR: Cache export is not supported for the docker driver.').message).toMatch(
      /cannot write the cache/,
    );
    expect(read('ERROR: Multi-platform build is not supported for the docker driver.').message).toMatch(
      /several platforms/,
    );
    const old = read(
      'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: unsupported frontend capability moby.buildkit.frontend.contexts',
    );
    expect(old.message).toBe('the BuildKit of this engine has no named contexts, which `contexts` of an image needs');
  });

  it('with a memory problem says so', () => {
    const killed = RUN['buildx with an old engine'].map((line) => line.replaceAll('exit code: 3', 'exit code: 137'));
    expect(read(...killed).remedy).toContain('memory');
  });

  it('for a reason that is new to us still says what the builder said last', () => {
    expect(read('#1 DONE', 'ERROR: something odd').message).toBe('web/Dockerfile: the build failed: something odd');
  });

  it('prints harmless lines only', () => {
    const lines = RUN['buildx with an old engine'].map((line) => line.replace('0.247 one', '0.247 ::error::one'));
    expect(read(...lines).details.join()).not.toMatch(/^::/);
  });
});
