import { afterEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS, runCommand, usage } from '../../../src/entry/commands.ts';

/** Each command loads its own modules, which a busy machine takes long for. */
const LOADS = { timeout: 60_000 };
const INSTALLATION = { root: '/nowhere', call: 'npx slipway' };

/** What a run writes to each stream; `code` is its exit code. */
async function ran(name: string, ...args: string[]) {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((chunk, done?: unknown) => {
      written[stream] += String(chunk);
      if (typeof done === 'function') done();
      return true;
    });
  }
  return { code: await runCommand(name, args, INSTALLATION), ...written };
}

describe('slipway <command>', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(Object.keys(COMMANDS))('%s prints its usage and does nothing else', LOADS, async (name) => {
    for (const args of [['--help'], ['-h'], ['something', '--help', '--', 'more']]) {
      const { code, stdout, stderr } = await ran(name, ...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^usage: slipway \S+/);
      expect(stdout).toContain(`usage: slipway ${name}`);
      expect(stdout.endsWith('\n')).toBe(true);
    }
  });

  it('takes --help after -- as an argument of the command', async () => {
    const { code, stdout, stderr } = await ran('render', '--', '--help');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: /);
  });

  it.each(Object.keys(COMMANDS))(
    '%s refuses an unknown option with its usage, and exits with 1',
    LOADS,
    async (name) => {
      const { code, stdout, stderr } = await ran(name, '--no-such-option');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('--no-such-option');
      expect(stderr).toContain(`usage: slipway ${name}`);
    },
  );

  it('knows no other name, not even one that every object has', async () => {
    for (const name of ['', 'rendr', 'constructor', '__proto__']) {
      expect(await ran(name)).toEqual({ code: undefined, stdout: '', stderr: '' });
    }
  });

  it('lists the commands', () => {
    for (const name of Object.keys(COMMANDS)) expect(usage()).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
  });
});
