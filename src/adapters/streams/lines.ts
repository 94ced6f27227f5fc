import type { Readable, Writable } from 'node:stream';
import { EnvironmentError } from '../../errors.ts';

const LINE_BREAK = 0x0a;
/** Bytes; an object is below 1.5 MiB in etcd, and somewhat longer as JSON. */
const LONGEST_WHOLE = 32 * 1024 * 1024;

/**
 * The lines of a stream as they arrive, and the last one without a line break.
 * @throws EnvironmentError for a line of more than 32 MiB
 */
export function linesOf(stream: Readable): AsyncGenerator<string> {
  return split(stream, LONGEST_WHOLE, (line) => {
    throw new EnvironmentError(`what answers is not an API server: a line without an end (${line.slice(0, 80)} …)`, {
      remedy: 'Check `server` in the kubeconfig, and any proxy between this runner and the cluster.',
    });
  });
}

/**
 * The lines of a stream as they arrive. A line of more than `longest` bytes is cut there, marked, and yielded at once: one
 * endless line neither fills the memory nor hides the lines around it. Reads no faster than this process can print.
 */
export async function* cutLinesOf(stream: Readable, longest: number): AsyncGenerator<string> {
  for await (const line of split(stream, longest, (start) => `${start} … [the rest of this line is cut]`)) {
    yield line;
    if (process.stdout.writableNeedDrain) await taken(process.stdout);
  }
}

/**
 * Waits until the reader of the log has taken what was written. Most lines are printed, and a program that prints faster than the
 * runner reads would fill the memory.
 */
function taken(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'];
    const done = () => {
      for (const event of events) output.off(event, done);
      resolve();
    };
    for (const event of events) output.once(event, done);
  });
}

/** Looks at each byte once, and keeps at most `longest` bytes and one chunk. */
async function* split(stream: Readable, longest: number, tooLong: (start: string) => string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  let isCut = false;
  const take = (part: Buffer): void => {
    if (isCut || part.length === 0) return;
    parts.push(part);
    length += part.length;
  };
  /** The line so far, once it is complete or too long; undefined where it was yielded before or may go on. */
  const line = (isComplete: boolean): string | undefined => {
    const whole = length <= longest;
    if (isCut || (whole && !isComplete)) return undefined;
    const bytes = Buffer.concat(parts);
    [parts, length] = [[], 0];
    if (whole) return bytes.toString('utf8');
    isCut = true;
    return tooLong(bytes.toString('utf8', 0, longest).replace(/\uFFFD$/, ''));
  };
  for await (const chunk of stream) {
    let rest = chunk as Buffer;
    for (let end = rest.indexOf(LINE_BREAK); end >= 0; end = rest.indexOf(LINE_BREAK)) {
      take(rest.subarray(0, end));
      const complete = line(true);
      if (complete !== undefined) yield complete;
      isCut = false;
      rest = rest.subarray(end + 1);
    }
    take(rest);
    const cut = line(false);
    if (cut !== undefined) yield cut;
  }
  const last = length > 0 ? line(true) : undefined;
  if (last !== undefined) yield last;
}
