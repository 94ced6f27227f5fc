import { describe, expect, it } from 'vitest';
import { buildCommand } from '../../../../src/adapters/docker/build-args.ts';
import type { BuildRequest } from '../../../../src/ports.ts';

const request: BuildRequest = {
  contextDir: '/w/app',
  dockerfile: '/w/app/Dockerfile',
  contexts: { shared: '/w/shared', alpine: 'docker-image://localhost:5000/alpine:3' },
  target: 'prod',
  platforms: ['linux/amd64'],
  buildArgs: { VERSION: '1 --load' },
  secrets: [{ id: 'npm', value: 's3cr3t-value' }],
  ssh: ['default', 'git=/run/agent'],
  tags: ['localhost:5000/a:1'],
  labels: { a: 'b=c' },
  cacheFrom: ['type=registry,ref=localhost:5000/a:main'],
  cacheTo: ['type=inline'],
  pull: false,
};

const BUILDX = { buildx: true, rawProgress: true };
const BUILT_IN = { buildx: false, rawProgress: false };

describe('the command of a build', () => {
  it('with buildx', () => {
    expect(buildCommand(request, BUILDX, '/t/id').args).toEqual([
      'buildx',
      'build',
      '--load',
      '--progress=rawjson',
      '--metadata-file=/t/id',
      '--file=/w/app/Dockerfile',
      '--build-context=shared=/w/shared',
      '--build-context=alpine=docker-image://localhost:5000/alpine:3',
      '--target=prod',
      '--platform=linux/amd64',
      '--tag=localhost:5000/a:1',
      '--label=a=b=c',
      '--build-arg=VERSION=1 --load',
      '--secret=id=npm,env=SLIPWAY_BUILD_SECRET_0',
      '--ssh=default',
      '--ssh=git=/run/agent',
      '--cache-from=type=registry,ref=localhost:5000/a:main',
      '--cache-to=type=inline',
      '--',
      '/w/app',
    ]);
  });

  it('with buildx, without the provenance that would make an index of the image or delay its metadata', () => {
    expect(buildCommand(request, BUILDX, '/t/id').env).toMatchObject({
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      BUILDX_METADATA_PROVENANCE: 'disabled',
    });
  });

  it('with the BuildKit of Docker 20.10: caches in its words', () => {
    const { args, env } = buildCommand(request, BUILT_IN, '/t/id');
    expect(args[0]).toBe('build');
    expect(args).toContain('--iidfile=/t/id');
    expect(args).toContain('--cache-from=localhost:5000/a:main');
    expect(args).toContain('--build-arg=BUILDKIT_INLINE_CACHE=1');
    expect(env.DOCKER_BUILDKIT).toBe('1');
  });

  it.each([true, false])('holds secrets in the environment only (buildx: %s)', (buildx) => {
    const { args, env } = buildCommand(request, { buildx, rawProgress: false }, '/t/id');
    expect(args.join(' ')).not.toContain('s3cr3t-value');
    expect(env.SLIPWAY_BUILD_SECRET_0).toBe('s3cr3t-value');
  });

  it('refuses caches that need buildx where there is none', () => {
    const gha = { ...request, cacheFrom: ['type=gha'], cacheTo: [] };
    expect(() => buildCommand(gha, BUILT_IN, '/t/id')).toThrow('this docker has no buildx');
    expect(buildCommand(gha, BUILDX, '/t/id').args).toContain('--cache-from=type=gha');
  });
});
