import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/docker/process.ts';

const node = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}) =>
  runProgram(process.execPath, ['-e', script], { env: process.env, ...options });

describe('a program', () => {
  it('answers with its exit code and what it printed', async () => {
    const result = await node('console.log("a\\r\\nb"); console.error("c"); process.exitCode = 3');
    expect(result).toEqual({ code: 3, stdout: 'a\nb', stderr: 'c' });
  });

  it('reads text or a stream', async () => {
    const echo = 'process.stdin.pipe(process.stdout)';
    expect((await node(echo, { input: 'text' })).stdout).toBe('text');
    expect((await node(echo, { input: Readable.from(['a', 'stream']) })).stdout).toBe('astream');
    expect((await node('console.log("done")', { input: Readable.from(endless()) })).stdout).toBe('done');
  });

  it('SEC-9: prints an endless line: it is cut, and the lines around it stay', async () => {
    const lines: string[] = [];
    const script = `console.log('before'); for (let i = 0; i < 96; i++) process.stdout.write('x'.repeat(1 << 20)); console.log('\\nafter')`;
    const { code, stdout } = await node(script, { onLine: (line) => lines.push(line) });
    expect(code).toBe(0);
    expect(lines.map((line) => line.length < 70_000)).toEqual([true, true, true]);
    expect(lines[0]).toBe('before');
    expect(lines[1]).toContain('the rest of this line is cut');
    expect(lines[2]).toBe('after');
    expect(stdout).toContain('after');
  });

  it('SEC-9: prints many lines: the last ones are kept', async () => {
    let count = 0;
    const script = `for (let i = 0; i < 300000; i++) console.log('line ' + i)`;
    const { stdout } = await node(script, { onLine: () => count++ });
    expect(count).toBe(300_000);
    expect(stdout.length).toBeLessThanOrEqual(1024 * 1024);
    expect(stdout).toMatch(/line 299999$/);
  });

  it('SEC-9: prints more than can be kept: an error says so', async () => {
    const script = `for (let i = 0; i < 65; i++) process.stdout.write('x'.repeat(1 << 20))`;
    await expect(node(script)).rejects.toThrow('printed more than 64 MiB');
  });

  it('stops when its signal aborts, with the reason', async () => {
    const stop = new AbortController();
    const onLine = () => stop.abort(new Error('enough'));
    await expect(node('console.log(1); setInterval(() => {}, 1000)', { onLine, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
    expect((await node('setInterval(() => {}, 1000)', { timeoutMs: 200 })).code).toBe(124);
  });

  it('that does not exist is the error of the system', async () => {
    await expect(runProgram('/nowhere/program', [], { env: {} })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

async function* endless(): AsyncGenerator<string> {
  for (;;) yield 'x'.repeat(65_536);
}
