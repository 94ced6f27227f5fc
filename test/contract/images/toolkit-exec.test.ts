import { readFileSync } from 'node:fs';
import { getExecOutput } from '@actions/exec';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/docker/process.ts';

/** Prints the process group of the program itself. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const GROUP = `console.log(require('fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[2])`;
const ownGroup = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[2];

describe('why git runs through @actions/exec, and docker, helm and kubectl do not', () => {
  it('@actions/exec starts a program in our process group: Ctrl-C in a terminal ends it before Slipway can', async () => {
    const { stdout } = await getExecOutput(process.execPath, ['-e', GROUP], { silent: true });
    expect(stdout.trim()).toBe(ownGroup);
  });

  it('@actions/exec keeps the whole output, however long', async () => {
    const script = `for (let i = 0; i < 8; i++) process.stdout.write('x'.repeat(1 << 20))`;
    const { stdout } = await getExecOutput(process.execPath, ['-e', script], { silent: true });
    expect(stdout).toHaveLength(8 << 20);
  });

  it('our own handle gives it a group of its own, and stops it when a run is cancelled', async () => {
    const { stdout } = await runProgram(process.execPath, ['-e', GROUP], { env: process.env });
    expect(stdout).not.toBe(ownGroup);
    const signal = AbortSignal.timeout(300);
    const endless = runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: process.env, signal });
    await expect(endless).rejects.toThrow();
  });
});
