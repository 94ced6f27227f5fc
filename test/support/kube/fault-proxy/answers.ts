import type { ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { KubeObject } from '../../../../src/ports.ts';
import type { Fault } from './rules.ts';

/** Passes whole lines on as `work` gives them back; undefined: the line is held for good. */
function byLine(work: (line: string) => string | undefined): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      const lines = (rest + decoder.write(part)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const passed = work(line);
        if (passed !== undefined) this.push(`${passed}\n`);
      }
      done();
    },
    flush(done) {
      const passed = rest === '' ? undefined : work(rest);
      if (passed !== undefined) this.push(passed);
      done();
    },
  });
}

/** What the body of an answer goes through on its way to the client. */
export function bodyOf(faults: readonly Fault[], outgoing: ServerResponse): Transform[] {
  return faults.flatMap((fault) => {
    if (fault.kind === 'cut') return [cut(fault, outgoing)];
    if (fault.kind === 'freeze') return [freeze(fault.afterLines)];
    return fault.kind === 'show' ? [byLine((line) => shown(line, fault.as))] : [];
  });
}

function cut({ afterLines, afterMs }: { afterLines?: number; afterMs?: number }, outgoing: ServerResponse): Transform {
  const timer = afterMs === undefined ? undefined : setTimeout(() => outgoing.destroy(), afterMs);
  outgoing.on('close', () => clearTimeout(timer));
  let left = afterLines ?? Number.POSITIVE_INFINITY;
  return byLine((line) => {
    if (left-- > 0) return line;
    outgoing.write(line.slice(0, line.length / 2), () => outgoing.destroy());
    return undefined;
  });
}

function freeze(afterLines: number): Transform {
  let left = afterLines;
  const stream = byLine((line) => (left-- > 0 ? line : undefined));
  // The end of a frozen stream does not arrive either.
  stream._flush = () => undefined;
  return stream;
}

function shown(line: string, as: (object: KubeObject) => KubeObject): string {
  if (!line.startsWith('{')) return line;
  const answer = JSON.parse(line) as Record<string, unknown>;
  if (Array.isArray(answer.items)) return JSON.stringify({ ...answer, items: answer.items.map(as) });
  if (answer.object !== undefined && answer.type !== 'BOOKMARK')
    return JSON.stringify({ ...answer, object: as(answer.object as KubeObject) });
  return JSON.stringify(as(answer as unknown as KubeObject));
}
