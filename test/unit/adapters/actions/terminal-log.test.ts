import { describe, expect, it } from 'vitest';
import { Secrets } from '../../../../src/adapters/actions/secrets.ts';
import { TerminalLog } from '../../../../src/adapters/actions/terminal-log.ts';

const written = async (verbose: boolean, work: (log: TerminalLog) => unknown): Promise<string> => {
  let text = '';
  await work(new TerminalLog(new Secrets(), verbose, (more) => (text += more)));
  return text;
};

describe('the log by hand', () => {
  it('indents what is in a group, also inside of another, and closes it whatever happens', async () => {
    const text = await written(false, async (log) => {
      const failing = log.group('outer', () => log.group('inner', async () => Promise.reject(log.output('a line'))));
      await failing.catch(() => log.info('after'));
    });
    expect(text).toBe('outer\n  inner\n    a line\nafter\n');
  });

  it('shows debug lines only when asked to, and secrets never', async () => {
    const say = (log: TerminalLog) => {
      log.mask('hunter2hunter2');
      log.debug('detail');
      log.warning('careful with hunter2hunter2');
    };
    expect(await written(false, say)).toBe('warning: careful with ***\n');
    expect(await written(true, say)).toBe('detail\nwarning: careful with ***\n');
  });

  it('is harmless on a terminal: no escape sequences of others', async () => {
    expect(await written(false, (log) => log.output('\u001b[2Jx\u001b]0;title\u0007'))).toBe('x\n');
  });
});
