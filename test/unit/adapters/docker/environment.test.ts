import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withEnvironment } from '../../../../src/adapters/docker/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-environment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('shows no value in the options of docker, and keeps none on disk', async () => {
  const variables = { PASSWORD: 'pw-value', DOCKER_HOST: 'tcp://elsewhere' };
  const file = await withEnvironment(variables, folder, async (options) => {
    expect(options.join(' ')).not.toMatch(/pw-value|elsewhere/);
    const path = options[0]?.replace('--env-file=', '') ?? '';
    expect(readFileSync(path, 'utf8')).toBe('PASSWORD=pw-value\nDOCKER_HOST=tcp://elsewhere\n');
    expect(statSync(path).mode & 0o077).toBe(0);
    return path;
  });
  expect(existsSync(file)).toBe(false);
});

it('SEC-21: puts nothing into the environment of docker itself, also not what has several lines', async () => {
  const lines = { LD_PRELOAD: '/w/x.so\n', LD_AUDIT: 'a\nb', DOCKER_HOST: 'a\n', GODEBUG: 'x\r', PLAIN: '' };
  await withEnvironment(lines, folder, async (...given) => {
    expect(given).toHaveLength(1);
    const [[file, ...options]] = given;
    expect(options).toEqual([
      '--env=LD_PRELOAD=/w/x.so\n',
      '--env=LD_AUDIT=a\nb',
      '--env=DOCKER_HOST=a\n',
      '--env=GODEBUG=x\r',
    ]);
    expect(readFileSync(file?.replace('--env-file=', '') ?? '', 'utf8')).toBe('PLAIN=\n');
  });
});

it('keeps nothing on disk either when docker fails', async () => {
  let path = '';
  const fail = withEnvironment({ A: 'b' }, folder, async (options) => {
    path = options[0]?.replace('--env-file=', '') ?? '';
    throw new Error('no');
  });
  await expect(fail).rejects.toThrow('no');
  expect(path).not.toBe('');
  expect(existsSync(path)).toBe(false);
});
