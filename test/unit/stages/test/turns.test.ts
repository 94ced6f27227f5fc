import { describe, expect, it } from 'vitest';
import type { Log } from '../../../../src/ports.ts';
import { Turns } from '../../../../src/stages/test/turns.ts';
import { memoryLog } from '../../../support/kube/cluster.ts';

/** A log with the title of each group, and its end. */
function grouped(): Log & { lines: string[] } {
  const log = memoryLog();
  return {
    ...log,
    group: async (title, work) => {
      log.lines.push(`[${title}]`);
      try {
        return await work();
      } finally {
        log.lines.push('[end]');
      }
    },
  };
}

/** A work that ends when it is told to. */
function work(turns: Turns, name: string) {
  let end = (_error?: Error): void => undefined;
  let own: Log | undefined;
  const result = turns.run(name, `test ${name}`, (log) => {
    own = log;
    return new Promise<string>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve(name) : reject(error));
    });
  });
  result.catch(() => undefined);
  return { result, log: own as unknown as Log, end: (error?: Error) => end(error) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

describe('the logs of tests that run at the same time', () => {
  it('are one after the other: the first as it goes, the others from when their turn comes', async () => {
    const log = grouped();
    const turns = new Turns(log);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => work(turns, name)) as [W, W, W];
    await soon();
    a.log.output('a1');
    b.log.output('b1');
    c.log.info('c1');
    c.end();
    a.log.output('a2');
    expect(log.lines).toEqual(['[test a]', '| a1', '| a2']);
    a.end();
    await soon();
    b.log.output('b2');
    b.end();
    await turns.end();
    expect(log.lines.slice(3)).toEqual(['[end]', '[test b]', '| b1', '| b2', '[end]', '[test c]', 'c1', '[end]']);
  });

  it('resolve with their work, whether its turn has come or not', async () => {
    const turns = new Turns(grouped());
    const a = work(turns, 'a');
    const b = work(turns, 'b');
    b.end();
    expect(await b.result).toBe('b');
    a.end(new Error('broken'));
    await expect(a.result).rejects.toThrow('broken');
    await turns.end();
  });

  it('lose no line that is too much to keep: it has the name of its test', async () => {
    const log = grouped();
    const turns = new Turns(log, 10);
    const a = work(turns, 'a');
    const b = work(turns, 'b');
    await soon();
    b.log.output('12345678');
    b.log.output('too long');
    b.log.output('9');
    a.end();
    b.end();
    await turns.end();
    expect(log.lines).toEqual([
      ...['[test a]', '| b | too long', '[end]', '[test b]', '| 12345678', '| 9'],
      ...['1 further lines stand above, each with the name of the test', '[end]'],
    ]);
  });

  it('warn at once: an annotation waits for nobody', async () => {
    const log = grouped();
    const turns = new Turns(log);
    const a = work(turns, 'a');
    const b = work(turns, 'b');
    await soon();
    b.log.warning('not removed');
    expect(log.lines).toEqual(['[test a]', 'warning: not removed']);
    a.end();
    b.end();
    await turns.end();
  });
});

type W = ReturnType<typeof work>;
