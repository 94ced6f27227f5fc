import { describe, expect, it } from 'vitest';
import { dockerfileUse } from '../../../../src/plan/images/dockerfile-use.ts';
import { dockerfileFindings } from '../../../../src/preflight/source/dockerfile.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const HEALTHY = `# syntax=docker/dockerfile:1
ARG NODE=24.1
FROM node:24.1@${DIGEST} AS build
ENV PASSWORD_FILE=/run/secrets/db LANG=C.UTF-8
RUN --mount=type=cache,target=/root/.cache/pip pip install poetry
COPY . .
RUN --mount=type=secret,id=npm npm ci
FROM python:3.14@${DIGEST}
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir gunicorn
COPY --from=build /app /app
USER 65532
CMD ["gunicorn", "shop:app"]
`;

const judged = (text: string, digests: Record<string, string> = {}, target?: string) => {
  const { images } = dockerfileUse(text, target, {});
  return dockerfileFindings({
    path: 'app/Dockerfile',
    text,
    target,
    images: new Map(images.map((image) => [image, digests[image]])),
    built: false,
  });
};
const said = (text: string) => judged(text).map(({ code, severity, where: { line } }) => `${line} ${code} ${severity}`);
const edited = (from: string, to: string) => {
  expect(HEALTHY.split(from).length, `${from} is in it once`).toBe(2);
  return HEALTHY.replace(from, to);
};

it('says nothing about a healthy Dockerfile', () => {
  expect(said(HEALTHY)).toEqual([]);
});

describe('one edit makes one finding', () => {
  it.each([
    ['3 unpinned-base note', `node:24.1@${DIGEST} AS`, 'node:24.1 AS'],
    ['3 moving-tag warning', `node:24.1@${DIGEST} AS`, 'node:latest AS'],
    ['3 moving-tag warning', `node:24.1@${DIGEST} AS`, 'node AS'],
    ['3 retired-image warning', `node:24.1@${DIGEST} AS`, 'openjdk:21 AS'],
    ['11 unpinned-base note', 'COPY --from=build', 'COPY --from=ghcr.io/acme/tool:1'],
    ['4 secret-in-dockerfile warning', 'LANG=C.UTF-8', 'API_TOKEN=hunter2'],
    ['4 secret-in-dockerfile warning', 'LANG=C.UTF-8', 'KEY="AKIAABCDEFGHIJKLMNOP"'],
    ['12 secret-in-dockerfile note', 'USER 65532', 'ARG NPM_TOKEN\nUSER 65532'],
    [
      '10 secret-in-dockerfile warning',
      'pip install --no-cache-dir gunicorn',
      'curl -sf https://me:s3cr3t99@acme.dev/x',
    ],
    [
      '9 cache-in-image note',
      'apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*',
      '<<EOF\napt-get update\napt-get install -y git\nEOF',
    ],
    [
      '9 secret-in-dockerfile warning',
      'apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*',
      `<<EOF\necho //npm.acme.dev/:_authToken=npm_${'aB3'.repeat(12)} > .npmrc\nEOF`,
    ],
    ['9 cache-in-image note', ' && rm -rf /var/lib/apt/lists/*', ''],
    ['10 cache-in-image note', '--no-cache-dir ', ''],
    ['12 runs-as-root warning', 'USER 65532', 'USER root'],
    ['8 runs-as-root note', 'USER 65532\n', ''],
    ['13 shell-form note', '["gunicorn", "shop:app"]', 'gunicorn shop:app'],
    ['13 shell-form warning', '["gunicorn", "shop:app"]', 'python migrate.py && gunicorn shop:app'],
    ['13 development-server warning', '["gunicorn", "shop:app"]', '["flask", "--app", "shop", "run"]'],
    ['13 development-server warning', '["gunicorn", "shop:app"]', '["npm", "run", "dev"]'],
    ['13 development-server warning', '["gunicorn", "shop:app"]', '["python", "manage.py", "runserver", "0.0.0.0:80"]'],
  ])('%s: %s → %s', (found, from, to) => {
    const all = said(edited(from, to));
    expect(all).toContain(found);
    expect(all.length, all.join()).toBe(found.includes('retired') ? 2 : 1);
  });
});

it('a shell line whose last command begins with exec', () => {
  expect(judged(edited('["gunicorn", "shop:app"]', 'python migrate.py && exec gunicorn shop:app'))).toEqual([]);
});

it('the remedy has the line to paste, with the digest of the registry', () => {
  const [known] = judged(edited(`node:24.1@${DIGEST} AS`, 'node:24.1 AS'), { 'node:24.1': DIGEST });
  expect(known?.remedy).toContain(`\`FROM node:24.1@${DIGEST} AS build\``);
  const [unknown] = judged(edited(`node:24.1@${DIGEST} AS`, 'node:24.1 AS'));
  expect(unknown?.remedy).toContain('imagetools inspect node:24.1');
});

it('a base by variable is shown with its value', () => {
  const text = HEALTHY.replace(`node:24.1@${DIGEST}`, 'node:$NODE');
  const [found] = judged(text);
  expect(found).toMatchObject({ code: 'unpinned-base', where: { line: 3 } });
  expect(found?.remedy).toContain('node:24.1@sha256:…');
});

it.each([
  'RUN pip install --no-cache x',
  'RUN uv pip install x',
  'RUN --mount=type=cache,target=$PIP_CACHE_DIR pip install x',
  'RUN apt-get update && rm --recursive --force /var/lib/apt/lists/*',
  'RUN --mount=type=cache,target=/var/lib/apt apt-get install -y git',
  'RUN apk add --no-cache git',
  'ARG NEXT_PUBLIC_MAP_TOKEN',
  'RUN git clone https://oauth2:\u0024{TOKEN}@git.acme.dev/x https://x:$TOKEN@git.acme.dev/y',
  'ENV DATABASE_URL="postgresql://user:pass@localhost:5432/dummy"',
])('says nothing about %s', (line) => {
  expect(judged(edited('RUN pip install --no-cache-dir gunicorn', line))).toEqual([]);
});

it('never shows the value of a secret', () => {
  const all = judged(edited('LANG=C.UTF-8', 'API_TOKEN=hunter2'));
  expect(all.map(({ code }) => code)).toEqual(['secret-in-dockerfile']);
  expect(JSON.stringify(all)).not.toContain('hunter2');
});

it('judges the stage that is built', () => {
  expect(
    judged(`FROM a@${DIGEST} AS dev\nUSER 0\nCMD ["npm", "run", "dev"]\nFROM b@${DIGEST}\nUSER 1\nCMD ["x"]`),
  ).toEqual([]);
  const dev = judged(
    `FROM a@${DIGEST} AS dev\nUSER 0\nCMD ["npm", "run", "dev"]\nFROM b@${DIGEST}\nUSER 1\nCMD ["x"]`,
    {},
    'dev',
  );
  expect(dev.map(({ code }) => code)).toEqual(['development-server', 'runs-as-root']);
});

it('a secret of a stage that is not pushed stays in no image, but its value in the file', () => {
  const file = (line: string) => `FROM a@${DIGEST} AS build\n${line}\nFROM b@${DIGEST}\nUSER 1\nCMD ["x"]`;
  expect(said(file('ARG NPM_TOKEN'))).toEqual([]);
  expect(said(file('ARG NPM_TOKEN=hunter2hunter2'))).toEqual(['2 secret-in-dockerfile warning']);
});

it('a command that no pod starts is not judged', () => {
  const text = `FROM a@${DIGEST}\nUSER 1\nENTRYPOINT sh -c "a; b"\nCMD ["npm", "run", "dev"]`;
  const codes = (replaced?: 'command' | 'args') =>
    dockerfileFindings({ path: 'Dockerfile', text, target: undefined, images: new Map(), built: true, replaced }).map(
      ({ code }) => code,
    );
  expect(codes()).toEqual(['shell-form', 'development-server']);
  expect(codes('args')).toEqual(['shell-form']);
  expect(codes('command')).toEqual([]);
});
