import { describe, expect, it } from 'vitest';
import { filesOf, read } from '../../../scripts/check-lib.ts';
import { stepVariables } from '../../../src/entry/step-variables.ts';
import { readSecretLines } from '../../../src/inputs/secret-lines.ts';
import { memoryLog } from '../../support/kube/cluster.ts';

describe('SLIPWAY_SECRET_ENV', () => {
  it('has one variable in each line, and values of several lines', () => {
    const text = 'A=b=c\r\n\nURL=postgres://u:p@h/db?x=1#y\nEMPTY=\nKEY<<END\n-----BEGIN\n\nx=\n-----END\nEND\nZ=1';
    expect(Object.fromEntries(readSecretLines(text))).toEqual({
      A: 'b=c',
      URL: 'postgres://u:p@h/db?x=1#y',
      EMPTY: '',
      KEY: '-----BEGIN\n\nx=\n-----END',
      Z: '1',
    });
  });

  it.each([
    ['A=1\nhunter2', 'line 2 is no NAME=value'],
    ['1A=hunter2', 'line 1 is no NAME=value'],
    ['KEY<<END\nhunter2', 'the value that begins in line 1 has no end'],
    ['KEY<<\nhunter2\n', 'the value that begins in line 1 has no end'],
  ])('is refused without its text: %j', (text, message) => {
    expect(() => readSecretLines(text)).toThrow(message);
    expect(() => readSecretLines(text)).not.toThrow('hunter2');
  });

  it('SEC-30: masks each value alone, and adds nothing to the environment', () => {
    const masked: string[] = [];
    const log = { ...memoryLog(), mask: (secret: string) => void masked.push(secret) };
    const env = { SLIPWAY_SECRET_ENV: 'STRIPE=sk_live_1\nDSN=postgres://h', DSN: 'of the job', OTHER: 'x' };
    const before = { ...env };
    const variables = stepVariables({ env, log });
    expect(masked).toEqual(['sk_live_1', 'postgres://h']);
    expect(['STRIPE', 'DSN', 'OTHER', 'NONE'].map((name) => variables.read(name))).toEqual([
      'sk_live_1',
      'postgres://h',
      'x',
      undefined,
    ]);
    expect(env).toEqual(before);
  });

  it('SEC-30: no workflow writes a secret to GITHUB_ENV, which the runner prints with every later step', () => {
    const files = [...filesOf('.github/workflows/*.yml'), ...filesOf('workflows/**/*.yml')];
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((file) => /\$\{?GITHUB_ENV/.test(read(file)))).toEqual([]);
    const given = files.filter((file) => read(file).includes('SLIPWAY_SECRET_ENV: ${{ secrets.'));
    expect(given.map((file) => file.split('/').at(-1))).toEqual(
      expect.arrayContaining(['main.yml', 'promote.yml', 'pull-request.yml', 'review-commands.yml']),
    );
  });
});
