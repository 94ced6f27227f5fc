import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';

import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readCheckout } from '../../../src/adapters/git/checkout.ts';
import { gitHistory } from '../../../src/adapters/git/history.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import { errorOf } from '../../support/refusal.ts';
import { scratchFolder } from '../../support/runner/scratch.ts';

const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid'];
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8' });

async function clone(): Promise<string> {
  const folder = scratchFolder();
  git(folder, 'init', '--quiet', '--initial-branch=topic');
  await writeFile(join(folder, 'a'), 'a');
  git(folder, 'add', 'a');
  git(folder, 'commit', '--quiet', '--message', 'first');
  return folder;
}

describe('a checkout on a developer’s machine', () => {
  it('says its commit, branch and origin, and whether there is more in it', async () => {
    const folder = await clone();
    git(folder, 'remote', 'add', 'origin', 'git@example.invalid:acme/parking.git');
    const sha = git(folder, 'rev-parse', 'HEAD').trim();
    const origin = 'git@example.invalid:acme/parking.git';
    expect(await readCheckout(folder)).toEqual({ sha, branch: 'topic', origin, dirty: false });
    await writeFile(join(folder, 'a'), 'b');
    git(folder, 'checkout', '--quiet', '--detach');
    expect(await readCheckout(folder)).toEqual({ sha, branch: undefined, origin, dirty: true });
  });

  it('must have a commit', async () => {
    const empty = scratchFolder();
    const error = await errorOf(readCheckout(empty));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toBe(`${empty} is not a git checkout with a commit`);
    expect(error.details[0]).toContain('fatal: ');
  });

  it('prints neither the command nor its output', async () => {
    const folder = await clone();
    const write = vi.spyOn(process.stdout, 'write');
    await readCheckout(folder);
    const sha = git(folder, 'rev-parse', 'HEAD').trim();
    expect(await gitHistory(folder).commitTime(sha)).toBeGreaterThan(1_600_000_000);
    expect(await gitHistory(folder).commitTime('0'.repeat(40))).toBeUndefined();
    const printed = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    expect(printed).not.toMatch(/git|rev-parse/);
  });
});
