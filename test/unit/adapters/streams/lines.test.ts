import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { cutLinesOf, linesOf } from '../../../../src/adapters/streams/lines.ts';
import { EnvironmentError } from '../../../../src/errors.ts';

const MIB = 1024 * 1024;

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
}

/** A stream of chunks whose bytes are counted when they are asked for. */
function chunks(...parts: (string | Buffer)[]): Readable {
  return Readable.from(parts.map((part) => Buffer.from(part)));
}

describe('lines of a stream', () => {
  it('are whole wherever the chunks end, also in the middle of a character', async () => {
    const text = Buffer.from('one\n\nÜber\r\nlast');
    for (let at = 0; at <= text.length; at++) {
      const parts = () => chunks(text.subarray(0, at), text.subarray(at));
      expect(await all(linesOf(parts()))).toEqual(['one', '', 'Über\r', 'last']);
      expect(await all(cutLinesOf(parts(), 100))).toEqual(['one', '', 'Über\r', 'last']);
    }
  });

  it('H4: that are too long are cut with a mark, and keep the others', async () => {
    const mark = ' … [the rest of this line is cut]';
    const long = 'x'.repeat(50);
    const lines = ['before', `xxxxxxxx${mark}`, '12345678', 'after'];
    const text = Buffer.from(`before\n${long}\n12345678\nafter`);
    for (let at = 0; at <= text.length; at++) {
      expect(await all(cutLinesOf(chunks(text.subarray(0, at), text.subarray(at)), 8))).toEqual(lines);
    }
    expect(await all(cutLinesOf(chunks('1234567ü'), 8))).toEqual([`1234567${mark}`]);
  });

  it('SEC-9: of which one never ends are shown at once, and not kept', async () => {
    let asked = 0;
    const endless = Readable.from(
      (function* () {
        for (; asked < 64; asked++) yield Buffer.alloc(MIB, 'x');
        yield Buffer.from('\nafter\n');
      })(),
      { objectMode: true, highWaterMark: 1 },
    );
    const lines = cutLinesOf(endless, 1_000);
    expect((await lines.next()).value).toHaveLength(1_000 + ' … [the rest of this line is cut]'.length);
    expect(asked).toBeLessThan(4);
    expect((await lines.next()).value).toBe('after');
    expect(asked).toBe(64);
  });

  it('SEC-9: of an API server end somewhere', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(MIB, 'x');
      })(),
    );
    await expect(all(linesOf(endless))).rejects.toThrow(EnvironmentError);
  });

  it('SEC-9: are read in linear time: no byte is looked at again', async () => {
    let searched = 0;
    const chunk = Buffer.alloc(1_000, 'x');
    const { indexOf } = chunk;
    const counting = () =>
      Object.assign(Buffer.from(chunk), {
        indexOf(this: Buffer, ...rest: Parameters<typeof indexOf>) {
          searched += this.length;
          return indexOf.apply(this, rest);
        },
      });
    const parts = Array.from({ length: 500 }, counting);
    expect(await all(linesOf(Readable.from(parts)))).toEqual(['x'.repeat(500_000)]);
    expect(searched).toBe(500_000);
  });
});
