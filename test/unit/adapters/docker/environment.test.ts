import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withEnvironment } from '../../../../src/adapters/docker/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-environment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('shows no value in the options of docker, and keeps none on disk', async () => {
  const variables = { PASSWORD: 'pw-value', KEY: 'line-1\nline-2', DOCKER_HOST: 'tcp://elsewhere' };
  const file = await withEnvironment(variables, folder, async (options, env) => {
    expect(options.join(' ')).not.toMatch(/pw-value|line-1|elsewhere/);
    expect(options).toContain('--env=KEY');
    expect(env).toEqual({ KEY: 'line-1\nline-2' });
    const path = options[0]?.replace('--env-file=', '') ?? '';
    expect(readFileSync(path, 'utf8')).toBe('PASSWORD=pw-value\nDOCKER_HOST=tcp://elsewhere\n');
    expect(statSync(path).mode & 0o077).toBe(0);
    return path;
  });
  expect(existsSync(file)).toBe(false);
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
